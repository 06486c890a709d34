/**
 * CertLogic expressions (specification 1.3.2) made into functions once: a rule is evaluated on each certificate, and taking
 * its expression apart anew each time cost a verdict more than everything else but the signature.
 *
 * Result and failure are those of `evaluate` of certlogic-js, which a property test holds it to; what is not on the way of
 * every certificate is left to it. As there, what is wrong with an expression fails where it is evaluated, and not before.
 */
import { type CertLogicExpression, evaluate } from 'certlogic-js'
import { isCheckOfOne, isRealDate, wholeInstantOf } from './real-dates.ts'

type Compiled = (data: unknown) => unknown

/** As plain as the library's: the text goes nowhere. */
const fail = (reason: string): never => {
  throw new Error(reason)
}

const failing =
  (reason: string): Compiled =>
  () =>
    fail(reason)

const isInteger = (value: unknown): value is number => Number.isInteger(value)

/** Whether a value counts as true or false; undefined: as neither. */
const truth = (value: unknown): boolean | undefined => {
  if (typeof value === 'boolean') return value
  if (value === null) return false
  if (typeof value === 'string') return value !== ''
  if (typeof value === 'number') return value !== 0
  if (Array.isArray(value)) return value.length > 0
  if (typeof value !== 'object' || String(value) !== '[object Object]') return undefined
  return Object.keys(value).length > 0
}

const compileVar = (path: unknown): Compiled => {
  if (typeof path !== 'string') return failing('var')
  if (path === '') return (data) => data
  const keys = path.split('.').map((fragment) => {
    const index = Number.parseInt(fragment, 10)
    return Number.isNaN(index) ? fragment : index
  })
  return (data) => {
    let value = data
    for (const key of keys) {
      if (value === null) return null
      value = (value as Readonly<Record<string | number, unknown>>)[key] ?? null
    }
    return value
  }
}

const compileIf = ([guard, then, otherwise]: readonly unknown[]): Compiled => {
  if (guard === undefined || then === undefined || otherwise === undefined) return failing('if')
  const [isSo, yes, no] = [compile(guard), compile(then), compile(otherwise)]
  return (data) => {
    const decided = truth(isSo(data))
    if (decided === undefined) return fail('if')
    return decided ? yes(data) : no(data)
  }
}

const compileAnd = (operands: readonly unknown[]): Compiled => {
  if (operands.length < 2) return failing('and')
  const all = operands.map(compile)
  return (data) => {
    let last: unknown = true
    for (const operand of all) {
      last = operand(data)
      const decided = truth(last)
      if (decided === undefined) return fail('and')
      if (!decided) return last
    }
    return last
  }
}

const isDate = (value: unknown): value is Date => value instanceof Date

type Pair = readonly [left: number | Date, right: number | Date]

const numberOrders = {
  '<': ([a, b]: Pair) => a < b,
  '>': ([a, b]: Pair) => a > b,
  '<=': ([a, b]: Pair) => a <= b,
  '>=': ([a, b]: Pair) => a >= b,
} as const
const dateOrders = {
  before: numberOrders['<'],
  after: numberOrders['>'],
  'not-after': numberOrders['<='],
  'not-before': numberOrders['>='],
} as const

const compileOrder = (
  operands: readonly unknown[],
  isOrdered: (pair: Pair) => boolean,
  isOperand: (value: unknown) => value is number | Date,
): Compiled => {
  if (operands.length < 2 || operands.length > 3) return failing('order')
  const all = operands.map(compile)
  return (data) => {
    const values = all.map((operand) => operand(data))
    if (!values.every(isOperand)) return fail('order')
    const [first, second, third] = values
    if (first === undefined || second === undefined) return fail('order')
    return isOrdered([first, second]) && (third === undefined || isOrdered([second, third]))
  }
}

const compileTwo = (
  operands: readonly unknown[],
  work: (left: unknown, right: unknown) => unknown,
): Compiled => {
  if (operands.length !== 2) return failing('two operands')
  const [left, right] = operands.map(compile)
  if (left === undefined || right === undefined) return failing('two operands')
  return (data) => {
    const value = left(data)
    return work(value, right(data))
  }
}

