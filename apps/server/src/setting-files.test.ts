import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { makeKeySet } from '@sidep/trust/certificates'
import { erasedUntilOf } from './audit/retention/erased-until.ts'
import { temporaryFolder } from './fault-testing.ts'
import { readPopulation } from './feeds/open-data/population.ts'
import { toPem } from './issuance/key-folder.ts'
import { openKeyModule } from './issuance/pkcs11.ts'
import { openKeyFolder } from './issuance/signers.ts'
import { readTlsOptions } from './laboratory/tls-port.ts'
import { readAuthorityFiles } from './login/card/authority-files.ts'
import { systemClock, systemRandomBytes } from './platform/clock.ts'
import { readKeyFile } from './platform/key-encryption-key.ts'
import { openKeyEpochs } from './platform/key-epochs.ts'
import { readCertificates, readTlsPair } from './platform/setting-file.ts'
import { startFailure } from './platform/start-failure.ts'
import { startFailureCodes } from './platform/start-failure-codes.ts'
import { testConfiguration } from './platform/testing.ts'

const folder = temporaryFolder('setting-file')
const put = (name: string, content: string): string => {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

const { root, signers } = await makeKeySet({
  at: systemClock.now(),
  randomBytes: systemRandomBytes,
  development: true,
})
const certificate = put('certificate.pem', toPem('CERTIFICATE', signers.dcc.certificate))
const rootFile = put('root.pem', toPem('CERTIFICATE', root.certificate))
const keyBytes = signers.dcc.privateKey
assert.ok(keyBytes)
const key = put('key.pem', toPem('PRIVATE KEY', keyBytes))
const passphrase = 'kept apart'
const locked = put(
  'locked.pem',
  String(
    createPrivateKey({ key: Buffer.from(keyBytes), format: 'der', type: 'pkcs8' }).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase,
    }),
  ),
)
const absent = join(folder, 'absent.pem')
const text = put('text.pem', 'no certificate, and a word that nobody is to read: paris\n')

/** What whoever starts it reads: one line. */
const said = async (work: () => unknown): Promise<string> => {
  try {
    await work()
  } catch (error) {
    const sentence = startFailure(error)
    assert.ok(sentence !== null, String(error))
    assert.equal(sentence.split('\n').length, 1, sentence)
    return sentence
  }
  assert.fail('nothing was refused')
}

test('a pair of files that belong together is read', async () => {
  const { cert } = await readTlsPair('CARD', { certificate, key })
  assert.deepEqual(cert, readFileSync(certificate))
})

test('each setting of a file that is not there is named with FILE_ABSENT and the path', async () => {
  const tls = { certificate: absent, key: absent }
  const cases: readonly [string, () => unknown][] = [
    ['CARD_AUTHORITY', () => readAuthorityFiles(absent)],
    ['CARD_TLS_CERTIFICATE', () => readTlsPair('CARD', tls)],
    ['CARD_TLS_KEY', () => readTlsPair('CARD', { certificate, key: absent })],
    ['VENDOR_TLS_CERTIFICATE', () => readTlsPair('VENDOR', tls)],
    ['LABORATORY_AUTHORITY', () => readTlsOptions({ authority: absent, tls })],
    ['LABORATORY_TLS_CERTIFICATE', () => readTlsOptions({ authority: rootFile, tls })],
    ['OPEN_DATA_POPULATION', () => readPopulation(absent)],
    ['KEY_ENCRYPTION_KEY_FILE', () => readKeyFile(absent)],
  ]
  for (const [setting, work] of cases) {
    const sentence = await said(work)
    assert.ok(sentence.startsWith(`FILE_ABSENT: ${setting} names ${absent}`), sentence)
  }
})

