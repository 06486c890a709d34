import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase32 } from '@sidep/encoding'
import { issue2dDocB2, read2dDoc, verify2dDocSignature, wholeCodeBytes } from './index.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
const issuedAt = new Date('2021-08-13T15:30:00Z')

const issued = async () => {
  const text = await issue2dDocB2(
    {
      caId: 'FR99',
      certificateId: 'TEST',
      issuedAt,
      person: {
        firstNames: 'JEANNE TEST',
        familyName: 'EXEMPLE',
        birthDate: '1980-02-29',
        sex: 'F',
      },
      loinc: '94558-4',
      result: 'N',
      sampledAt: issuedAt,
    },
    async (bytes) => new Uint8Array(await crypto.subtle.sign(algorithm, keys.privateKey, bytes)),
  )
  const read = read2dDoc(text)
  assert.ok(read.ok)
  return { text, read }
}

test('two codes that say the same on one day are told apart by their signatures', async () => {
  const [one, other] = [await issued(), await issued()]
  assert.deepEqual(one.read.signedBytes, other.read.signedBytes)
  assert.notDeepEqual(wholeCodeBytes(one.read), wholeCodeBytes(other.read))
})

test('of the two signatures that anybody can make of one, both are the same code', async () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const { text, read } = await issued()
  const s = BigInt(`0x${Buffer.from(read.signature.subarray(32)).toString('hex')}`)
  const turned = new Uint8Array(read.signature)
  turned.set(Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex'), 32)
  const twin = read2dDoc(`${text.slice(0, text.indexOf('\u001f') + 1)}${encodeBase32(turned)}`)
  assert.ok(twin.ok)
  assert.notDeepEqual(twin.signature, read.signature)
  for (const code of [read, twin]) assert.ok(await verify2dDocSignature(code, keys.publicKey))
  assert.deepEqual(wholeCodeBytes(twin), wholeCodeBytes(read))
})
