/** What is asked before a screening is recorded or a certificate issued: unlikely, and not for the portal to refuse. */

import type { Person, Result } from '@sidep/contracts'
import { comparePersons } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'
import { isWithdrawn, type Row } from '../lists/rows.ts'
import { ripeness } from '../lists/timer.ts'

export type Question =
  /** Somebody with these names and this birth date is in the lists already, tested less than a day before. */
  | {
      readonly code: 'SAME_PERSON'
      readonly sampledAt: string
      readonly result: Result | null
      readonly isAlike: boolean
    }
  /** The result is read before the test can show one. */
  | { readonly code: 'EARLY'; readonly minutesLeft: number }
  /** A name of one letter that is also the key of a result. */
  | { readonly code: 'ONE_LETTER'; readonly name: string }

export interface Asked {
  readonly id: string
  readonly person: Pick<Person, 'familyName' | 'firstNames' | 'birthDate'>
  readonly sampledAt: string
}

const oneLetter = /^[npi]$/i

/** Of one that is about to be recorded, with or without its result. */
export const personQuestions = (asked: Asked, rows: readonly Row[]): Question[] => {
  const { familyName, firstNames } = asked.person
  const letters = [firstNames, familyName].filter((name) => oneLetter.test(name.trim()))
  return [
    ...letters.map((name): Question => ({ code: 'ONE_LETTER', name: name.trim() })),
    ...samePerson(asked, rows),
  ]
}

/** The latest other test of the same person within a day. */
const samePerson = ({ id, person, sampledAt }: Asked, rows: readonly Row[]): Question[] => {
  const at = Date.parse(sampledAt)
  const [latest] = rows
    .filter(
      (row) =>
        row.id !== id &&
        row.state !== 'refused' &&
        !isWithdrawn(row) &&
        Math.abs(at - Date.parse(row.sampledAt)) < dayMilliseconds &&
        comparePersons(row.person, person) !== 'different',
    )
    .toSorted((a, b) => Date.parse(b.sampledAt) - Date.parse(a.sampledAt))
  if (latest === undefined) return []
  const isAlike = comparePersons(latest.person, person) === 'alike'
  return [{ code: 'SAME_PERSON', sampledAt: latest.sampledAt, result: latest.result, isAlike }]
}

/** Of a test that waited, when its result is read. Somebody who waits a second time was asked about at the form. */
export const resultQuestions = (
  row: Row,
  rows: readonly Row[],
  minutesToResult: number,
  now: Date,
): Question[] => {
  const { isRipe, minutesLeft } = ripeness(row.sampledAt, minutesToResult, now)
  const withDocument = rows.filter(({ result }) => result !== null && result !== 'inconclusive')
  return [
    ...(isRipe ? [] : [{ code: 'EARLY', minutesLeft } as const]),
    ...samePerson(row, withDocument),
  ]
}
