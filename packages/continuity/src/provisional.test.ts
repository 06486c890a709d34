import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cwtClaim, encodeBase45, encodeCbor, storeInZlib, Tagged } from '@sidep/encoding'
import { type JsonObject, parseDcc, testDcc } from '@sidep/hcert'
import { continuityClaim, kcwtHeader } from './claims.ts'
import type { ContinuityKeys } from './continuity-keys.ts'
import { counterKeyId, counterKeyOf } from './counter-key.ts'
import { compactDcc, provisionalUvci } from './provisional-payload.ts'
import { readProvisional } from './read-provisional.ts'
import { provisionalRetrievalCode } from './retrieval-code.ts'
import { signClaims } from './sign-cwt.ts'
import { signProvisional } from './sign-provisional.ts'
import {
  after,
  bookletWith,
  continuityKeys,
  counterKeys,
  finess,
  grant,
  hours,
  minutes,
  otherCounterKeys,
  outage,
  provisionalInput,
  provisionalText,
  readable,
  signerKeyId,
  signWith,
  valueIn,
} from './testing.ts'
import { verifyProvisional } from './verify-provisional.ts'
import { nothingWithdrawn, type Withdrawn, withdrawnFrom } from './withdrawn.ts'

const booklet = await bookletWith()
const inAnHour = after(outage, hours(1))

interface Situation {
  readonly at?: Date
  readonly keys?: ContinuityKeys
  readonly withdrawn?: Withdrawn
}

const verify = (text: string, { at, keys, withdrawn }: Situation = {}) =>
  verifyProvisional(
    readable(text),
    keys ?? continuityKeys,
    at ?? inAnHour,
    withdrawn ?? nothingWithdrawn,
  )

const refused = async (text: string, step: string, code: string, situation?: Situation) =>
  assert.deepEqual(await verify(text, situation), { ok: false, step, code })

interface Crafted {
  readonly number?: unknown
  readonly issuedAt?: unknown
  readonly sampledAt?: Date
  readonly testType?: string
  readonly keyId?: Uint8Array
  readonly keys?: CryptoKeyPair
  readonly dcc?: unknown
  readonly kcwt?: unknown
}

/** A text that a counter could make if it did not check itself. */
const crafted = async (given: Crafted = {}): Promise<string> => {
  const { protectedBytes, payload, signature } = booklet.cose
  const dcc: JsonObject = testDcc({
    person: { familyName: 'Le Goff', firstNames: 'Anne', birthDate: '1983-03-12' },
    test: {
      disease: '840539006',
      testType: given.testType ?? 'LP217198-3',
      sampledAt: given.sampledAt ?? after(outage, minutes(20)),
      result: 'negative',
      centre: grant.siteName,
    },
    country: 'FR',
    issuer: grant.authority,
    uvci: provisionalUvci(booklet, 7),
  })
  const message = await signClaims(
    new Map<number, unknown>([
      [
        cwtClaim.iat,
        'issuedAt' in given ? given.issuedAt : after(outage, minutes(40)).getTime() / 1000,
      ],
      [continuityClaim.number, 'number' in given ? given.number : 7],
      [cwtClaim.hcert, new Map([[1, 'dcc' in given ? given.dcc : compactDcc(dcc, true)]])],
    ]),
    given.keyId ?? (await counterKeyId(booklet.counterKey)),
    signWith(given.keys ?? counterKeys),
    new Map([
      [
        kcwtHeader,
        'kcwt' in given
          ? given.kcwt
          : new Tagged(18, [protectedBytes, new Map(), payload, signature]),
      ],
    ]),
  )
  return `FC1:${encodeBase45(storeInZlib(message))}`
}

const seconds = (moment: Date): number => moment.getTime() / 1000

test('a provisional certificate verifies with nothing but the keys, until 72 h after its issue', async () => {
  const text = await provisionalText()
  const acceptedUntil = after(outage, minutes(40) + hours(72))
  assert.deepEqual(await verify(text), { ok: true, acceptedUntil })
  assert.equal((await verify(text, { at: acceptedUntil })).ok, true)
  assert.equal((await verify(await crafted())).ok, true)
})

test('its DCC is whole: what the booklet says is put back', async () => {
  const { dcc, number, issuedAt } = readable(await provisionalText())
  assert.equal(number, 7)
  assert.deepEqual(issuedAt, after(outage, minutes(40)))
  assert.deepEqual(valueIn(parseDcc(dcc.canonical)), dcc)
  const { entry, name } = dcc
  assert.equal(name.fn, 'Le Goff')
  assert.equal(entry.centre, grant.siteName)
  assert.equal(entry.issuer, grant.authority)
  assert.equal(entry.country, 'FR')
  assert.equal(entry.uvci.slice(0, -2), 'URN:UVCI:01:FR:0123456789ABCDEFN0007')
})

