import assert from 'node:assert/strict'
import type { Layer } from '@sidep/encoding'
import { issueHcert } from './issue-hcert.ts'
import type { JsonObject } from './json.ts'
import { type Hcert, type HcertBroken, readHcert } from './read-hcert.ts'
import { type TestDccInput, testDcc } from './test-dcc.ts'

export const testInput: TestDccInput = {
  person: { familyName: 'Le Goff', firstNames: 'Anne-Sophie Gwenaëlle', birthDate: '1983-03-12' },
  test: {
    disease: '840539006',
    testType: 'LP217198-3',
    device: '1604',
    sampledAt: new Date('2021-08-13T15:30:00+02:00'),
    result: 'negative',
    centre: 'Pharmacie du Port, Brest',
  },
  country: 'FR',
  issuer: 'Ministère chargé de la santé',
  uvci: 'URN:UVCI:01:FR:GGD81AAH16AZ#8',
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
export const keyPair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])

const sign = async (toBeSigned: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(
    await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      keyPair.privateKey,
      new Uint8Array(toBeSigned),
    ),
  )

export const issueOptions = {
  issuer: 'FR',
  issuedAt: new Date('2021-08-13T15:52:11.250Z'),
  expiresAt: new Date('2021-08-16T15:52:11.250Z'),
  keyId: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]),
  sign,
}

/** A signed certificate's text. */
export const issued = (dcc: JsonObject = testDcc(testInput)): Promise<string> =>
  issueHcert(dcc, issueOptions)

/** The layers of a text that must be readable. */
export const readable = (text: string): Hcert => {
  const read = readHcert(text)
  assert.ok(read.ok, `refused: ${read.ok ? '' : read.code}`)
  return read
}

/** The value of a layer that must have decoded. */
export const valueIn = <Value>(layer: Layer<Value>): Value => {
  assert.ok(layer.ok, `refused: ${layer.ok ? '' : layer.code}`)
  return layer.value
}

export const assertBroken = (read: Hcert | HcertBroken, step: string, code: string): void =>
  assert.deepEqual(read, { ok: false, step, code })
