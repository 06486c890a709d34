import { broken, decoded, type Layer } from '@sidep/encoding'
import { type CertLogicExpression, evaluate, isCertLogicExpression } from 'certlogic-js'
import { withRealDates } from './real-dates.ts'

/** A rule's stable failure codes. */
export type RuleCode =
  | 'RULE_MALFORMED'
  | 'RULE_TOO_LARGE'
  | 'RULE_TOO_COSTLY'
  | 'RULE_FAILED'
  | 'RULE_RESULT_INVALID'

/** The largest rule on the EU gateway has about 200 nodes, 12 levels deep. */
const nodesMax = 20_000
const depthMax = 100
/** Upper bound on evaluation steps: about a second. */
const stepsMax = 5_000_000
/** Nodes of a result; a rule answers true, false or a date. */
const resultNodesMax = 10_000

/**
 * Evaluates a CertLogic expression, bounded in size, depth and time whatever the expression is.
 *
 * @param logic expression (CertLogic specification 1.3.2)
 * @param data what `var` reads: `{ payload, external }`
 * @returns the result (dates as Date), or RULE_MALFORMED (not CertLogic), RULE_TOO_LARGE,
 *   RULE_TOO_COSTLY (nested loops over long lists), RULE_FAILED (an operand of the wrong kind, or a
 *   date that is none, such as the 31st of February), RULE_RESULT_INVALID (not a JSON value)
 * @example
 * evaluateRule({ '===': [{ var: 'payload.t.0.tr' }, '260415000'] }, { payload, external })
 */
export const evaluateRule = (logic: unknown, data: unknown): Layer<unknown, RuleCode> => {
  const checked = checkedExpression(logic, data)
  if (!checked.ok) return checked
  try {
    const result: unknown = evaluate(checked.value, data)
    return isResult(result) ? decoded(result) : broken('RULE_RESULT_INVALID')
  } catch {
    // certlogic-js throws plain errors for operands of the wrong kind; their text may quote the
    // payload, so it stops here.
    return broken('RULE_FAILED')
  }
}

/**
 * An expression of somebody else's as one that may be evaluated again and again: it is CertLogic, within bounds, and
 * fails where a date is none.
 *
 * @param data the longest lists that it will ever be evaluated over
 * @returns the expression, or RULE_TOO_LARGE, RULE_MALFORMED, RULE_TOO_COSTLY
 */
export const checkedExpression = (
  logic: unknown,
  data: unknown,
): Layer<CertLogicExpression, RuleCode> => {
  if (!withinBounds(logic, nodesMax, depthMax)) return broken('RULE_TOO_LARGE')
  if (!isCertLogicExpression(logic)) return broken('RULE_MALFORMED')
  if (steps(logic, data) > stepsMax) return broken('RULE_TOO_COSTLY')
  return decoded(withRealDates(logic))
}

/** Whether a JSON value has at most so many nodes and levels; walks without recursion. */
const withinBounds = (value: unknown, nodes: number, depth: number): boolean => {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  let seen = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    seen += 1
    if (seen > nodes || next.depth > depth) return false
    if (typeof next.value !== 'object' || next.value === null) continue
    const children: unknown[] = Object.values(next.value)
    if (seen + open.length + children.length > nodes) return false
    for (const child of children) open.push({ value: child, depth: next.depth + 1 })
  }
  return true
}

/** Only JSON values and dates leave an evaluation: `var` can also reach inherited functions. */
const isResult = (value: unknown): boolean => {
  if (value instanceof Date) return !Number.isNaN(value.getTime())
  if (typeof value === 'function' || typeof value === 'symbol') return false
  return withinBounds(value, resultNodesMax, depthMax)
}

/**
 * An upper bound on the steps that an expression takes. Only `reduce` loops, and no operation makes
 * a list longer, so that the longest list there is bounds each loop.
 */
const steps = (logic: unknown, data: unknown): number => {
  if (!hasLoop(logic)) return 0
  return stepsOf(logic, data, Math.max(longestList(data), longestList(logic)), false)
}

const hasLoop = (logic: unknown): boolean => {
  if (typeof logic !== 'object' || logic === null) return false
  return 'reduce' in logic || Object.values(logic).some(hasLoop)
}

const stepsOf = (logic: unknown, data: unknown, longest: number, inLoop: boolean): number => {
  if (typeof logic !== 'object' || logic === null) return 1
  if ('reduce' in logic && Array.isArray(logic.reduce)) {
    const [operand, lambda, initial]: unknown[] = logic.reduce
    const rounds = inLoop ? longest : roundsOf(operand, data, longest)
    const body = stepsOf(lambda, data, longest, true)
    return (
      stepsOf(operand, data, longest, inLoop) +
      rounds * body +
      stepsOf(initial, data, longest, inLoop)
    )
  }
  // `in` compares with each entry of its list; that is cheap beside a step.
  const own = 'in' in logic ? 1 + longest / 16 : 1
  return Object.values(logic).reduce<number>(
    (sum, child) => sum + stepsOf(child, data, longest, inLoop),
    own,
  )
}

/** A loop over a list of the data is as long as that list. */
const roundsOf = (operand: unknown, data: unknown, longest: number): number => {
  if (typeof operand !== 'object' || operand === null || !('var' in operand)) return longest
  const list = evaluateRule(operand, data)
  return list.ok && Array.isArray(list.value) ? list.value.length : longest
}

const longestList = (value: unknown): number => {
  const open: unknown[] = [value]
  let longest = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if (Array.isArray(next)) longest = Math.max(longest, next.length)
    for (const child of Object.values(next)) if (typeof child === 'object') open.push(child)
  }
  return longest
}
