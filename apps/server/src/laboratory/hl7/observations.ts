/** OBX → what it tests, what it found, and how far its laboratory stands to it. */
import type { Result, ScreeningInput } from '@sidep/contracts'
import {
  type CodedValue,
  type KnownTest,
  questions,
  resultOfCode,
  resultOfText,
  testOf,
} from '../codes.ts'
import type { MessageFaults } from '../faults.ts'
import type { ResultAct } from '../laboratory-result.ts'
import type { Segment } from './message.ts'
import { parseHl7Time } from './time.ts'

/** A coded field and its alternatives: components 1 to 3, 4 to 6, and since 2.7 also 10 to 12. */
export const codedIn = (segment: Segment, field: number, repetition = 1): CodedValue[] =>
  [1, 4, 10]
    .map((component) => ({
      code: segment.text(field, { repetition, component }),
      display: segment.text(field, { repetition, component: component + 1 }),
      system: segment.text(field, { repetition, component: component + 2 }),
    }))
    .filter(({ code, display }) => code !== '' || display !== '')

/** The test of an observation, by its code or by the alternative one. */
export const knownTestIn = (observation: Segment): KnownTest | undefined => {
  for (const coded of codedIn(observation, 3)) {
    const known = testOf(coded)
    if (known !== undefined) return known
  }
  return undefined
}

/**
 * HL7 table 0085 by what it asks of us; null: nothing was observed, and nothing is recorded. A result that was
 * entered and not verified, or is in part, is not told to anybody.
 */
const acts: Readonly<Record<string, ResultAct | null>> = {
  F: 'final',
  U: 'final',
  V: 'final',
  X: 'final',
  C: 'corrected',
  A: 'corrected',
  P: 'preliminary',
  R: 'preliminary',
  S: 'preliminary',
  I: 'preliminary',
  B: 'preliminary',
  W: 'wrong',
  D: 'deleted',
  N: null,
  O: null,
}

/** What OBX-11 asks; undefined next to a fault. */
export const actOf = (
  observation: Segment,
  faults: MessageFaults,
): ResultAct | null | undefined => {
  const status = observation.text(11)
  if (status === '') {
    faults.add(observation.at(11), 'REQUIRED')
    return undefined
  }
  const act = Object.hasOwn(acts, status) ? acts[status] : undefined
  if (act === undefined) faults.add(observation.at(11), 'NOT_ALLOWED')
  return act
}

const codedTypes: ReadonlySet<string> = new Set(['CE', 'CWE', 'CNE', 'CF', 'IS', 'ID'])
const textTypes: ReadonlySet<string> = new Set(['ST', 'TX', 'FT', 'CX'])

/** What one repetition of OBX-5 says: its code, the alternative one, its text. */
const foundInRepetition = (observation: Segment, repetition: number): Result[] => {
  const type = observation.text(2)
  const textAt = (component: number): Result | undefined =>
    resultOfText(observation.text(5, { repetition, component }))
  if (textTypes.has(type)) return [textAt(1)].filter((result) => result !== undefined)
  if (!codedTypes.has(type)) return []
  const coded = codedIn(observation, 5, repetition).map(resultOfCode)
  const known = coded.filter((result) => result !== undefined)
  return known.length > 0 ? known : [textAt(9)].filter((result) => result !== undefined)
}

/** All that OBX-5 says; a comment in a repetition of its own says nothing. */
const foundIn = (observation: Segment): readonly Result[] => [
  ...new Set(
    Array.from({ length: observation.count(5) }, (_, index) =>
      foundInRepetition(observation, index + 1),
    ).flat(),
  ),
]

/** What a final observation found; undefined next to a fault. */
export const resultIn = (observation: Segment, faults: MessageFaults): Result | undefined => {
  // Table 0085: no result can be had of this sample.
  if (observation.text(11) === 'X') return 'inconclusive'
  if (observation.count(5) === 0) {
    faults.add(observation.at(5), 'REQUIRED')
    return undefined
  }
  const [result, ...others] = foundIn(observation)
  const isTyped = !faults.has(observation.at(2))
  if (result === undefined && isTyped) faults.add(observation.at(5), 'RESULT_UNKNOWN')
  // Whichever of them came first would be a guess.
  if (others.length > 0) faults.add(observation.at(5), 'TEST_AMBIGUOUS')
  return result
}

interface ReadSymptoms {
  readonly symptoms: ScreeningInput['symptoms']
  readonly places: Readonly<Record<string, string>>
}

const presences: ReadonlyMap<string, 'present' | 'none' | 'unknown'> = new Map(
  Object.entries({
    Y: 'present',
    N: 'none',
    UNK: 'unknown',
    '373066001': 'present',
    '373067005': 'none',
    '261665006': 'unknown',
  } as const),
)

const answerTo = (
  observations: readonly Segment[],
  codes: readonly string[],
): Segment | undefined =>
  observations.find((observation) =>
    codedIn(observation, 3).some(({ code }) => codes.includes(code)),
  )

/** Whether the person had symptoms, and since when, where the order asked. */
export const symptomsIn = (observations: readonly Segment[]): ReadSymptoms => {
  const asked = answerTo(observations, [questions.hasSymptoms])
  const presence = asked === undefined ? undefined : presences.get(asked.text(5))
  if (asked === undefined || presence === undefined) return { symptoms: undefined, places: {} }
  const begun = answerTo(observations, questions.onset)
  const time = begun === undefined ? undefined : parseHl7Time(begun.text(5))
  const onset = time !== undefined && time.day.length === 10 ? time.day : undefined
  return {
    symptoms: { presence, ...(onset === undefined || presence !== 'present' ? {} : { onset }) },
    places: {
      '/symptoms': asked.at(5),
      ...(begun === undefined ? {} : { '/symptoms/onset': begun.at(5) }),
    },
  }
}
