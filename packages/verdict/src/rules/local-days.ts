import type { CertLogicExpression } from 'certlogic-js'

const comparisons = new Set(['before', 'after', 'not-before', 'not-after'])

/**
 * A condition of the EU's format, whose only clock is `external.validationClock`, with its calendar days told by the
 * clock on the wall of the place whose rule it is (`local`, see `RuleData`). Each comparison of times that adds hours
 * stays one of instants; every other is of days, months or years.
 *
 * @example
 * before(validationClock + 0 days, sc + 72 hours)  → the same
 * not-before(validationClock + 0 days, dt + 14 days) → with local.validationClock and local.v.0.dt
 */
export const withLocalDays = (logic: CertLogicExpression): CertLogicExpression =>
  // The same operations over other variables.
  rewritten(logic, false) as CertLogicExpression

const rewritten = (logic: unknown, onTheWall: boolean): unknown => {
  if (typeof logic !== 'object' || logic === null) return logic
  if (Array.isArray(logic)) return logic.map((one) => rewritten(one, onTheWall))
  return Object.fromEntries(
    Object.entries(logic).map(([operator, operands]: [string, unknown]) => {
      if (operator === 'var' && typeof operands === 'string') {
        return [operator, onTheWall ? localName(operands) : operands]
      }
      const ofDays = comparisons.has(operator) ? !addsHours(operands) : onTheWall
      return [operator, rewritten(operands, ofDays)]
    }),
  )
}

const localName = (path: string): string =>
  path === 'external.validationClock'
    ? 'local.validationClock'
    : path.replace(/^payload\.(?=[trv]\.)/, 'local.')

const addsHours = (logic: unknown): boolean => {
  if (typeof logic !== 'object' || logic === null) return false
  if ('plusTime' in logic && Array.isArray(logic.plusTime)) {
    const [, amount, unit]: unknown[] = logic.plusTime
    if (unit === 'hour' && amount !== 0) return true
  }
  return Object.values(logic).some(addsHours)
}
