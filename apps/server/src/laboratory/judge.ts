/** Judges what results say by the one parser of screenings; each fault at the place in the message that it comes from. */
import { type CatalogueTables, parseScreening, type ScreeningLimits } from '@sidep/screening'
import type { MessageFault } from './faults.ts'
import type { LaboratoryResult } from './laboratory-result.ts'
import { screeningIdOf } from './result-id.ts'

export interface Judging {
  readonly catalogue: CatalogueTables
  readonly limits: ScreeningLimits
  readonly at: Date
  /** Of the laboratory. */
  readonly siteId: string
}

export const judgeResults = (
  results: readonly LaboratoryResult[],
  { catalogue, limits, at, siteId }: Judging,
): MessageFault[] =>
  results.flatMap(({ input, key, locate }) => {
    if (input === null) return []
    const sent = { ...input, id: screeningIdOf(siteId, key) }
    const parsed = parseScreening(sent, catalogue, { ...limits, way: 'laboratory' }, at)
    return parsed.ok
      ? []
      : parsed.faults.map(({ pointer, code }) => ({ location: locate(pointer), rule: code }))
  })
