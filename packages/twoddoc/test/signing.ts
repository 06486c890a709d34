/** A signer and a test to sign, for the tests of this room. */
import { encodeBase32, utf8Bytes } from '@sidep/encoding'
import type { TestTo2dDoc } from '../src/index.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, false, [
  'sign',
  'verify',
])

export const sign = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, bytes))

/** Appends US and a signature by the key above. */
export const signed = async (text: string): Promise<string> =>
  `${text}\u001f${encodeBase32(await sign(utf8Bytes(text)))}`

export const screening: TestTo2dDoc = {
  caId: 'FR03',
  certificateId: 'AHP1',
  issuedAt: new Date('2021-08-13T13:50:00Z'),
  person: {
    firstNames: 'Jean-Pierre Zoé',
    familyName: 'Le Goff d’Örsay',
    birthDate: '1980-02-29',
    sex: 'F',
  },
  loinc: '94558-4',
  result: 'N',
  sampledAt: new Date('2021-08-13T13:30:45Z'),
}

/** The message of `screening` as specified, by hand. */
export const testMessage =
  'F0JEAN PIERRE/ZOE\u001dF1LE GOFF D ORSAY\u001dF229021980F3FF4945584\u001dF5NF6130820211530'
export const testHeader = 'DC04FR03AHP11ED71ED7B201FR'
