import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { bytesToBase64 } from '@sidep/encoding'
import { loadSigner, signBundle } from '@sidep/trust'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'
import {
  makeIssuer,
  type TestIssuer,
  testPayload,
} from '../../../../packages/verdict/test/issuer.ts'
import { casesAbsent, casesFolder, readVerifyCases } from '../../../../tools/src/cases.ts'
import { readDccVectors, readRuleVectors, vectorsAbsent } from '../../../../tools/src/vectors.ts'

const main = resolve(import.meta.dirname, '../main.ts')
const at = '2021-08-13T15:30:00Z'

let folder: string
let issuer: TestIssuer
let text: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sidep-cli-'))
  issuer = await makeIssuer()
  text = await issuer.hcert(testPayload())
  writeFileSync(inFolder('signers.json'), JSON.stringify(issuer.lists))
})
after(() => rmSync(folder, { recursive: true, force: true }))

const inFolder = (name: string): string => join(folder, name)

const sidep = (words: readonly string[], input = ''): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [main, ...words], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env.PATH, DATA_DIR: inFolder('data') },
  })

const verifyJson = (...words: string[]) => {
  const { status, stdout } = sidep(['verify', ...words, '--at', at, '--json'])
  return { status, verdict: JSON.parse(stdout) }
}

const batch = (
  command: 'verify' | 'rules',
  lines: readonly unknown[],
): Record<string, unknown>[] => {
  const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  const { status, stdout } = sidep([command, '--batch'], input.join('\n'))
  assert.equal(status, 0)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

suite('sidep verify', () => {
  test('exits 0 for an accepted text and shows no health data', () => {
    const { status, verdict } = verifyJson(
      text,
      '--signers',
      inFolder('signers.json'),
      '--for',
      'fr',
    )
    assert.equal(status, 0)
    assert.equal(verdict.verdict, 'accepted')
    assert.equal(verdict.acceptedUntil, '2021-08-16T10:00:00.000Z')
    assert.equal(verdict.certificate.familyName, 'Lefèvre')
    assert.equal('medical' in verdict.certificate, false)
  })

  test('exits 1 for a refused one and 2 for an unreadable one', () => {
    const refused = verifyJson(text)
    assert.equal(refused.status, 1)
    assert.deepEqual([refused.verdict.step, refused.verdict.code], ['key', 'KEY_UNKNOWN'])
    const unreadable = verifyJson('anything')
    assert.equal(unreadable.status, 2)
    assert.equal(unreadable.verdict.step, 'prefix')
  })

  test('says where its signers came from, and when there are none', () => {
    assert.match(sidep(['verify', text, '--at', at]).stdout, /signers: none/)
    const given = sidep(['verify', text, '--at', at, '--signers', inFolder('signers.json')])
    assert.match(
      given.stdout,
      /accepted until .*\n {2}Lefèvre Anne, born 1980-05-02\n.*signers\.json/,
    )
  })

  test('takes the whole output of sidep demo as signers', () => {
    writeFileSync(inFolder('demo.json'), JSON.stringify({ hcert: text, signers: issuer.lists }))
    assert.equal(verifyJson(text, '--signers', inFolder('demo.json')).status, 0)
  })

  test('takes a signed bundle with its anchor, and no other', async () => {
    const { certificate, privateKey } = issuer.keys.signers.bundle
    const signer = await loadSigner(certificate)
    assert.ok(signer.ok)
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const pkcs8 = new Uint8Array(privateKey)
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
    const bundle = await signBundle(
      { version: 1, issuedAt: at, expiresAt: '2021-08-20T00:00:00Z', ...issuer.lists },
      {
        keyId: signer.value.keyId,
        sign: async (bytes) =>
          new Uint8Array(await crypto.subtle.sign(algorithm, key, new Uint8Array(bytes))),
      },
    )
    writeFileSync(inFolder('bundle'), bundle)
    const spki = bytesToBase64(
      new Uint8Array(await crypto.subtle.exportKey('spki', signer.value.publicKey)),
    )
    writeFileSync(inFolder('anchor.json'), JSON.stringify({ spki }))
    const words = [text, '--signers', inFolder('bundle'), '--anchor']
    assert.equal(verifyJson(...words, spki).status, 0)
    assert.equal(verifyJson(...words, inFolder('anchor.json')).status, 0)
    const other = issuer.lists.twoddoc[0]?.spki ?? ''
    const refused = sidep(['verify', ...words, other, '--at', at])
    assert.equal(refused.status, 64)
    assert.match(refused.stderr, /BUNDLE_SIGNATURE/)
  })

  test('trusts the signers of its own data folder', () => {
    const keys = sidep(['keys', '--development'])
    assert.equal(keys.status, 0, keys.stderr)
    assert.match(sidep(['verify', text, '--at', at]).stdout, /signers: .*data\/keys/)
    rmSync(inFolder('data'), { recursive: true })
  })

  test('reads QR and DataMatrix from a picture', async () => {
    const wasm = resolve(
      import.meta.dirname,
      '../../../../node_modules/zxing-wasm/dist/writer/zxing_writer.wasm',
    )
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } })
    const sampledAt = new Date('2021-08-13T10:00:00Z')
    const codes = [
      { content: text, format: 'QRCode', read: 'hcert' },
      {
        content: await issuer.twoddoc({ result: 'N', sampledAt }),
        format: 'DataMatrix',
        read: 'twoddoc',
      },
    ] as const
    for (const { content, format, read } of codes) {
      const { image } = await writeBarcode(content, { format, scale: 4 })
      assert.ok(image !== null)
      writeFileSync(inFolder('code.png'), new Uint8Array(await image.arrayBuffer()))
      const { status, verdict } = verifyJson(
        inFolder('code.png'),
        '--signers',
        inFolder('signers.json'),
      )
      assert.equal(status, 0)
      assert.equal(verdict.certificate.format, read)
    }
  })

  test('accepts nothing while a revocation cannot be read, and says which', () => {
    const lists = { ...issuer.lists, revoked: ['00'.repeat(16), 'x'] }
    writeFileSync(inFolder('unreadable.json'), JSON.stringify(lists))
    const words = ['verify', text, '--at', at, '--json', '--signers', inFolder('unreadable.json')]
    const { status, stdout, stderr } = sidep(words)
    assert.equal(status, 1)
    assert.equal(JSON.parse(stdout).code, 'REVOCATION_LIST_UNREADABLE')
    assert.match(stderr, /revoked\[1\] cannot be read/)
  })

  test('reads a text file as editors save it: with a mark, in UTF-16, wrapped', () => {
    const wrapped = text.replace(/.{76}/g, '$&\r\n')
    const files = [
      Buffer.from(`\ufeff${wrapped}\n`),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      Buffer.from(`\ufeff${wrapped}`, 'utf16le').swap16(),
    ]
    for (const bytes of files) {
      writeFileSync(inFolder('code.txt'), bytes)
      const found = verifyJson(inFolder('code.txt'), '--signers', inFolder('signers.json'))
      assert.deepEqual([found.status, found.verdict.code], [0, 'ACCEPTED'])
    }
  })

  test('of each picture that verifiers failed people on shows the certificate’s verdict', (context) => {
    if (casesAbsent !== null) return context.skip(casesAbsent)
    const signers = readVerifyCases().flatMap((one) => one.signers)
    const lists = {
      dcc: signers.filter((signer) => typeof signer === 'string'),
      twoddoc: signers.filter((signer) => typeof signer !== 'string'),
    }
    writeFileSync(inFolder('cases.json'), JSON.stringify(lists))
    const pictures = readdirSync(join(casesFolder, 'codes')).filter((name) => name.endsWith('png'))
    assert.ok(pictures.length >= 5)
    for (const name of pictures) {
      const picture = join(casesFolder, 'codes', name)
      const { status, verdict } = verifyJson(picture, '--signers', inFolder('cases.json'))
      assert.deepEqual([status, verdict.code], [0, 'ACCEPTED'], name)
      assert.match(verdict.certificate.familyName, /^vasseur$/i)
    }
  })

  test('of a picture without a code, broken or huge, says PICTURE_UNREADABLE', () => {
    const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
    const huge = Buffer.concat([header, Buffer.from('7fffffff7fffffff0802000000', 'hex')])
    const pictures = [
      Buffer.of(0x89, 0x50, 0x4e, 0x47),
      huge,
      Buffer.of(0xff, 0xd8, 0xff, 0),
      Buffer.of(0, 1),
    ]
    for (const bytes of pictures) {
      writeFileSync(inFolder('broken.png'), bytes)
      const { status, verdict } = verifyJson(inFolder('broken.png'))
      assert.equal(status, 2)
      assert.deepEqual([verdict.step, verdict.code], ['prefix', 'PICTURE_UNREADABLE'])
    }
  })

  test('reads every picture of the outside vectors but the unreadable one', async (context) => {
    if (vectorsAbsent !== null) return context.skip(vectorsAbsent)
    const { isPicture, readPicture } = await import('../verify/picture.ts')
    for (const { id, picture, text: expected, expected: results } of readDccVectors()) {
      if (picture === undefined || results.EXPECTEDPICTUREDECODE === undefined) continue
      const bytes = new Uint8Array(Buffer.from(picture, 'base64'))
      const texts = isPicture(bytes) ? await readPicture(bytes) : []
      assert.deepEqual(texts, results.EXPECTEDPICTUREDECODE ? [expected] : [], id)
    }
  })

  test('exits 64 on wrong usage, with a sentence', () => {
    for (const words of [
      ['verify'],
      ['verify', text, '--at', 'yesterday'],
      ['verify', text, '--for', 'France'],
      ['verify', text, '--signers', main],
      ['rules'],
      ['unknown-command'],
    ]) {
      const { status, stderr } = sidep(words)
      assert.equal(status, 64, words.join(' '))
      assert.ok(stderr.length > 10)
    }
    assert.equal(sidep(['verify', inFolder('missing.png')]).status, 66)
  })
})