test('a folder, text and a key behind a passphrase are no files of the kind, and are not quoted', async () => {
  const inside = join(folder, 'authorities')
  mkdirSync(inside)
  assert.match(
    await said(() => readCertificates('CARD_TLS_CERTIFICATE', inside)),
    /^FILE_UNREADABLE: /,
  )
  assert.match(await said(() => readAuthorityFiles(inside)), /^FILE_UNUSABLE: .*BUNDLE_EMPTY/)
  assert.match(await said(() => readAuthorityFiles(rootFile)), /^FILE_UNUSABLE: .*CARD_AUTHORITY/)
  const files: readonly [string, () => unknown][] = [
    ['CARD_AUTHORITY', () => readAuthorityFiles(text)],
    ['CARD_TLS_CERTIFICATE', () => readTlsPair('CARD', { certificate: text, key })],
    ['CARD_TLS_KEY', () => readTlsPair('CARD', { certificate, key: text })],
    ['LABORATORY_TLS_KEY', () => readTlsPair('LABORATORY', { certificate, key: locked })],
    ['OPEN_DATA_POPULATION', () => readPopulation(text)],
    ['KEY_ENCRYPTION_KEY_FILE', () => readKeyFile(text)],
    ['KEY_EPOCHS_FILE', () => openKeyEpochs(text, systemRandomBytes)],
    [
      'ERASED_UNTIL_FILE',
      () => erasedUntilOf(testConfiguration(folder, { ERASED_UNTIL_FILE: text })),
    ],
  ]
  for (const [setting, work] of files) {
    const sentence = await said(work)
    assert.ok(sentence.startsWith(`FILE_UNUSABLE: ${setting} names `), sentence)
    assert.ok(!sentence.includes('paris'), sentence)
  }
})

test('a line of the population that cannot be read is said by its number', async () => {
  const file = put('population.csv', 'dep;cl_age90;pop\n75;09;1000\n75;09;many\n')
  assert.match(await said(() => readPopulation(file)), /line 3 is not/)
})

test('a key of another certificate is refused as such: KEY_OF_ANOTHER_CERTIFICATE', async () => {
  const sentence = await said(() => readTlsPair('VENDOR', { certificate: rootFile, key }))
  assert.match(sentence, /^KEY_OF_ANOTHER_CERTIFICATE: .*VENDOR_TLS_KEY/)
})

test('signers that cannot be used are said in one line: a folder that is not there, one that is broken, no module', async () => {
  const open = (keysDirectory: string) => () =>
    openKeyFolder({ mode: 'production', keysDirectory }, systemClock, systemRandomBytes)
  assert.match(await said(open(absent)), /^SIGNERS_UNUSABLE: KEYS_DIR names .*sidep keys/)
  const broken = join(folder, 'keys')
  mkdirSync(broken)
  writeFileSync(join(broken, 'dcc.certificate.pem'), 'paris')
  const sentence = await said(open(broken))
  assert.match(sentence, /^SIGNERS_UNUSABLE: .*dcc\.certificate\.pem holds no PEM block/)
  const module = { modulePath: '/nowhere.so', token: 'sidep', pinFiles: [] }
  assert.match(await said(() => openKeyModule(module)), /^SIGNERS_UNUSABLE: PKCS11_MODULE/)
})

test('a pooler that refuses a setting of the connection is said with what to do instead: DATABASE_POOLED', async () => {
  const refusal = Object.assign(new Error('unsupported startup parameter: statement_timeout'), {
    code: '08P01',
  })
  const sentence = await said(() => Promise.reject(refusal))
  assert.match(sentence, /^DATABASE_POOLED: .*HAProxy/)
})

test('the page of starting has every code that keeps a process from starting, and no other', () => {
  const page = readFileSync(
    resolve(import.meta.dirname, '../../../docs/operating/starting-and-stopping.md'),
    'utf8',
  )
  const table = page.split('## When it does not start')[1]?.split('\n## ')[0] ?? ''
  const documented = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code),
  )
  assert.deepEqual(documented.sort(), [...startFailureCodes].sort())
})
