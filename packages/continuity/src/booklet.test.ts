import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cwtClaim, encodeCbor, Tagged } from '@sidep/encoding'
import { type BookletGrant, issueBooklet, readBooklet, verifyBooklet } from './booklet.ts'
import { continuityClaim } from './claims.ts'
import {
  coseKeyOf,
  counterKeyId,
  counterKeyOf,
  importCounterKey,
  parseCoseKey,
} from './counter-key.ts'
import { signClaims } from './sign-cwt.ts'
import {
  after,
  assertCode,
  bookletWith,
  continuityKeys,
  counterKeys,
  grant,
  hours,
  minutes,
  otherCounterKeys,
  outage,
  signerKeyId,
  signerKeys,
  signWith,
  valueIn,
} from './testing.ts'

const sign = signWith(signerKeys)
const issued = await issueBooklet(grant, signerKeyId, sign)

test('a booklet is read as it was granted, in less than 300 bytes', () => {
  const { keyId, cose, ...read } = valueIn(readBooklet(issued))
  assert.deepEqual(read, grant)
  assert.deepEqual(keyId, signerKeyId)
  assert.equal(cose.signature.length, 64)
  assert.ok(issued.length < 300, `${issued.length} bytes`)
})

test('a booklet of its signer verifies from its beginning to its end, five minutes forgiven', async () => {
  const booklet = await bookletWith()
  const verifyAt = (at: Date) => verifyBooklet(booklet, continuityKeys, at)
  for (const at of [
    grant.notBefore,
    after(grant.notBefore, -minutes(5)),
    outage,
    grant.expiresAt,
  ]) {
    assert.equal((await verifyAt(at)).ok, true)
  }
  assertCode(await verifyAt(after(grant.notBefore, -minutes(6))), 'BOOKLET_NOT_YET')
  assertCode(await verifyAt(after(grant.expiresAt, minutes(6))), 'BOOKLET_EXPIRED')
})

test('a booklet of an unknown key is refused with BOOKLET_KEY_UNKNOWN', async () => {
  assertCode(await verifyBooklet(await bookletWith(), [], outage), 'BOOKLET_KEY_UNKNOWN')
})

test('a booklet given outside its signer’s own validity is refused with BOOKLET_KEY_NOT_VALID', async () => {
  const keys = continuityKeys.map((key) => ({ ...key, notAfter: after(outage, -hours(3)) }))
  assertCode(await verifyBooklet(await bookletWith(), keys, outage), 'BOOKLET_KEY_NOT_VALID')
})

test('a booklet signed by another key under the same id is refused with BOOKLET_SIGNATURE', async () => {
  const forged = await issueBooklet(grant, signerKeyId, signWith(otherCounterKeys))
  const booklet = valueIn(readBooklet(forged))
  assertCode(await verifyBooklet(booklet, continuityKeys, outage), 'BOOKLET_SIGNATURE')
})

test('of two keys under one id, the one that signed is found', async () => {
  const [key] = continuityKeys
  assert.ok(key)
  const keys = [{ ...key, publicKey: otherCounterKeys.publicKey }, key]
  assert.equal((await verifyBooklet(await bookletWith(), keys, outage)).ok, true)
})

/** Claims that the signer signed, without the checks of `issueBooklet`. */
const claimsWith = (changes: ReadonlyMap<number, unknown>): Map<number, unknown> => {
  const claims = new Map<number, unknown>([
    [cwtClaim.iss, 'FR'],
    [cwtClaim.exp, grant.expiresAt.getTime() / 1000],
    [cwtClaim.nbf, grant.notBefore.getTime() / 1000],
    [cwtClaim.iat, grant.issuedAt.getTime() / 1000],
    [cwtClaim.cti, new Uint8Array(8)],
    [cwtClaim.cnf, new Map([[1, coseKeyOf(grant.counterKey)]])],
    [continuityClaim.booklet, allowance()],
  ])
  for (const [claim, value] of changes) {
    if (value === undefined) claims.delete(claim)
    else claims.set(claim, value)
  }
  return claims
}

const allowance = (...changes: readonly (readonly [number, unknown])[]): Map<number, unknown> =>
  new Map<number, unknown>([
    [1, 750_712_184],
    [2, 'Pharmacie'],
    [3, 899_700_075_122],
    [4, 'Ministère'],
    [5, 50],
    [6, ['LP217198-3']],
    ...changes,
  ])

const signed = (...changes: readonly (readonly [number, unknown])[]) =>
  signClaims(claimsWith(new Map(changes)), signerKeyId, sign)

test('a booklet that claims more than 24 h is refused with BOOKLET_TOO_LONG, though it is signed', async () => {
  for (const expiresAt of [after(grant.notBefore, hours(24) + 1000), grant.notBefore]) {
    const bytes = await signed([cwtClaim.exp, expiresAt.getTime() / 1000])
    const booklet = valueIn(readBooklet(bytes))
    assertCode(await verifyBooklet(booklet, continuityKeys, outage), 'BOOKLET_TOO_LONG')
  }
})

