import assert from 'node:assert/strict'
import type { Layer } from '@sidep/encoding'
import {
  type Finess,
  type ProfessionalId,
  parseFiness,
  parseProfessionalId,
} from '@sidep/identifiers'
import { type Booklet, type BookletGrant, issueBooklet, readBooklet } from './booklet.ts'
import type { ContinuityKey, Sign } from './continuity-keys.ts'
import { counterKeyOf } from './counter-key.ts'
import { type Provisional, readProvisional } from './read-provisional.ts'
import { type ProvisionalInput, signProvisional } from './sign-provisional.ts'

/** The value of a layer that must have decoded. */
export const valueIn = <Value>(layer: Layer<Value>): Value => {
  assert.ok(layer.ok, `refused: ${layer.ok ? '' : layer.code}`)
  return layer.value
}

/** Asserts that a layer is refused with this code. */
export const assertCode = (layer: Layer<unknown>, code: string): void =>
  assert.deepEqual(layer, { ok: false, code })

const newKeys = () =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])

export const signWith =
  ({ privateKey }: CryptoKeyPair): Sign =>
  async (toBeSigned) =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        privateKey,
        new Uint8Array(toBeSigned),
      ),
    )

export const signerKeys = await newKeys()
export const counterKeys = await newKeys()
export const otherCounterKeys = await newKeys()
export const signerKeyId = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])

export const hours = (count: number): number => count * 3_600_000
export const minutes = (count: number): number => count * 60_000
export const after = (moment: Date, milliseconds: number): Date =>
  new Date(moment.getTime() + milliseconds)

/** Friday 13 August 2021, 15:30 in Paris: the provider goes down. */
export const outage = new Date('2021-08-13T13:30:00Z')

export const continuityKeys: readonly ContinuityKey[] = [
  {
    keyId: signerKeyId,
    publicKey: signerKeys.publicKey,
    notBefore: new Date('2021-01-01T00:00:00Z'),
    notAfter: new Date('2023-01-01T00:00:00Z'),
  },
]

export const finess = (text: string): Finess => {
  const site = parseFiness(text)
  assert.ok(site.ok)
  return site.value
}

const professional = (text: string): ProfessionalId => {
  const id = parseProfessionalId(text)
  assert.ok(id.ok)
  return id.value
}

export const grant: BookletGrant = {
  id: '0123456789abcdef',
  country: 'FR',
  authority: 'Ministère chargé de la santé',
  siteId: finess('750712184'),
  siteName: 'Pharmacie du Port, Brest',
  professionalId: professional('899700075122'),
  maximum: 50,
  testTypes: ['LP217198-3'],
  issuedAt: after(outage, -hours(2)),
  notBefore: after(outage, -hours(2)),
  expiresAt: after(outage, hours(22)),
  counterKey: await counterKeyOf(counterKeys.publicKey),
}

export const bookletWith = async (changes: Partial<BookletGrant> = {}): Promise<Booklet> =>
  valueIn(
    readBooklet(await issueBooklet({ ...grant, ...changes }, signerKeyId, signWith(signerKeys))),
  )

export const provisionalInput = async (
  changes: Partial<ProvisionalInput> = {},
): Promise<ProvisionalInput> => ({
  booklet: changes.booklet ?? (await bookletWith()),
  number: 7,
  issuedAt: after(outage, minutes(40)),
  person: { familyName: 'Le Goff', firstNames: 'Anne-Sophie Gwenaëlle', birthDate: '1983-03-12' },
  test: {
    disease: '840539006',
    testType: 'LP217198-3',
    device: '1604',
    sampledAt: after(outage, minutes(20)),
    result: 'negative',
  },
  ...changes,
})

export const provisionalText = async (changes: Partial<ProvisionalInput> = {}): Promise<string> =>
  signProvisional(await provisionalInput(changes), signWith(counterKeys))

/** The parts of a text that must be readable. */
export const readable = (text: string): Provisional => {
  const read = readProvisional(text)
  assert.ok(read.ok, `refused: ${read.ok ? '' : read.code}`)
  return read
}
