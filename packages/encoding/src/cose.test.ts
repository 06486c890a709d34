import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8Bytes } from './bytes.ts'
import { encodeCbor, Tagged } from './cbor.ts'
import {
  coseHeader,
  coseToBeSigned,
  encodeCoseSign1,
  encodeProtectedHeader,
  parseCoseSign1,
} from './cose.ts'
import { bytesToHex } from './hex.ts'
import { assertCode, hex, readable } from './testing.ts'

// RFC 9052, appendix C.2.1: single ECDSA signature
const rfcExample = hex(
  'd28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36',
)
// RFC 9052, appendix C: the public key "11" (x, y)
const rfcKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8',
  y: 'IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4',
}

const parts = {
  protectedBytes: encodeProtectedHeader(new Map([[coseHeader.algorithm, -7]])),
  payload: utf8Bytes('payload'),
  signature: new Uint8Array(64).fill(7),
}

test('the example of RFC 9052 is read and its signature verifies', async () => {
  const cose = readable(parseCoseSign1(rfcExample))
  assert.deepEqual(cose.protectedHeader, new Map([[1, -7]]))
  assert.deepEqual(cose.unprotectedHeader, new Map([[4, utf8Bytes('11')]]))
  assert.deepEqual(cose.payload, utf8Bytes('This is the content.'))
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('jwk', rfcKey, algorithm, false, ['verify'])
  const verifying = { name: 'ECDSA', hash: 'SHA-256' }
  assert.equal(
    await crypto.subtle.verify(verifying, key, cose.signature, coseToBeSigned(cose)),
    true,
  )
})

test('the example of RFC 9052 is re-encoded to the same bytes', () => {
  assert.deepEqual(encodeCoseSign1(readable(parseCoseSign1(rfcExample))), rfcExample)
})

test('what is signed has the heads of every length (RFC 9052 §4.4)', () => {
  const lengths = [0, 23, 24, 255, 256, 65_535, 65_536]
  for (const length of lengths) {
    const payload = new Uint8Array(length)
    assert.equal(
      bytesToHex(coseToBeSigned({ protectedBytes: parts.protectedBytes, payload })),
      bytesToHex(encodeCbor(['Signature1', parts.protectedBytes, new Uint8Array(), payload])),
    )
  }
})

const array = [parts.protectedBytes, new Map(), parts.payload, parts.signature]
const wrappings = {
  untagged: array,
  'tagged 18': new Tagged(18, array),
  'tagged 61 and 18': new Tagged(61, new Tagged(18, array)),
  'tagged 61 alone': new Tagged(61, array),
}
for (const [name, item] of Object.entries(wrappings)) {
  test(`a message ${name} is read`, () => {
    assert.deepEqual(readable(parseCoseSign1(encodeCbor(item))).payload, parts.payload)
  })
}

test('the protected header is kept as received, in whatever encoding', () => {
  const unusual = hex('bf 01 3806 ff') // {1: −7}, indefinite length, not in shortest form
  const cose = readable(parseCoseSign1(encodeCoseSign1({ ...parts, protectedBytes: unusual })))
  assert.deepEqual(cose.protectedBytes, unusual)
  assert.equal(cose.protectedHeader.get(coseHeader.algorithm), -7)
})

test('no bytes and an empty map are both an empty protected header (RFC 9052 §3)', () => {
  for (const protectedBytes of [hex(''), hex('a0')]) {
    const cose = readable(parseCoseSign1(encodeCoseSign1({ ...parts, protectedBytes })))
    assert.equal(cose.protectedHeader.size, 0)
  }
  assert.equal(encodeProtectedHeader(new Map()).length, 0)
})

const structures: Record<string, unknown> = {
  'a number': 1,
  'a map': new Map(),
  'three elements': array.slice(0, 3),
  'five elements': [...array, 0],
  'tagged 18 twice': new Tagged(18, new Tagged(18, array)),
  'tags in the wrong order': new Tagged(18, new Tagged(61, array)),
  'a text for the protected header': ['', new Map(), parts.payload, parts.signature],
  'a text for the payload': [parts.protectedBytes, new Map(), 'payload', parts.signature],
  'a text for the signature': [parts.protectedBytes, new Map(), parts.payload, 'signature'],
}
for (const [name, item] of Object.entries(structures)) {
  test(`${name} is refused with COSE_STRUCTURE`, () => {
    assertCode(parseCoseSign1(encodeCbor(item)), 'COSE_STRUCTURE')
  })
}

test('a header that is no map is refused with COSE_HEADER', () => {
  assertCode(
    parseCoseSign1(encodeCoseSign1({ ...parts, protectedBytes: hex('80') })),
    'COSE_HEADER',
  )
  assertCode(
    parseCoseSign1(encodeCoseSign1({ ...parts, protectedBytes: hex('a1') })),
    'COSE_HEADER',
  )
  assertCode(
    parseCoseSign1(encodeCbor([parts.protectedBytes, [], parts.payload, parts.signature])),
    'COSE_HEADER',
  )
})

test('a payload sent apart is refused with COSE_PAYLOAD_DETACHED', () => {
  const detached = [parts.protectedBytes, new Map(), null, parts.signature]
  assertCode(parseCoseSign1(encodeCbor(detached)), 'COSE_PAYLOAD_DETACHED')
})

test('what is not CBOR keeps the code of CBOR', () => {
  assertCode(parseCoseSign1(hex('d284')), 'CBOR_TRUNCATED')
})
