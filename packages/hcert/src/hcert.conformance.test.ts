/**
 * The outside vectors, layer by layer: each key of a vector's expectations is what one layer must
 * answer, on that layer's own input where the vector gives it, else on the text of its code.
 * The whole sequence with its steps is tested in packages/verdict.
 */
import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import {
  type Bytes,
  base64ToBytes,
  bytesToHex,
  decodeBase45,
  decodeCbor,
  deflate,
  encodeBase45,
  encodeCbor,
  encodeCoseSign1,
  equalBytes,
  hexToBytes,
  inflate,
  type Layer,
} from '@sidep/encoding'
import {
  type DccVector,
  readDccVectors,
  readSchemaExamples,
  vectorsAbsent,
} from '../../../tools/src/vectors.ts'
import { jsonFrom } from './json.ts'
import { keyUsages } from './key-usage.ts'
import { parseDcc } from './parse-dcc.ts'
import { type Hcert, hcertPrefix, readHcert, readHcertMessage } from './read-hcert.ts'
import { keyIdOf, verifyCose } from './signature.ts'
import { valueIn } from './testing.ts'
import { parseInstant } from './times.ts'

if (vectorsAbsent !== null) console.log(`# ${vectorsAbsent}`)

/** Where a vector contradicts itself; upstream issue, or what was found. */
const upstreamErrors: Readonly<Record<string, string>> = {
  'FR/test_pcr_ok json':
    'dgc-testdata#141: the times of JSON and of the signed payload are two hours apart',
}
const isUpstreamError = (vector: DccVector, check: string): boolean =>
  `${vector.id} ${check}` in upstreamErrors

const bytesOfHex = (text: string): Bytes => valueIn(hexToBytes(text))

const compressedOf = (vector: DccVector): Layer<Bytes> =>
  vector.compressed !== undefined
    ? hexToBytes(vector.compressed)
    : decodeBase45(vector.text.slice(hcertPrefix.length))

const messageOf = (vector: DccVector): Layer<Bytes> => {
  if (vector.cose !== undefined) return hexToBytes(vector.cose)
  const compressed = compressedOf(vector)
  return compressed.ok ? inflate(compressed.value) : compressed
}

const hcertOf = (vector: DccVector): Hcert | null => {
  const message = messageOf(vector)
  const read = message.ok ? readHcertMessage(message.value) : null
  return read?.ok ? read : null
}

/** Whether the signer of the vector signed it: its key id names the certificate, and the signature is its key's. */
const isSignedBy = async (hcert: Hcert | null, certificate: X509Certificate): Promise<boolean> => {
  const keyId = hcert === null ? undefined : keyIdOf(hcert.cose)
  if (hcert === null || keyId === undefined) return false
  const hash = createHash('sha256').update(certificate.raw).digest()
  if (!equalBytes(keyId, hash.subarray(0, 8))) return false
  const isRsa = certificate.publicKey.asymmetricKeyType === 'rsa'
  const algorithm = isRsa
    ? { name: 'RSA-PSS', hash: 'SHA-256' }
    : { name: 'ECDSA', namedCurve: 'P-256' }
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  const key = await crypto.subtle.importKey('spki', new Uint8Array(spki), algorithm, false, [
    'verify',
  ])
  return await verifyCose(hcert.cose, key, isRsa ? 'PS256' : 'ES256')
}

type Check = (vector: DccVector, expected: boolean) => void | Promise<void>

