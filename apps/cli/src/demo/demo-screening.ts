import type { Catalogue, ScreeningInput } from '@sidep/contracts'
import { makeUuidV7 } from '@sidep/identifiers'
import { minuteMilliseconds } from '@sidep/time'
import { DemoFailure } from './portal-client.ts'

/** An invented person with a name that both transliterations have work with. */
const demoPerson = {
  familyName: 'ESSAI-BÉRANGER',
  firstNames: 'Noémie Anaïs',
  birthDate: '1987-03-29',
  sex: 'F',
  // The block kept for fiction (06 39 98) is no valid number to a phone library; nothing leaves the mailbox anyway.
  contact: { phone: '06 12 34 56 78', email: 'noemie.essai@example.test', language: 'fr' },
} as const

const deviceValidAt = (catalogue: Catalogue, day: string): string => {
  const device = catalogue.devices.find(
    ({ validFrom, validUntil }) =>
      (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil),
  )
  if (device === undefined) throw new DemoFailure('the catalogue has no device that is valid today')
  return device.id
}

/**
 * A negative antigen test sampled a quarter of an hour ago, as the counter's form would send it.
 *
 * @param catalogue what `GET /api/catalogue` answered
 */
export const demoScreening = (
  catalogue: Catalogue,
  now: Date,
  randomBytes: (length: number) => Uint8Array,
): ScreeningInput => {
  const kind = catalogue.kinds.find(({ atCounter }) => atCounter)
  if (kind === undefined) throw new DemoFailure('the catalogue has no test for counters')
  const sampledAt = new Date(now.getTime() - kind.minutesToResult * minuteMilliseconds)
  return {
    id: makeUuidV7(now, randomBytes),
    person: demoPerson,
    kind: kind.code,
    device: deviceValidAt(catalogue, sampledAt.toISOString().slice(0, 10)),
    sampledAt: sampledAt.toISOString(),
    result: 'negative',
    resultAt: now.toISOString(),
    symptoms: { presence: 'none' },
    reason: 'pass',
  }
}