suite('sidep verify --batch', () => {
  const line = (fields: object) => ({ id: 1, text, at, signers: issuer.lists.dcc, ...fields })

  test('answers each line in order, steps null when accepted', async () => {
    const twoddoc = await issuer.twoddoc({
      result: 'N',
      sampledAt: new Date('2021-08-13T10:00:00Z'),
    })
    const answers = batch('verify', [
      line({ id: 'a' }),
      line({ id: 'b', signers: [] }),
      line({ id: 'c', text: 'HC1:abc' }),
      line({ id: 'd', for: 'FR' }),
      line({ id: 'e', for: 'FR', at: '2021-08-16T10:00:00Z' }),
      line({ id: 'f', text: twoddoc, signers: issuer.lists.twoddoc }),
    ])
    assert.deepEqual(
      answers.map(({ id, verdict, step, code }) => [id, verdict, step, code]),
      [
        ['a', 'accepted', null, 'ACCEPTED'],
        ['b', 'refused', 'key', 'KEY_UNKNOWN'],
        ['c', 'unreadable', 'base45', 'BASE45_CHARACTER'],
        ['d', 'accepted', null, 'ACCEPTED'],
        ['e', 'refused', 'rules', 'TEST_TOO_OLD'],
        ['f', 'accepted', null, 'ACCEPTED'],
      ],
    )
  })

  test('takes a key by the key id that its country gives it', async () => {
    const [certificate] = issuer.lists.dcc
    const own = issuer.trust.signers[0]
    assert.ok(own)
    const spki = bytesToBase64(new Uint8Array(await crypto.subtle.exportKey('spki', own.publicKey)))
    const kid = bytesToBase64(own.keyId)
    const listed = { id: 'a', signers: [{ kid, spki }] }
    const answers = batch('verify', [
      line(listed),
      line({ id: 'b', signers: [{ kid, certificate }] }),
      line({ id: 'c', signers: [{ kid: 'AAAAAAAAAAA=', spki }] }),
      line({ id: 'd', signers: [{ kid, spki, usages: ['vaccination'] }] }),
      line({ id: 'e', signers: [{ kid: '!', spki }] }),
      line({ id: 'f', signers: [{ kid: 1, spki }] }),
    ])
    assert.deepEqual(
      answers.map(({ id, code, error }) => [id, code ?? error]),
      [
        ['a', 'ACCEPTED'],
        ['b', 'ACCEPTED'],
        ['c', 'KEY_UNKNOWN'],
        ['d', 'KEY_USAGE_NOT_PERMITTED'],
        ['e', 'SIGNERS_MALFORMED'],
        ['f', 'SIGNERS_MALFORMED'],
      ],
    )
    const signers = { dcc: [{ kid, spki }], twoddoc: [] }
    writeFileSync(inFolder('listed.json'), JSON.stringify(signers))
    assert.equal(verifyJson(text, '--signers', inFolder('listed.json')).status, 0)
  })

  test('answers a malformed line with an error and goes on', () => {
    const answers = batch('verify', [
      'garbage',
      '[1]',
      line({ id: 2, text: 5 }),
      line({ id: 3, at: 'soon' }),
      line({ id: 4, signers: 'all' }),
      line({ id: 5, signers: ['***'] }),
      line({ id: 6, signers: [null] }),
      line({ id: 7, for: 33 }),
      line({ id: 8, text: `HC1:${'A'.repeat(1_000_000)}` }),
      `"${'x'.repeat(5_000_000)}"`,
      line({ id: 9 }),
    ])
    assert.deepEqual(
      answers.map(({ id, error, code }) => [id, error ?? code]),
      [
        [null, 'LINE_NOT_JSON_OBJECT'],
        [null, 'LINE_NOT_JSON_OBJECT'],
        [2, 'TEXT_MISSING'],
        [3, 'AT_MALFORMED'],
        [4, 'SIGNERS_MALFORMED'],
        [5, 'SIGNERS_MALFORMED'],
        [6, 'SIGNERS_MALFORMED'],
        [7, 'FOR_MALFORMED'],
        [8, 'TEXT_TOO_LONG'],
        [null, 'LINE_TOO_LONG'],
        [9, 'ACCEPTED'],
      ],
    )
  })
})