const checks: Readonly<Record<string, Check>> = {
  EXPECTEDUNPREFIX: ({ text, base45 }, expected) => {
    assert.equal(text.startsWith(hcertPrefix), expected)
    if (expected && base45 !== undefined) assert.equal(text.slice(hcertPrefix.length), base45)
  },
  EXPECTEDB45DECODE: (vector, expected) => {
    const decoded = decodeBase45(vector.base45 ?? vector.text.slice(hcertPrefix.length))
    assert.equal(decoded.ok, expected)
    if (decoded.ok && vector.compressed !== undefined) {
      assert.equal(bytesToHex(decoded.value), vector.compressed.toLowerCase())
    }
    if (decoded.ok && vector.base45 !== undefined) {
      assert.equal(encodeBase45(decoded.value), vector.base45)
    }
  },
  EXPECTEDCOMPRESSION: (vector, expected) => {
    const inflated = inflate(valueIn(compressedOf(vector)))
    assert.equal(inflated.ok, expected)
    if (inflated.ok && vector.cose !== undefined) {
      assert.equal(bytesToHex(inflated.value), vector.cose.toLowerCase())
      assert.deepEqual(valueIn(inflate(deflate(inflated.value))), inflated.value)
    }
  },
  EXPECTEDDECODE: (vector, expected) => {
    assert.equal(hcertOf(vector) !== null, expected)
    if (expected && vector.cbor !== undefined && vector.cose !== undefined) {
      checkCbor(vector, bytesOfHex(vector.cbor))
    }
  },
  EXPECTEDVALIDJSON: (vector, expected) => checkJson(vector, expected),
  EXPECTEDVALIDOBJECT: (vector, expected) => checkJson(vector, expected),
  EXPECTEDSCHEMAVALIDATION: (vector, expected) => {
    const payloads = [hcertOf(vector)?.payload, vector.json].filter(
      (payload) => payload !== undefined,
    )
    assert.ok(payloads.length > 0)
    for (const payload of payloads) assert.equal(parseDcc(payload).ok, expected)
  },
  EXPECTEDENCODE: (vector, expected) => {
    const encoded = encodeCbor(vector.json)
    assert.equal(parseDcc(valueIn(decodeCbor(encoded))).ok, expected)
    assert.deepEqual(jsonFrom(valueIn(decodeCbor(encoded))), vector.json)
  },
  EXPECTEDVERIFY: async (vector, expected) => {
    const certificate = new X509Certificate(valueIn(base64ToBytes(vector.certificate)))
    const hcert = hcertOf(vector)
    assert.equal(await isSignedBy(hcert, certificate), expected)
    if (!expected || hcert === null) return
    const again = readHcertMessage(encodeCoseSign1(hcert.cose))
    assert.equal(await isSignedBy(again.ok ? again : null, certificate), true, 're-encoded')
  },
  EXPECTEDEXPIRATIONCHECK: (vector, expected) => {
    const { exp = Number.NaN, iat = Number.NaN } = hcertOf(vector)?.claims ?? {}
    const at = vector.at.getTime() / 1000
    assert.equal(iat <= at && at <= exp, expected)
  },
  EXPECTEDKEYUSAGE: (vector, expected) => {
    const certificate = new X509Certificate(valueIn(base64ToBytes(vector.certificate)))
    const { entry } = valueIn(parseDcc(hcertOf(vector)?.payload))
    // Node's `keyUsage` is the list of extended key usages.
    assert.equal(keyUsages(certificate.keyUsage ?? []).has(entry.kind), expected)
  },
}

const checkJson = (vector: DccVector, expected: boolean): void => {
  const json = jsonFrom(hcertOf(vector)?.payload)
  assert.equal(json !== undefined, expected)
  if (!expected || vector.json === undefined) return
  // An error listed must still be one, or the list has grown old.
  if (isUpstreamError(vector, 'json')) assert.notDeepEqual(json, vector.json)
  else assert.deepEqual(json, vector.json)
}

/** The vector's CBOR is the DCC, or the whole claims set. */
const checkCbor = (vector: DccVector, cbor: Bytes): void => {
  const hcert = hcertOf(vector)
  assert.ok(hcert !== null)
  if (equalBytes(cbor, hcert.cose.payload)) return
  assert.deepEqual(jsonFrom(valueIn(decodeCbor(cbor))), jsonFrom(hcert.payload))
}

/** Read by other rooms: the picture of the code. */
const elsewhere = new Set(['EXPECTEDPICTUREDECODE', 'EXPTECTEDEXPIRED'])

for (const vector of readDccVectors()) {
  for (const [name, expected] of Object.entries(vector.expected)) {
    const check = checks[name]
    if (check === undefined) {
      if (!elsewhere.has(name)) test(`${vector.id}: ${name} is known`, () => assert.fail(name))
      continue
    }
    test(`${vector.id}: ${name} is ${expected}`, () => check(vector, expected))
  }
}

for (const vector of readDccVectors().filter(({ expected }) => expected.EXPECTEDVERIFY === true)) {
  test(`${vector.id}: its text is read to the same message`, () => {
    const read = readHcert(vector.text)
    assert.ok(read.ok)
    assert.deepEqual(read, hcertOf(vector))
  })
}

for (const kind of ['valid', 'examples'] as const) {
  for (const { name, json } of readSchemaExamples(kind)) {
    test(`schema/${kind}/${name} is read, as JSON and from CBOR`, () => {
      const dcc = valueIn(parseDcc(json))
      assert.deepEqual(valueIn(parseDcc(valueIn(decodeCbor(encodeCbor(json))))), dcc)
      assert.deepEqual(writtenIn(dcc.canonical), writtenIn(json))
      // What is canonical stays as it is.
      assert.deepEqual(valueIn(parseDcc(dcc.canonical)).canonical, dcc.canonical)
    })
  }
}

/** An example with its sampling time as an instant: examples write the same one in several ways. */
const writtenIn = (json: unknown): unknown =>
  JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    key === 'sc' ? parseInstant(String(value))?.toISOString() : value,
  )

const invalidCodes: Readonly<Record<string, string>> = {
  empty: 'SCHEMA_ENTRY_COUNT',
  invalid_dob: 'SCHEMA_BIRTH_DATE',
  invalid_dob2: 'SCHEMA_BIRTH_DATE',
  invalid_vac: 'SCHEMA_VACCINATION',
  missing_dob: 'SCHEMA_BIRTH_DATE',
  missing_fnt_gnt: 'SCHEMA_NAME',
}
for (const { name, json } of readSchemaExamples('invalid')) {
  test(`schema/invalid/${name} is refused with ${invalidCodes[name]}`, () => {
    assert.deepEqual(parseDcc(json), { ok: false, code: invalidCodes[name] })
  })
}
