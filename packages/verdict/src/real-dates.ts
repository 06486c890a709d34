import { isCalendarDate } from '@sidep/identifiers'
import type { CertLogicExpression } from 'certlogic-js'

// CertLogic specification 1.3.2: a date, which may be partial, or a date with a time behind it.
const datePattern = /^\d{4}(?:-\d{2}){0,2}(?=$|T)/

/** Whether a text that has the form of a date or time is one; of other texts the library says itself that they are not. */
const isReal = (text: string): boolean => {
  const written = datePattern.exec(text)?.[0]
  if (written === undefined) return true
  const [hours = '00'] = text.slice(written.length + 1).split(':')
  return isCalendarDate(written.padEnd(10, '-01')) && Number(hours) <= 23
}

/** How rules' clocks are written, and certificates' times (`writeInstant`): what a Date reads without more ado. */
const wholeInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/

/** Milliseconds since 1970 of a moment that is written whole, in UTC; undefined for all else, and for one that there never is. */
export const wholeInstantOf = (text: string): number | undefined => {
  if (!wholeInstant.test(text) || !isReal(text)) return undefined
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

const isWrongDate = (value: unknown): boolean =>
  value instanceof Date
    ? Number.isNaN(value.getTime())
    : typeof value === 'string' && wholeInstantOf(value) === undefined && !isReal(value)

/**
 * The library's `in` asks its list whether it has a value. This one has every date that there is, and whatever is no
 * date at all: the one place where an evaluation can be asked a question that CertLogic has no words for.
 */
class RealDates extends Array<never> {
  override indexOf(value: unknown): number {
    return isWrongDate(value) ? -1 : 0
  }
}

const current = { var: 'current' }
// An operand of the wrong kind, which ends every evaluation.
const failure = { plusTime: [0, 0, 'day'] }
const currentIfReal = { if: [{ in: [current, new RealDates()] }, current, failure] }

/** The same value, evaluated once; a date that is none ends the evaluation. */
const checked = (expression: unknown): unknown => ({
  reduce: [[expression], currentIfReal, false],
})

/** What `withRealDates` put around an expression: its parts are looked at once, where it is compiled. */
export const isCheckOfOne = (list: unknown, each: unknown, start: unknown): list is [unknown] =>
  each === currentIfReal && start === false && Array.isArray(list) && list.length === 1

export const isRealDate = (value: unknown): boolean => !isWrongDate(value)

/**
 * A CertLogic expression that answers the same, and fails where a date is none. certlogic-js 1.2 reads the 99th of
 * September as an invalid Date, which is neither before nor after any other, so that a condition or its opposite
 * would hold; and the 31st of February as the third of March.
 *
 * @param logic an expression that `isCertLogicExpression` knows, of bounded depth
 */
export const withRealDates = (logic: CertLogicExpression): CertLogicExpression =>
  // The same operations with other operands, and operations that the library knows around them.
  rewritten(logic) as CertLogicExpression

const rewritten = (logic: unknown): unknown => {
  if (typeof logic !== 'object' || logic === null) return logic
  if (Array.isArray(logic)) return logic.map(rewritten)
  const operands = Object.fromEntries(
    Object.entries(logic).map(([operator, values]) => [operator, rewritten(values)]),
  )
  if (Array.isArray(operands.plusTime)) {
    const [operand, ...others]: unknown[] = operands.plusTime
    return checked({ plusTime: [checked(operand), ...others] })
  }
  if (Array.isArray(operands.dccDateOfBirth)) {
    return checked({ dccDateOfBirth: operands.dccDateOfBirth.map(checked) })
  }
  return operands
}