const broken: readonly (readonly [string, string, readonly [number, unknown]])[] = [
  ['no end', 'BOOKLET_TIMES', [cwtClaim.exp, undefined]],
  ['an end with a fraction', 'BOOKLET_TIMES', [cwtClaim.exp, 1_628_861_400.5]],
  ['no beginning', 'BOOKLET_TIMES', [cwtClaim.nbf, undefined]],
  ['no issue time', 'BOOKLET_TIMES', [cwtClaim.iat, undefined]],
  ['a text for a time', 'CWT_TIME_CLAIM', [cwtClaim.iat, 'now']],
  ['no counter key', 'BOOKLET_COUNTER_KEY', [cwtClaim.cnf, undefined]],
  [
    'two confirmations',
    'BOOKLET_COUNTER_KEY',
    [
      cwtClaim.cnf,
      new Map<number, unknown>([
        [1, coseKeyOf(grant.counterKey)],
        [3, 'x'],
      ]),
    ],
  ],
  ['no id', 'BOOKLET_CLAIMS', [cwtClaim.cti, undefined]],
  ['a short id', 'BOOKLET_CLAIMS', [cwtClaim.cti, new Uint8Array(7)]],
  ['no country', 'BOOKLET_CLAIMS', [cwtClaim.iss, undefined]],
  ['a country of three letters', 'BOOKLET_CLAIMS', [cwtClaim.iss, 'FRA']],
  ['no allowance', 'BOOKLET_CLAIMS', [continuityClaim.booklet, undefined]],
  [
    'a site that is no FINESS',
    'BOOKLET_CLAIMS',
    [continuityClaim.booklet, allowance([1, 750_712_185])],
  ],
  ['a site as text', 'BOOKLET_CLAIMS', [continuityClaim.booklet, allowance([1, '750712184'])]],
  ['no site name', 'BOOKLET_CLAIMS', [continuityClaim.booklet, allowance([2, ''])]],
  [
    'a site name of 41 bytes',
    'BOOKLET_CLAIMS',
    [continuityClaim.booklet, allowance([2, 'é'.repeat(20) + 'e'])],
  ],
  [
    'a professional without RPPS',
    'BOOKLET_CLAIMS',
    [continuityClaim.booklet, allowance([3, 99_700_075_122])],
  ],
  [
    'an authority of 45 bytes',
    'BOOKLET_CLAIMS',
    [continuityClaim.booklet, allowance([4, 'e'.repeat(45)])],
  ],
  ['a maximum of 0', 'BOOKLET_CLAIMS', [continuityClaim.booklet, allowance([5, 0])]],
  ['a maximum of 2,001', 'BOOKLET_CLAIMS', [continuityClaim.booklet, allowance([5, 2001])]],
  ['no kind of test', 'BOOKLET_CLAIMS', [continuityClaim.booklet, allowance([6, []])]],
  [
    'five kinds of test',
    'BOOKLET_CLAIMS',
    [continuityClaim.booklet, allowance([6, ['A', 'B', 'C', 'D', 'E']])],
  ],
]
for (const [fault, code, change] of broken) {
  test(`a booklet with ${fault} is refused with ${code}`, async () => {
    assertCode(readBooklet(await signed(change)), code)
  })
}

test('a booklet without ES256 and a key id in its protected header alone is refused with BOOKLET_HEADER', async () => {
  const { cose } = await bookletWith()
  const headers = [
    [new Uint8Array(), new Map()],
    [
      encodeCbor(
        new Map<number, unknown>([
          [1, -37],
          [4, signerKeyId],
        ]),
      ),
      new Map(),
    ],
    [
      encodeCbor(
        new Map<number, unknown>([
          [1, -7],
          [4, new Uint8Array(7)],
        ]),
      ),
      new Map(),
    ],
    [encodeCbor(new Map([[1, -7]])), new Map([[4, signerKeyId]])],
    [cose.protectedBytes, new Map([[5, 'added by anyone']])],
  ]
  for (const [protectedBytes, unprotected] of headers) {
    const message = new Tagged(18, [protectedBytes, unprotected, cose.payload, cose.signature])
    assertCode(readBooklet(encodeCbor(message)), 'BOOKLET_HEADER')
  }
})

test('a booklet that its own checks would refuse is not issued', async () => {
  const grants: readonly Partial<BookletGrant>[] = [
    { expiresAt: after(grant.notBefore, hours(25)) },
    { maximum: 0 },
    { siteName: '' },
    { testTypes: [] },
    { id: '0123' },
  ]
  for (const changes of grants) {
    await assert.rejects(issueBooklet({ ...grant, ...changes }, signerKeyId, sign), RangeError)
  }
})

test('a counter’s key survives its compression, whichever side of the curve it is on', async () => {
  for (let index = 0; index < 12; index++) {
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    const key = await counterKeyOf(keys.publicKey)
    const read = valueIn(parseCoseKey(coseKeyOf(key)))
    assert.deepEqual(read, key)
    assert.deepEqual(await counterKeyOf(await importCounterKey(read)), key)
  }
})

test('a key off the curve, of another kind, curve or form is refused with COUNTER_KEY', () => {
  const key = coseKeyOf(grant.counterKey)
  const changes: readonly (readonly [number, unknown])[] = [
    [1, 1],
    [-1, 2],
    [-2, new Uint8Array(31)],
    [-2, new Uint8Array(32).fill(255)],
    // No point of P-256 has x = 1: 1 − 3 + b is no square.
    [-2, new Uint8Array(32).with(31, 1)],
    [-3, grant.counterKey.y],
    [-4, new Uint8Array(32)],
  ]
  for (const change of changes) assertCode(parseCoseKey(new Map([...key, change])), 'COUNTER_KEY')
  assertCode(parseCoseKey('key'), 'COUNTER_KEY')
})

test('two counters have different key ids', async () => {
  const [one, other] = await Promise.all([
    counterKeyId(await counterKeyOf(counterKeys.publicKey)),
    counterKeyId(await counterKeyOf(otherCounterKeys.publicKey)),
  ])
  assert.equal(one.length, 8)
  assert.notDeepEqual(one, other)
})
