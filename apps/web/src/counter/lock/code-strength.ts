/**
 * How long a code stands against somebody who has the disk and guesses. Loaded when one is chosen, not before: the
 * dictionaries are larger than the page.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common'
import { dictionary as french } from '@zxcvbn-ts/language-fr'
import { normalCode } from './code.ts'

/** `weak` is refused. */
export type Strength = 'weak' | 'good' | 'strong'

/**
 * Powers of ten of guesses. A booklet's key is worth guessing for its day; a hundred graphics cards of 1 TB/s make
 * about 1.4 × 10¹⁰ guesses of 64 MiB and three passes in that (docs/adr/0019), and the right one comes halfway.
 */
const guessesMin = { good: 10, strong: 13 }

const estimator = new ZxcvbnFactory({
  dictionary: { ...common, ...french },
  graphs: adjacencyGraphs,
})

/** @param ownWords names that a thief tries first: of the professional, of the site */
export const strengthOf = (typed: string, ownWords: readonly string[]): Strength => {
  const own = ownWords.flatMap((words) => [
    normalCode(words),
    ...words.split(/\s+/).map(normalCode),
  ])
  const { guessesLog10 } = estimator.check(normalCode(typed), own)
  if (guessesLog10 < guessesMin.good) return 'weak'
  return guessesLog10 < guessesMin.strong ? 'good' : 'strong'
}