test('names too long for the code are written in ICAO letters alone', async () => {
  const person = { familyName: 'É'.repeat(80), firstNames: 'Ï'.repeat(80), birthDate: '1983-03-12' }
  const text = await provisionalText({ person })
  assert.deepEqual(readable(text).dcc.name, { fnt: 'E'.repeat(80), gnt: 'I'.repeat(80) })
  assert.equal((await verify(text)).ok, true)
})

test('chain: BOOKLET_KEY_UNKNOWN, BOOKLET_KEY_NOT_VALID, BOOKLET_SIGNATURE', async () => {
  const text = await provisionalText()
  await refused(text, 'key', 'BOOKLET_KEY_UNKNOWN', { keys: [] })
  const ended = continuityKeys.map((key) => ({ ...key, notAfter: after(outage, -hours(9)) }))
  await refused(text, 'key', 'BOOKLET_KEY_NOT_VALID', { keys: ended })
  const other = continuityKeys.map((key) => ({ ...key, publicKey: otherCounterKeys.publicKey }))
  await refused(text, 'signature', 'BOOKLET_SIGNATURE', { keys: other })
})

test('another device’s booklet is refused with PROVISIONAL_OTHER_DEVICE, or PROVISIONAL_SIGNATURE if it lies about its key', async () => {
  const other = await bookletWith({ counterKey: await counterKeyOf(otherCounterKeys.publicKey) })
  const ownId = await counterKeyId(other.counterKey)
  await refused(
    await crafted({ keys: otherCounterKeys, keyId: ownId }),
    'signature',
    'PROVISIONAL_OTHER_DEVICE',
  )
  await refused(await crafted({ keys: otherCounterKeys }), 'signature', 'PROVISIONAL_SIGNATURE')
})

test('a number of 0, below, or above the maximum is refused with PROVISIONAL_NUMBER', async () => {
  for (const number of [0, -1, 51, 2 ** 40]) {
    await refused(await crafted({ number }), 'key-usage', 'PROVISIONAL_NUMBER')
  }
  assert.equal((await verify(await crafted({ number: 50 }))).ok, true)
})

test('a kind of test that the booklet does not permit is refused with PROVISIONAL_KIND', async () => {
  await refused(await crafted({ testType: 'LP6464-4' }), 'key-usage', 'PROVISIONAL_KIND')
})

test('issued before or after the booklet’s time: PROVISIONAL_BEFORE_BOOKLET, PROVISIONAL_AFTER_BOOKLET', async () => {
  const before = after(grant.notBefore, -minutes(6))
  const backDated = await crafted({ issuedAt: seconds(before), sampledAt: before })
  await refused(backDated, 'validity', 'PROVISIONAL_BEFORE_BOOKLET')
  const late = after(grant.expiresAt, minutes(6))
  const overdue = await crafted({ issuedAt: seconds(late), sampledAt: late })
  await refused(overdue, 'validity', 'PROVISIONAL_AFTER_BOOKLET', { at: late })
  const forgiven = after(grant.expiresAt, minutes(4))
  const inTime = await crafted({ issuedAt: seconds(forgiven), sampledAt: outage })
  assert.equal((await verify(inTime, { at: forgiven })).ok, true)
})

test('issued after the verifier’s now is refused with PROVISIONAL_IN_FUTURE beyond five minutes', async () => {
  const text = await provisionalText()
  await refused(text, 'validity', 'PROVISIONAL_IN_FUTURE', { at: after(outage, minutes(34)) })
  assert.equal((await verify(text, { at: after(outage, minutes(35)) })).ok, true)
})

test('after 72 h it is refused with PROVISIONAL_EXPIRED', async () => {
  const at = after(outage, minutes(40) + hours(72) + 1)
  await refused(await provisionalText(), 'validity', 'PROVISIONAL_EXPIRED', { at })
})

test('sampled after its issue, or a day before: PROVISIONAL_SAMPLED_LATER, PROVISIONAL_SAMPLED_EARLY', async () => {
  const later = await crafted({ sampledAt: after(outage, minutes(46)) })
  await refused(later, 'validity', 'PROVISIONAL_SAMPLED_LATER')
  const early = await crafted({ sampledAt: after(outage, minutes(39) - hours(24)) })
  await refused(early, 'validity', 'PROVISIONAL_SAMPLED_EARLY')
})

const list = { booklets: [], sites: [], allIssuedUntil: null, slips: [], slipSites: [] }

test('withdrawn by booklet, by site, altogether: BOOKLET_WITHDRAWN, SITE_WITHDRAWN, ALL_WITHDRAWN', async () => {
  const text = await provisionalText()
  const by = (changes: object) => ({ withdrawn: withdrawnFrom({ ...list, ...changes }) })
  const issuedUntil = grant.issuedAt.toISOString()
  const before = after(grant.issuedAt, -1).toISOString()
  await refused(text, 'revocation', 'BOOKLET_WITHDRAWN', by({ booklets: [grant.id] }))
  const sites = [
    { site: grant.siteId, issuedUntil },
    { site: grant.siteId, issuedUntil: before },
  ]
  await refused(text, 'revocation', 'SITE_WITHDRAWN', by({ sites }))
  await refused(text, 'revocation', 'ALL_WITHDRAWN', by({ allIssuedUntil: issuedUntil }))
  const earlier = by({
    sites: [{ site: grant.siteId, issuedUntil: before }],
    allIssuedUntil: before,
  })
  assert.equal((await verify(text, earlier)).ok, true)
})

