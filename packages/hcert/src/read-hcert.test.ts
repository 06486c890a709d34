import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import {
  decodeBase45,
  deflate,
  encodeBase45,
  encodeCbor,
  encodeCoseSign1,
  encodeCwtClaims,
  inflatedBytesMax,
  Tagged,
} from '@sidep/encoding'
import { readHcert } from './read-hcert.ts'
import { assertBroken, issued, readable } from './testing.ts'

const textOf = (message: Uint8Array): string => `HC1:${encodeBase45(deflate(message))}`
const messageOf = (payload: Uint8Array): Uint8Array =>
  encodeCoseSign1({
    protectedBytes: encodeCbor(new Map([[1, -7]])),
    payload: new Uint8Array(payload),
    signature: new Uint8Array(64),
  })

test('an issued certificate is read to its claims and payload', async () => {
  const read = readable(await issued())
  assert.equal(read.claims.iss, 'FR')
  assert.ok(read.payload instanceof Map)
  assert.equal(read.payload.get('ver'), '1.3.0')
})

for (const text of [
  '',
  'HC2:',
  'HL0:6BF',
  'hc1:6BF',
  ' HC1:6BF',
  'DC04FR03AHP1',
  'https://example.org/',
]) {
  test(`${JSON.stringify(text)} is not a certificate of this format: PREFIX_OTHER`, () => {
    assertBroken(readHcert(text), 'prefix', 'PREFIX_OTHER')
  })
}

test('each layer that fails is named', () => {
  assertBroken(readHcert('HC1:a'), 'base45', 'BASE45_CHARACTER')
  assertBroken(readHcert('HC1:'), 'zlib', 'ZLIB_TRUNCATED')
  assertBroken(readHcert('HC1:NCF'), 'zlib', 'ZLIB_TRUNCATED')
  assertBroken(readHcert(textOf(new Uint8Array([0xff]))), 'cbor', 'CBOR_MALFORMED')
  assertBroken(readHcert(textOf(encodeCbor('certificate'))), 'cose', 'COSE_STRUCTURE')
  assertBroken(readHcert(textOf(messageOf(encodeCbor([])))), 'cwt', 'CWT_NOT_A_MAP')
  assertBroken(readHcert(textOf(messageOf(new Uint8Array([0xff])))), 'cwt', 'CBOR_MALFORMED')
})

const hcertClaims: Record<string, unknown> = {
  'no health certificate': undefined,
  'a text for it': 'dcc',
  'a map without the DCC': new Map([[2, new Map()]]),
  'bytes for the DCC': new Map([[1, new Uint8Array([0xa0])]]),
}
for (const [name, hcert] of Object.entries(hcertClaims)) {
  test(`claims with ${name} are refused with CWT_HCERT`, () => {
    const claims = encodeCwtClaims({ iss: 'FR', hcert })
    assertBroken(readHcert(textOf(messageOf(claims))), 'cwt', 'CWT_HCERT')
  })
}

test('a certificate tagged as CWT and as COSE is read', async () => {
  const { cose } = readable(await issued())
  const array = [cose.protectedBytes, cose.unprotectedHeader, cose.payload, cose.signature]
  readable(textOf(encodeCbor(new Tagged(61, new Tagged(18, array)))))
})

test('a zip bomb is refused with ZLIB_TOO_LARGE', () => {
  const bomb = deflateSync(new Uint8Array(4_000_000))
  assertBroken(readHcert(`HC1:${encodeBase45(bomb)}`), 'zlib', 'ZLIB_TOO_LARGE')
  const justOver = deflateSync(new Uint8Array(inflatedBytesMax + 1))
  assertBroken(readHcert(`HC1:${encodeBase45(justOver)}`), 'zlib', 'ZLIB_TOO_LARGE')
})

test('CBOR nested thirty thousand levels deep is refused with CBOR_DEPTH, outside and inside', () => {
  const deep = new Uint8Array(30_000).fill(0x81)
  assertBroken(readHcert(textOf(deep)), 'cbor', 'CBOR_DEPTH')
  assertBroken(readHcert(textOf(messageOf(deep))), 'cwt', 'CBOR_DEPTH')
})

test('a megabyte of base45 is refused with BASE45_TOO_LARGE', () => {
  assertBroken(readHcert(`HC1:${'6BF'.repeat(350_000)}`), 'base45', 'BASE45_TOO_LARGE')
})

test('a byte more behind the compressed message is noticed', async () => {
  const compressed = decodeBase45((await issued()).slice(4))
  assert.ok(compressed.ok)
  const longer = new Uint8Array([...compressed.value, 0])
  assertBroken(readHcert(`HC1:${encodeBase45(longer)}`), 'zlib', 'ZLIB_TRAILING')
})
