import { steps, type Verdict } from './verdict.ts'

/**
 * How much a verdict says of what was shown, the higher the more. A certificate that is refused says more than a code
 * of another kind beside it; of two refusals the one that came further is about the better certificate; a slip vouches
 * for a sheet only.
 */
const weightOf = (verdict: Verdict): number => {
  switch (verdict.verdict) {
    case 'accepted':
      return verdict.certificate.format === 'slip' ? 200 : 300
    case 'refused':
      return 100 + steps.indexOf(verdict.step)
    case 'unreadable':
      return steps.indexOf(verdict.step)
  }
}

/** Of the verdicts on several codes, or on several readings of one, the one to show; of equal ones the first. */
export const bestVerdict = <Some extends Verdict>(verdicts: readonly [Some, ...Some[]]): Some =>
  verdicts.reduce((best, next) => (weightOf(next) > weightOf(best) ? next : best))