const unreadable: readonly (readonly [string, string, string, string | Crafted])[] = [
  ['a definitive certificate', 'prefix', 'PREFIX_OTHER', 'HC1:6BF'],
  ['more than 1,100 characters', 'base45', 'PROVISIONAL_TOO_LARGE', `FC1:${'0'.repeat(1097)}`],
  ['a character outside base45', 'base45', 'BASE45_CHARACTER', 'FC1:a00'],
  ['bytes that are not zlib', 'zlib', 'ZLIB_HEADER', 'FC1:000000'],
  ['no CBOR', 'cbor', 'CBOR_TRUNCATED', `FC1:${encodeBase45(storeInZlib(Uint8Array.of(0x84)))}`],
  [
    'another CBOR item',
    'cose',
    'COSE_STRUCTURE',
    `FC1:${encodeBase45(storeInZlib(Uint8Array.of(1)))}`,
  ],
  ['no booklet', 'cose', 'COSE_STRUCTURE', { kcwt: 'booklet' }],
  ['a fraction of a second', 'cwt', 'PROVISIONAL_ISSUED_AT', { issuedAt: 1_628_861_400.5 }],
  ['no number', 'cwt', 'PROVISIONAL_NUMBER_FORM', { number: 'seven' }],
  ['no test', 'schema', 'PROVISIONAL_NOT_A_TEST', { dcc: new Map([['v', []]]) }],
  [
    'an own authority',
    'schema',
    'PROVISIONAL_ENTRY',
    { dcc: new Map([['t', [new Map([['is', 'me']])]]]) },
  ],
  ['an empty test', 'schema', 'SCHEMA_VERSION', { dcc: new Map([['t', [new Map()]]]) }],
]
for (const [fault, step, code, given] of unreadable) {
  test(`a text with ${fault} fails at ${step} with ${code}`, async () => {
    const text = typeof given === 'string' ? given : await crafted(given)
    assert.deepEqual(readProvisional(text), { ok: false, step, code })
  })
}

test('a message with anything in its unprotected header fails with PROVISIONAL_HEADER', async () => {
  const { cose } = readable(await provisionalText())
  const message = new Tagged(18, [
    cose.protectedBytes,
    new Map([[4, signerKeyId]]),
    cose.payload,
    cose.signature,
  ])
  const text = `FC1:${encodeBase45(storeInZlib(encodeCbor(message)))}`
  assert.deepEqual(readProvisional(text), { ok: false, step: 'cose', code: 'PROVISIONAL_HEADER' })
})

test('what a verifier would refuse is not signed', async () => {
  const input = await provisionalInput()
  const late = after(grant.expiresAt, hours(1))
  const faults = [
    [{ number: 51 }, 'PROVISIONAL_NUMBER'],
    [{ issuedAt: late, test: { ...input.test, sampledAt: late } }, 'PROVISIONAL_AFTER_BOOKLET'],
    [{ test: { ...input.test, testType: 'LP6464-4' } }, 'PROVISIONAL_KIND'],
  ] as const
  for (const [changes, message] of faults) {
    await assert.rejects(provisionalText(changes), { name: 'RangeError', message })
  }
  await assert.rejects(signProvisional(input, signWith(otherCounterKeys)), {
    message: 'PROVISIONAL_SIGNATURE',
  })
})

test('a retrieval code has the form of every other, names its site, and is another for each screening and seed', async () => {
  const seed = new Uint8Array(32).fill(7)
  const one = await provisionalRetrievalCode(
    seed,
    grant.siteId,
    '017b40f4-0000-7000-8000-000000000001',
  )
  assert.match(one, /^[A-Z2-7]{32}$/)
  const again = await provisionalRetrievalCode(
    seed,
    grant.siteId,
    '017b40f4-0000-7000-8000-000000000001',
  )
  assert.equal(again, one)
  const codes = await Promise.all([
    provisionalRetrievalCode(seed, grant.siteId, '017b40f4-0000-7000-8000-000000000002'),
    provisionalRetrievalCode(seed.with(0, 8), grant.siteId, '017b40f4-0000-7000-8000-000000000001'),
    provisionalRetrievalCode(seed, finess('2A0000014'), '017b40f4-0000-7000-8000-000000000001'),
  ])
  assert.equal(new Set([one, ...codes]).size, 4)
  assert.equal(codes[0]?.slice(0, 6), one.slice(0, 6))
  await assert.rejects(provisionalRetrievalCode(new Uint8Array(16), grant.siteId, ''), RangeError)
})
