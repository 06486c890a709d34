/**
 * RPPS and FINESS where ORC, OBR and OBX name people and places, by the French profiles ("Volet Contenus, identification
 * des personnes et structures" of the CI-SIS): XCN with IDNPS, XON with IDNST.
 */
import {
  type Finess,
  type ProfessionalId,
  parseFiness,
  parseProfessionalId,
} from '@sidep/identifiers'
import type { MessageFaults } from '../faults.ts'
import type { Part, Segment } from './message.ts'

const professionalAuthorities: ReadonlySet<string> = new Set([
  '1.2.250.1.71.4.2.1',
  'ASIP-SANTE-PS',
  'ANS-PS',
])
const structureAuthorities: ReadonlySet<string> = new Set([
  '1.2.250.1.71.4.2.2',
  'ASIP-SANTE-ST',
  'ANS-ST',
])
const structureTypes: ReadonlySet<string> = new Set(['IDNST', 'FINEG', 'FINEJ', 'FINESS'])

/** Which components of a field tell its number, the authority of it and the type of it. */
interface PersonShape {
  readonly id: Part
  readonly authorities: readonly Part[]
  readonly type: Part | null
}

/** XCN: number in component 1, authority in 9, type of the number in 13. */
const personOfXcn: PersonShape = {
  id: {},
  authorities: [
    { component: 9, subcomponent: 1 },
    { component: 9, subcomponent: 2 },
  ],
  type: { component: 13 },
}

/** NDL, whose first component is a CNN: the same in subcomponents 1, 9 and 10. */
const personOfNdl: PersonShape = {
  id: {},
  authorities: [{ subcomponent: 9 }, { subcomponent: 10 }],
  type: null,
}

/** Numbers of other registers (ADELI, students) are of nobody who may answer for a test. */
const isOfRegister = (id: string, type: string): boolean =>
  type === 'RPPS' || id.startsWith('8') || /^\d{11}$/.test(id)

/** The professional whom a field names by a French number; null when it names none. */
export const professionalIn = (
  segment: Segment,
  field: number,
  faults: MessageFaults,
): ProfessionalId | null => {
  const shape = segment.name === 'OBR' && field === 32 ? personOfNdl : personOfXcn
  for (let repetition = 1; repetition <= segment.count(field); repetition += 1) {
    const part = (at: Part): string => segment.text(field, { repetition, ...at })
    const type = shape.type === null ? '' : part(shape.type)
    const isFrench =
      type === 'IDNPS' ||
      type === 'RPPS' ||
      shape.authorities.some((at) => professionalAuthorities.has(part(at)))
    const id = part(shape.id)
    if (!isFrench || id === '' || !isOfRegister(id, type)) continue
    const parsed = parseProfessionalId(id.length === 11 ? `8${id}` : id)
    if (parsed.ok) return parsed.value
    faults.add(segment.at(field), 'RPPS_INVALID')
    return null
  }
  return null
}

/** A place by XON: its number in component 10 or 3, the authority in 6, the type of the number in 7. */
export const structureIn = (
  segment: Segment,
  field: number,
  faults: MessageFaults,
): Finess | null => {
  for (let repetition = 1; repetition <= segment.count(field); repetition += 1) {
    const part = (component: number, subcomponent = 1): string =>
      segment.text(field, { repetition, component, subcomponent })
    const type = part(7)
    const isFrench =
      structureTypes.has(type) ||
      [1, 2].some((subcomponent) => structureAuthorities.has(part(6, subcomponent)))
    const id = part(10) === '' ? part(3) : part(10)
    if (!isFrench || id === '') continue
    // IdNat_Struct: 1 and a FINESS; 3 and a SIRET, and the others, are no FINESS.
    if (id.length !== 9 && !/^1.{9}$/.test(id)) continue
    const parsed = parseFiness(id.slice(-9))
    if (parsed.ok) return parsed.value
    faults.add(segment.at(field), 'FINESS_INVALID')
    return null
  }
  return null
}
