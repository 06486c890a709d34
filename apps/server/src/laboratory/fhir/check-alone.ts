/**
 * One resource by itself, as an integrator checks it before a bundle is put together: its form, and what this portal asks
 * of its type. Where its references lead only a bundle says.
 */
import {
  type CatalogueTables,
  otherDevice,
  parseScreening,
  type ScreeningLimits,
} from '@sidep/screening'
import { hourMilliseconds } from '@sidep/time'
import { type MessageFault, MessageFaults } from '../faults.ts'
import { makeLocate } from '../laboratory-result.ts'
import { screeningIdOf } from '../result-id.ts'
import type { Entry } from './bundle.ts'
import { acts, checkObservation, knownTestOf, resultIn, sampledAtOf } from './observation.ts'
import { readPatient, textOf } from './patient.ts'
import { professionalOf, siteOf } from './performers.ts'
import { checkResource, type JsonObject } from './validate.ts'

export interface AloneContext {
  readonly catalogue: CatalogueTables
  readonly limits: ScreeningLimits
  readonly at: Date
}

type Check = (entry: Entry, faults: MessageFaults, context: AloneContext) => void

/** Who was tested, by the rules of screenings: beside a test that nothing is wrong with. */
const checkPatient: Check = (entry, faults, { catalogue, limits, at }) => {
  const { person, places } = readPatient(entry, faults)
  const sampledAt = new Date(at.getTime() - hourMilliseconds).toISOString()
  const id = screeningIdOf('', '')
  const sound = { id, kind: 'pcr', device: otherDevice, deviceName: 'PCR', sampledAt }
  const parsed = parseScreening({ ...sound, person }, catalogue, limits, at)
  const locate = makeLocate(places, entry.at)
  for (const { pointer, code } of parsed.ok ? [] : parsed.faults) {
    if (pointer.startsWith('/person')) faults.add(locate(pointer), code)
  }
}

const checkResult: Check = (entry, faults) => {
  const { resource, at } = entry
  checkObservation(entry, faults)
  if (knownTestOf(entry) === undefined) faults.add(`${at}.code`, 'TEST_UNKNOWN')
  const act = acts[textOf(resource.status)]
  if (act === undefined) faults.add(`${at}.status`, 'NOT_ALLOWED')
  if (act === 'final' || act === 'corrected') resultIn(entry, faults)
  if (act !== 'wrong' && resource.subject === undefined) faults.add(`${at}.subject`, 'REQUIRED')
  // The time of the sample may stand in the specimen instead.
  if (act !== 'wrong' && resource.specimen === undefined) sampledAtOf(entry, undefined, faults)
}

const checks: Readonly<Record<string, Check>> = {
  Patient: checkPatient,
  Observation: checkResult,
  Practitioner: (entry, faults) => void professionalOf(entry, faults),
  Organization: (entry, faults) => void siteOf(entry, faults),
}

export const checkAlone = (
  resource: JsonObject,
  context: AloneContext,
): readonly MessageFault[] => {
  const type = textOf(resource.resourceType)
  const faults = new MessageFaults()
  checkResource(resource, type, { faults, onReference: () => undefined })
  checks[type]?.({ fullUrl: null, type, resource, at: type }, faults, context)
  return faults.list
}
