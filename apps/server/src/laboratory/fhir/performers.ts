/** Who answers for a result and where it was made, by their French numbers. */
import {
  type Finess,
  type ProfessionalId,
  parseFiness,
  parseProfessionalId,
} from '@sidep/identifiers'
import type { MessageFaults } from '../faults.ts'
import type { Entry } from './bundle.ts'
import { firstFollowed, follow, type ReadContext } from './follow.ts'
import { itemsOf, textOf } from './patient.ts'

const professionalSystems: ReadonlySet<unknown> = new Set([
  'urn:oid:1.2.250.1.71.4.2.1',
  'https://rpps.esante.gouv.fr',
])
const structureSystems: ReadonlySet<unknown> = new Set([
  'urn:oid:1.2.250.1.71.4.2.2',
  'https://finess.esante.gouv.fr',
])

/** The RPPS of a Practitioner; every one that is told is judged, wherever it stands. */
export const professionalOf = (
  { resource, at }: Entry,
  faults: MessageFaults,
): ProfessionalId | null => {
  for (const { value, at: place } of itemsOf(resource, 'identifier', at)) {
    const id = textOf(value.value)
    const isShort = value.system === 'https://rpps.esante.gouv.fr' || id.length === 11
    if (!professionalSystems.has(value.system) || !(isShort || id.startsWith('8'))) continue
    const parsed = parseProfessionalId(id.length === 11 ? `8${id}` : id)
    if (parsed.ok) return parsed.value
    faults.add(`${place}.value`, 'RPPS_INVALID')
  }
  return null
}

export const siteOf = ({ resource, at }: Entry, faults: MessageFaults): Finess | null => {
  for (const { value, at: place } of itemsOf(resource, 'identifier', at)) {
    const id = textOf(value.value)
    const isFiness = value.system === 'https://finess.esante.gouv.fr' || /^1.{9}$/.test(id)
    if (!structureSystems.has(value.system) || !isFiness) continue
    const parsed = parseFiness(id.slice(-9))
    if (parsed.ok && id.length <= 10) return parsed.value
    faults.add(`${place}.value`, 'FINESS_INVALID')
  }
  return null
}

export interface Performers {
  readonly professionalId: ProfessionalId | null
  readonly siteId: Finess | null
  readonly siteLocation: string | null
}

/** Who answers for an observation, by its performers and by what they are performers as. */
export const performersOf = (observation: Entry, context: ReadContext): Performers => {
  const { faults } = context
  const { performer } = observation.resource
  const role = firstFollowed(observation, performer, 'PractitionerRole', context)
  const practitioner =
    firstFollowed(observation, performer, 'Practitioner', context) ??
    (role === undefined
      ? undefined
      : follow(role, role.resource.practitioner, 'Practitioner', context))
  const organization =
    firstFollowed(observation, performer, 'Organization', context) ??
    (role === undefined
      ? undefined
      : follow(role, role.resource.organization, 'Organization', context))
  return {
    professionalId: practitioner === undefined ? null : professionalOf(practitioner, faults),
    siteId: organization === undefined ? null : siteOf(organization, faults),
    siteLocation: organization === undefined ? null : `${organization.at}.identifier`,
  }
}
