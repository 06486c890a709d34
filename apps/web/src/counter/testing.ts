/** Samples for the tests of this room. */
import type { Result, ScreeningEntry, ScreeningInput } from '@sidep/contracts'
import type { SigningKeys } from './lock/signing-keys.ts'
import type { HeldEntry, Owner } from './outbox/content.ts'

export const sampleOwner: Owner = {
  professionalId: '899700075122',
  professionalName: 'Anne Le Goff',
  siteId: '750000001',
  siteName: 'Pharmacie du Parvis',
}

export const sampleInput = (id: string): ScreeningInput => ({
  id,
  person: { familyName: 'Dupont', firstNames: 'Camille', birthDate: '1980-04-03', sex: 'F' },
  kind: 'antigen',
  device: '1232',
  sampledAt: '2026-11-23T14:00:00+01:00',
})

/** An entry of the outbox that waits to be sent. */
export const sampleHeld = (id: string, result?: Result): HeldEntry => {
  const { professionalId, siteId, professionalName, siteName } = sampleOwner
  return {
    id,
    stage: 'waiting',
    version: 1,
    owner: { professionalId, siteId },
    screening: {
      input: { ...sampleInput(id), ...(result === undefined ? {} : { result }) },
      author: { professionalName, siteName },
      anonymousDraft: null,
      isRegistered: false,
    },
    amends: null,
    mayBeKnown: false,
    testType: null,
    slip: null,
    document: null,
    noDocument: null,
    typedAt: Date.parse('2026-11-23T13:00:00Z'),
    notBefore: 0,
    refusal: null,
    overridden: null,
    paper: null,
    doneAt: null,
  }
}

export const sampleEntry = (id: string): ScreeningEntry => {
  const { person, kind, device, sampledAt } = sampleInput(id)
  return {
    id,
    state: 'waiting',
    person,
    kind,
    device,
    deviceName: null,
    sampledAt,
    disease: '840539006',
    recordedAt: '2026-11-23T13:00:00.000Z',
    result: null,
    certificate: null,
  }
}

/** Keys that are there and open, of a counter that signs with what it is given. */
export const sampleKeys = (signer: SigningKeys['signer']): SigningKeys => {
  const never = (): Promise<never> => new Promise(() => undefined)
  return {
    state: async () => 'open',
    kind: async () => 'code',
    protect: never,
    nextKey: async () => null,
    unlock: never,
    signer,
    forgetKeys: never,
    forgetSixDigits: never,
    touch: () => undefined,
    lock: () => undefined,
  }
}
