import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeCbor, Tagged } from './cbor.ts'
import { cwtClaim, encodeCwtClaims, parseCwtClaims } from './cwt.ts'
import { assertCode, hex, readable } from './testing.ts'

const claimsOf = (...entries: [unknown, unknown][]) => parseCwtClaims(encodeCbor(new Map(entries)))

test('the example of RFC 8392, appendix A.1, is read', () => {
  const claims = readable(
    parseCwtClaims(
      hex(
        'a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b71',
      ),
    ),
  )
  assert.equal(claims.iss, 'coap://as.example.com')
  assert.equal(claims.sub, 'erikw')
  assert.equal(claims.exp, 1_444_064_944)
  assert.equal(claims.nbf, 1_443_944_944)
  assert.equal(claims.iat, 1_443_944_944)
  assert.equal(claims.all.get(cwtClaim.aud), 'coap://light.example.com')
})

test('times may be floating-point numbers (RFC 8392 §2)', () => {
  assert.equal(readable(claimsOf([cwtClaim.exp, 1_623_931_254.5])).exp, 1_623_931_254.5)
})

test('no claim is required', () => {
  assert.deepEqual(readable(claimsOf()), { all: new Map() })
})

test('the health certificate claim is handed on as it came', () => {
  const hcert = new Map([[1, new Map([['ver', '1.3.0']])]])
  assert.deepEqual(readable(claimsOf([cwtClaim.hcert, hcert])).hcert, hcert)
})

test('anything but a map is refused with CWT_NOT_A_MAP', () => {
  for (const value of [1, 'text', [], null]) {
    assertCode(parseCwtClaims(encodeCbor(value)), 'CWT_NOT_A_MAP')
  }
})

test('an issuer or subject that is not text is refused with CWT_TEXT_CLAIM', () => {
  assertCode(claimsOf([cwtClaim.iss, 33]), 'CWT_TEXT_CLAIM')
  assertCode(claimsOf([cwtClaim.sub, new Uint8Array()]), 'CWT_TEXT_CLAIM')
})

const now = 1_623_931_254
for (const [name, time] of Object.entries({
  text: '2021-06-17',
  null: null,
  'a tagged number (RFC 8392 §2)': new Tagged(1, now),
  'not a number': Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  'beyond what a date can hold': 9e12,
  'a 64-bit integer': 2n ** 63n,
})) {
  test(`a time that is ${name} is refused with CWT_TIME_CLAIM`, () => {
    assertCode(claimsOf([cwtClaim.exp, time]), 'CWT_TIME_CLAIM')
    assertCode(claimsOf([cwtClaim.iat, time]), 'CWT_TIME_CLAIM')
    assertCode(claimsOf([cwtClaim.nbf, time]), 'CWT_TIME_CLAIM')
  })
}

test('what is not CBOR keeps the code of CBOR', () => {
  assertCode(parseCwtClaims(hex('a1')), 'CBOR_TRUNCATED')
})

test('encoded claims are read back', () => {
  const claims = { iss: 'FR', iat: now, exp: now + 72 * 3600, hcert: new Map([[1, 'dcc']]) }
  const { all, ...read } = readable(parseCwtClaims(encodeCwtClaims(claims)))
  assert.deepEqual(read, claims)
  assert.equal(all.size, 4)
})
