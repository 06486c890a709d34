/** Slow damage: whether an error budget burns too fast, in a long window and in a short one. */
import type { Rates } from './rates.ts'
import type { BurnRule } from './rules.ts'

export interface Budget {
  /** Share that may fail. */
  readonly errorBudget: number
  /** Failures in a window below which nothing burns. */
  readonly failuresMin: number
}

/** @param minute of now, since 1970 @returns the rule that it burns by; null: it bears what fails */
export const burnsBy = (
  rate: Rates | undefined,
  minute: number,
  rules: readonly BurnRule[],
  { errorBudget, failuresMin }: Budget,
): BurnRule | null => {
  if (rate === undefined) return null
  const isOver = (minutes: number, factor: number): boolean => {
    const { tried, failed } = rate.within(minutes, minute)
    return failed >= failuresMin && failed / tried >= factor * errorBudget
  }
  return (
    rules.find(
      ({ longMinutes, shortMinutes, factor }) =>
        isOver(shortMinutes, factor) &&
        // A window that is not half full says nothing yet.
        rate.within(longMinutes, minute).tried * 2 >=
          rate.within(shortMinutes, minute).tried * (longMinutes / shortMinutes) &&
        isOver(longMinutes, factor),
    ) ?? null
  )
}
