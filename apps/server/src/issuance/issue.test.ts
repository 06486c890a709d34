import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { TestTo2dDoc } from '@sidep/twoddoc'
import { systemRandomBytes } from '../platform/clock.ts'
import type { Log } from '../platform/context.ts'
import { makeMetrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problems.ts'
import { makeTestClock, testStart } from '../platform/testing.ts'
import { check2dDoc } from './certificate-check.ts'
import { type CertificateRequest, openIssuance, reportRefusals } from './issue.ts'
import { fixedRings, issuingKeysOf } from './issuing-keys.ts'
import { readKeyFolder } from './key-folder.ts'
import { openSigners, type Signers, SignersUnusable } from './signers.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-issuance-'))
after(() => rmSync(folder, { recursive: true }))

const clock = makeTestClock(testStart)
const keysDirectory = join(folder, 'keys')
const development = { mode: 'development', keysDirectory } as const
const signers = await openSigners(development, clock, systemRandomBytes)

const logged: unknown[] = []
const log = { error: (line: unknown) => logged.push(line) } as unknown as Log

const open = async (using: Signers) =>
  openIssuance(
    {
      configuration: {
        issuance: { dccValidityDays: 365, country: 'FR', issuerName: 'Ministère des essais' },
      },
      clock,
      randomBytes: systemRandomBytes,
      onRefused: reportRefusals({ log, metrics: makeMetrics() }),
    },
    await issuingKeysOf(fixedRings(using)),
  )

const request: CertificateRequest = {
  person: { familyName: 'D’Artagnan', firstNames: 'Zoé', birthDate: '1987-03-09', sex: 'F' },
  kind: { dccTestType: 'LP217198-3', loinc: '945584' },
  disease: '840539006',
  deviceId: '1232',
  deviceName: null,
  sampledAt: new Date('2021-08-13T13:20:00Z'),
  result: 'negative',
  centre: 'Pharmacie du Parvis',
}

const failed = (error: unknown): boolean =>
  error instanceof Problem && error.code === 'ISSUANCE_FAILED'

test('both codes are issued, with the longest names, in every script that is accepted', async () => {
  const issuance = await open(signers)
  const names = [
    ['Le Goff-Kermeur', 'Maël Élouan'],
    ['Đặng Thị Hồng Nhung', 'Ngọc'],
    ['Παπαδόπουλος', 'Γεώργιος'],
    ['Ковалёв', 'Пётр'],
    ['É'.repeat(80), 'Œ'.repeat(80)],
    [
      'Wolfeschlegelsteinhausenbergerdorff Sr',
      'Jean Paul Marie Hubert Blaise Constant Désiré Ange',
    ],
  ] as const
  for (const [familyName, firstNames] of names) {
    const issued = await issuance.issue({
      ...request,
      person: { ...request.person, familyName, firstNames },
    })
    assert.match(issued.hcert ?? '', /^HC1:/)
    assert.match(issued.twoddoc, /^DC04/)
  }
})

test('both codes are issued to people of one name, and to people whose birth date is known in part', async () => {
  const issuance = await open(signers)
  for (const [familyName, firstNames, birthDate] of [
    ['Suharto', '', '1958-06-03'],
    ['Suharto', '', '1958'],
    ['Һасан', 'Ғали', '1958-06'],
  ] as const) {
    const person = { ...request.person, familyName, firstNames, birthDate }
    const issued = await issuance.issue({ ...request, person })
    assert.match(issued.hcert ?? '', /^HC1:/)
    assert.match(issued.twoddoc, /^DC04/)
  }
})

test('both times of the hour that comes twice in October are issued', async () => {
  const autumn = makeTestClock('2021-10-31T04:00:00Z')
  const issuance = await openIssuance(
    {
      configuration: { issuance: { dccValidityDays: 365, country: 'FR', issuerName: 'x' } },
      clock: autumn,
      randomBytes: systemRandomBytes,
      onRefused: reportRefusals({ log, metrics: makeMetrics() }),
    },
    await issuingKeysOf(fixedRings(signers)),
  )
  for (const sampledAt of [new Date('2021-10-31T00:30:00Z'), new Date('2021-10-31T01:30:00Z')]) {
    assert.match((await issuance.issue({ ...request, sampledAt })).twoddoc, /^DC04/)
  }
})

test('a signer that signs something else is caught before release', async () => {
  for (const scope of ['dcc', 'twoddoc'] as const) {
    const lying: Signers = {
      ...signers,
      scopes: {
        ...signers.scopes,
        [scope]: {
          ...signers.scopes[scope],
          sign: (bytes: Uint8Array) => signers.scopes[scope].sign(bytes.slice(1)),
        },
      },
    }
    await assert.rejects((await open(lying)).issue(request), failed, scope)
  }
})