suite('sidep rules --batch', () => {
  test('evaluates every outside case as expected', (context) => {
    if (vectorsAbsent !== null) return context.skip(vectorsAbsent)
    const cases = readRuleVectors().flatMap(({ id, logic, cases: all }) =>
      all.map((one, index) => ({ id: `${id}/${index}`, rule: logic, ...one })),
    )
    const answers = batch('rules', cases)
    assert.deepEqual(
      answers,
      cases.map(({ id, expected }) => ({ id, result: expected })),
    )
  })

  test('takes a whole rule for its Logic, writes dates as RFC 3339, and survives hostile lines', () => {
    const answers = batch('rules', [
      { id: 1, rule: { Identifier: 'X', Logic: true } },
      { id: 2, rule: { plusTime: ['2021-08-13', 1, 'day'] } },
      { id: 3, rule: { unknown: [] } },
      { id: 4 },
      'garbage',
    ])
    assert.deepEqual(answers, [
      { id: 1, result: true },
      { id: 2, result: '2021-08-14T00:00:00.000Z' },
      { id: 3, error: 'RULE_MALFORMED' },
      { id: 4, error: 'RULE_MISSING' },
      { id: null, error: 'LINE_NOT_JSON_OBJECT' },
    ])
  })
})

suite('sidep keys', () => {
  test('makes keys that only their owner reads, and never overwrites them', () => {
    const words = ['keys', '--folder', inFolder('keys'), '--twoddoc', 'FR03/AHP1']
    const made = sidep(words)
    assert.equal(made.status, 0, made.stderr)
    assert.match(made.stdout, /2D-DOC signer: FR03\/AHP1/)
    const files = readdirSync(inFolder('keys'))
    assert.equal(files.length, 13)
    for (const file of files) {
      assert.equal(statSync(join(inFolder('keys'), file)).mode & 0o777, 0o600, file)
    }
    const again = sidep(words)
    assert.equal(again.status, 73)
    assert.match(again.stderr, /never overwritten/)
  })
})

suite('sidep --help', () => {
  test('lists every command with an example, and explains each', () => {
    const { status, stdout } = sidep(['--help'])
    assert.equal(status, 0)
    for (const command of ['verify', 'rules', 'keys']) {
      assert.match(stdout, new RegExp(`npx sidep ${command} `))
      const help = sidep([command, '--help'])
      assert.equal(help.status, 0)
      assert.match(help.stdout, /Example:/)
    }
  })
})