const hourMilliseconds = 3_600_000

const compilePlusTime = ([date, amount, unit]: readonly unknown[]): Compiled => {
  if (date === undefined) return failing('plusTime')
  const read = compile(date)
  const isPlain = isInteger(amount) && (unit === 'hour' || (unit === 'day' && amount === 0))
  const added = isPlain ? amount * hourMilliseconds : 0
  return (data) => {
    const text = read(data)
    if (typeof text !== 'string') return fail('plusTime')
    const instant = isPlain ? wholeInstantOf(text) : undefined
    if (instant !== undefined) return new Date(instant + added)
    return evaluate({ plusTime: [text, amount, unit] } as CertLogicExpression, null)
  }
}

/** The check that a value is no date, or one that there is: the most frequent step of all. */
const compileRealDate = (expression: unknown): Compiled => {
  const read = compile(expression)
  return (data) => {
    const value = read(data) ?? null
    return isRealDate(value) ? value : fail('date')
  }
}

const compileReduce = ([list, each, start]: readonly unknown[]): Compiled => {
  if (isCheckOfOne(list, each, start)) return compileRealDate(list[0])
  const [listed, step, first] = [compile(list), compile(each), compile(start)]
  return (data) => {
    const items = listed(data)
    if (items === null) return first(data)
    if (!Array.isArray(items)) return fail('reduce')
    return items.reduce((accumulator, current) => step({ accumulator, current }), first(data))
  }
}

const compileOperation = (operator: string, operands: readonly unknown[]): Compiled | null => {
  switch (operator) {
    case 'if':
      return compileIf(operands)
    case 'and':
      return compileAnd(operands)
    case '===':
      return compileTwo(operands, (left, right) => left === right)
    case 'in':
      // `indexOf` and not `includes`: real-dates.ts has a list of its own.
      return compileTwo(operands, (left, right) =>
        Array.isArray(right) ? right.indexOf(left) >= 0 : fail('in'),
      )
    case '+':
      return compileTwo(operands, (left, right) =>
        isInteger(left) && isInteger(right) ? left + right : fail('+'),
      )
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compileOrder(operands, numberOrders[operator], isInteger)
    case 'after':
    case 'before':
    case 'not-after':
    case 'not-before':
      return compileOrder(operands, dateOrders[operator], isDate)
    case '!': {
      const operand = compile(operands[0])
      return (data) => {
        const decided = truth(operand(data))
        return decided === undefined ? fail('!') : !decided
      }
    }
    case 'reduce':
      return compileReduce(operands)
    case 'plusTime':
      return compilePlusTime(operands)
    default:
      return null
  }
}

const compile = (expression: unknown): Compiled => {
  if (typeof expression === 'string' || typeof expression === 'boolean' || isInteger(expression)) {
    return () => expression
  }
  if (typeof expression !== 'object' || expression === null) return failing('expression')
  if (Array.isArray(expression)) {
    const items = expression.map(compile)
    return (data) => items.map((item) => item(data))
  }
  const [entry, ...others] = Object.entries(expression)
  if (entry === undefined || others.length > 0) return failing('expression')
  const [operator, operands]: [string, unknown] = entry
  if (operator === 'var') return compileVar(operands)
  if (!Array.isArray(operands) || operands.length === 0) return failing('operation')
  return (
    compileOperation(operator, operands) ??
    ((data) => evaluate(expression as CertLogicExpression, data))
  )
}

const compiled = new WeakMap<object, Compiled>()

/**
 * Evaluates an expression that is evaluated again and again, and does not change: it is compiled the first time.
 * @throws where `evaluate` of certlogic-js throws
 */
export const evaluateCompiled = (expression: CertLogicExpression, data: unknown): unknown => {
  if (typeof expression !== 'object' || expression === null) return compile(expression)(data)
  let run = compiled.get(expression)
  if (run === undefined) {
    run = compile(expression)
    compiled.set(expression, run)
  }
  return run(data)
}
