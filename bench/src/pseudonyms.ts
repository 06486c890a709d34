/**
 * `sidep bench pseudonyms`: many people, each written in ten ways, read as the gate reads them and given the pseudonym that
 * surveillance gets. One person should have one, and no two people the same.
 */
import { createSecretKey, randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { parsePersonNames } from '@sidep/identifiers'
import { pseudonymOf } from '@sidep/server/feeds/pseudonym.ts'
import { inventedPeople, spellings } from './pseudonyms/people.ts'
import { makeRandom } from './random.ts'

export interface PseudonymBenchOptions {
  readonly people: number
  readonly seed: number
}

export interface PseudonymBenchResult {
  readonly scenario: 'pseudonyms'
  readonly seed: number
  readonly people: number
  readonly spellings: number
  readonly pseudonyms: number
  /** People with more than one. */
  readonly divided: number
  /** Pseudonyms of more than one person. */
  readonly shared: number
  /** Spellings that the gate would not take. */
  readonly refused: number
  /** Some of the people who are divided, by the spelling that divided them. */
  readonly examples: readonly string[]
  readonly microsecondsEach: number
}

const examplesMax = 10

export const benchPseudonyms = ({ people, seed }: PseudonymBenchOptions): PseudonymBenchResult => {
  const random = makeRandom(seed)
  const key = createSecretKey(randomBytes(32))
  const holders = new Map<string, number>()
  const shared = new Set<string>()
  const divided = new Set<number>()
  const examples: string[] = []
  let refused = 0
  const begun = performance.now()
  inventedPeople(people).forEach((person, index) => {
    let first: string | undefined
    for (const [name, write] of Object.entries(spellings)) {
      const names = parsePersonNames(write(person, random))
      if (!names.ok) {
        refused += 1
        continue
      }
      const pseudonym = pseudonymOf(key, { ...names.value, birthDate: person.birthDate })
      first ??= pseudonym
      if (pseudonym !== first) {
        if (!divided.has(index) && examples.length < examplesMax) {
          examples.push(`${name}: ${person.firstNames} ${person.familyName}`)
        }
        divided.add(index)
      }
      const holder = holders.get(pseudonym)
      if (holder === undefined) holders.set(pseudonym, index)
      else if (holder !== index) shared.add(pseudonym)
    }
  })
  const count = Object.keys(spellings).length
  const microseconds = (performance.now() - begun) * 1_000
  return {
    scenario: 'pseudonyms',
    seed,
    people,
    spellings: count,
    pseudonyms: holders.size,
    divided: divided.size,
    shared: shared.size,
    refused,
    examples,
    microsecondsEach: Math.round((microseconds / (people * count)) * 10) / 10,
  }
}
