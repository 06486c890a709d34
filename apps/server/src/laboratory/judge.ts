/** Judges what results say by the one parser of screenings; each fault at the place in the message that it comes from. */
import type { ScreeningInput } from '@sidep/contracts'
import {
  type CatalogueTables,
  parseScreening,
  type ScreeningLimits,
  type Shape,
} from '@sidep/screening'
import type { MessageFault } from './faults.ts'
import type { LaboratoryResult } from './laboratory-result.ts'
import { screeningIdOf } from './result-id.ts'

export interface Judging {
  readonly catalogue: CatalogueTables
  readonly limits: ScreeningLimits
  readonly at: Date
  /** Of the laboratory. */
  readonly siteId: string
  /** How the schema is checked, when not by walking it. */
  readonly shape?: Shape<ScreeningInput>
}

export const judgeResults = (
  results: readonly LaboratoryResult[],
  { catalogue, limits, at, siteId, shape }: Judging,
): MessageFault[] =>
  results.flatMap(({ input, key, locate }) => {
    if (input === null) return []
    const sent = { ...input, id: screeningIdOf(siteId, key) }
    const parsed = parseScreening(sent, catalogue, { ...limits, way: 'laboratory' }, at, shape)
    return parsed.ok
      ? []
      : parsed.faults.map(({ pointer, code }) => ({ location: locate(pointer), rule: code }))
  })
