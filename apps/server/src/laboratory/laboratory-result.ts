/** What one result of a message says, whichever format told it; the rules of screenings judge it (judge.ts). */
import type { ScreeningInput } from '@sidep/contracts'
import type { Finess, ProfessionalId } from '@sidep/identifiers'
import type { MessageFault, MessageFaults } from './faults.ts'

/**
 * `preliminary`: the person waits. `corrected`: in place of what was sent before. `wrong`: it was never of this person.
 * `deleted`: it was never there.
 */
export type ResultAct = 'final' | 'preliminary' | 'corrected' | 'wrong' | 'deleted'

export interface LaboratoryResult {
  readonly act: ResultAct
  /** Names the result within its laboratory, whatever is later said of it: its order, kind of test and sub-identifier. */
  readonly key: string
  /** Null of one that is taken back: nothing else of it is believed. */
  readonly input: Omit<ScreeningInput, 'id'> | null
  /** Who answers for it, when the message says. */
  readonly professionalId: ProfessionalId | null
  /** Where it was made, when the message says. */
  readonly siteId: Finess | null
  /** Where that is said; null where it is not. */
  readonly siteLocation: string | null
  /** Where the result itself stands in the message. */
  readonly location: string
  /** Where in the message a field of `input` comes from, by its pointer. */
  readonly locate: (pointer: string) => string
}

/** What a reader of a format makes of a message; with faults nothing of it is to be recorded. */
export interface MessageContent {
  readonly results: readonly LaboratoryResult[]
  readonly faults: readonly MessageFault[]
}

/** By the longest pointer that is known; the place of the result for what comes from nowhere. */
export const makeLocate =
  (places: Readonly<Record<string, string>>, otherwise: string) =>
  (pointer: string): string => {
    for (let known = pointer; known !== ''; known = known.slice(0, known.lastIndexOf('/'))) {
      const place = places[known]
      if (place !== undefined) return place
    }
    return otherwise
  }

/** Of one message: a plate of 384 samples. More is a batch, whose messages are answered one by one. */
export const resultsMax = 384

/** Two results of one message that go by one name would be one; and there is an end to how many there are. */
export const checkResults = (
  results: readonly LaboratoryResult[],
  /** Where it is told that there are too many. */
  location: string,
  faults: MessageFaults,
): void => {
  if (results.length > resultsMax) faults.add(location, 'MESSAGE_TOO_LARGE')
  const seen = new Set<string>()
  for (const { key, location: at } of results) {
    if (seen.has(key)) faults.add(at, 'RESULT_REPEATED')
    seen.add(key)
  }
}