test('a signer that changes what it is given before signing it is caught', async () => {
  const { sign } = signers.scopes.twoddoc
  const lying: Signers = {
    ...signers,
    scopes: {
      ...signers.scopes,
      twoddoc: {
        ...signers.scopes.twoddoc,
        sign: (bytes) => sign(bytes.map((byte) => (byte === 0x4e ? 0x50 : byte))),
      },
    },
  }
  await assert.rejects((await open(lying)).issue(request), failed)
})

test('a 2D-DOC that says anything else than what was meant is CONTENT_DIFFERS', async () => {
  const at = clock.now()
  const { identity, trust } = (await issuingKeysOf(fixedRings(signers)))(at)
  const { twoddoc } = await (await open(signers)).issue(request)
  const { person, sampledAt } = request
  const meant: TestTo2dDoc = {
    ...identity,
    issuedAt: at,
    person,
    loinc: request.kind.loinc,
    result: 'N',
    sampledAt,
  }
  assert.equal(await check2dDoc(twoddoc, meant, trust, at), null)
  const others: Partial<TestTo2dDoc>[] = [
    { result: 'P' },
    { loinc: '945585' },
    { certificateId: 'ZZZZ' },
    { sampledAt: new Date(sampledAt.getTime() + 60_000) },
    { person: { ...person, sex: 'M' } },
    { person: { ...person, birthDate: '1987-03-10' } },
    { person: { ...person, familyName: 'D’Artagnon' } },
    { person: { ...person, firstNames: 'Zoé Anne' } },
  ]
  for (const other of others) {
    assert.deepEqual(await check2dDoc(twoddoc, { ...meant, ...other }, trust, at), {
      format: 'twoddoc',
      code: 'CONTENT_DIFFERS',
    })
  }
})

test('a key that is not its certificate’s is caught', async () => {
  const crossed: Signers = {
    ...signers,
    scopes: {
      ...signers.scopes,
      dcc: { ...signers.scopes.dcc, sign: signers.scopes.twoddoc.sign },
    },
  }
  await assert.rejects((await open(crossed)).issue(request), failed)
})

test('a DCC under a key id that nobody knows is caught', async () => {
  const unknownKey: Signers = {
    ...signers,
    scopes: { ...signers.scopes, dcc: { ...signers.scopes.dcc, keyId: new Uint8Array(8) } },
  }
  await assert.rejects((await open(unknownKey)).issue(request), failed)
})

test('a positive of more than a day ago is issued only when somebody else confirmed it', async () => {
  const issuance = await open(signers)
  const sampledAt = new Date(clock.now().getTime() - 24 * 3_600_000 - 1)
  const positive = { ...request, sampledAt, result: 'positive' } as const
  await assert.rejects(issuance.issue(positive), failed)
  assert.ok((await issuance.issue({ ...positive, isConfirmed: true })).hcert)
  assert.ok((await issuance.issue({ ...request, sampledAt })).hcert)
  const inTime = new Date(sampledAt.getTime() + 1)
  assert.ok((await issuance.issue({ ...positive, sampledAt: inTime })).hcert)
})

test('an expired signer issues nothing', async () => {
  const issuance = await open(signers)
  clock.advance(3 * 365 * 86_400_000)
  await assert.rejects(issuance.issue(request), failed)
  clock.set(testStart)
})

test('a signer that does not answer is ISSUANCE_FAILED, and the log has codes only', async () => {
  const silent: Signers = {
    ...signers,
    scopes: {
      ...signers.scopes,
      dcc: { ...signers.scopes.dcc, sign: () => Promise.reject(new Error('token removed')) },
    },
  }
  await assert.rejects((await open(silent)).issue(request), failed)
  assert.doesNotMatch(JSON.stringify(logged), /Artagnan|1987/)
})

test('development keys are made once, in files that only their owner reads', async () => {
  const again = await openSigners(development, clock, systemRandomBytes)
  assert.deepEqual(again.scopes.dcc.keyId, signers.scopes.dcc.keyId)
  assert.equal(statSync(join(keysDirectory, 'dcc.key.pem')).mode & 0o777, 0o600)
  const { keys } = await readKeyFolder(keysDirectory)
  assert.deepEqual(keys.find(({ scope }) => scope === 'twoddoc')?.twoddoc, signers.twoddoc)
})

test('production refuses development keys, naming each', async () => {
  await assert.rejects(
    openSigners({ mode: 'production', keysDirectory }, clock, systemRandomBytes),
    (error) =>
      error instanceof SignersUnusable &&
      ['dcc', 'twoddoc', 'bundle', 'session', 'continuity'].every((scope) =>
        error.message.includes(`signer ${scope} was made for development`),
      ),
  )
})

test('production makes no keys', async () => {
  const absent = join(folder, 'absent')
  await assert.rejects(
    openSigners({ mode: 'production', keysDirectory: absent }, clock, systemRandomBytes),
    SignersUnusable,
  )
  assert.equal(existsSync(absent), false)
})
