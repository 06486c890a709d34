/** Samples for the tests of this room. */
import type { Result, ScreeningEntry, ScreeningInput } from '@sidep/contracts'
import { type OutboxEntry, type Owner, resultKey, screeningKey } from './outbox/outbox.ts'

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

const shown = (id: string) => {
  const { person, kind, device, sampledAt } = sampleInput(id)
  return { person, kind, device, deviceName: null, sampledAt }
}

export const sampleOutboxEntry = (id: string, owner = sampleOwner): OutboxEntry => ({
  key: screeningKey(id),
  id,
  owner,
  request: { kind: 'screening', input: sampleInput(id) },
  shown: shown(id),
  queuedAt: '2026-11-23T13:00:00.000Z',
  attempts: 0,
  notBefore: null,
  refusal: null,
})

export const sampleResult = (id: string, result: Result): OutboxEntry => ({
  ...sampleOutboxEntry(id),
  key: resultKey(id),
  request: { kind: 'result', input: { result } },
})

export const sampleEntry = (id: string): ScreeningEntry => ({
  id,
  state: 'waiting',
  ...shown(id),
  disease: '840539006',
  recordedAt: '2026-11-23T13:00:00.000Z',
  result: null,
  certificate: null,
})
