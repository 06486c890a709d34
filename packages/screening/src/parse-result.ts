import { type FieldFault, ResultInput } from '@sidep/contracts'
import { Faults } from './faults.ts'
import { isInFuture } from './limits.ts'
import { parseMoment } from './moment.ts'
import { type Shape, shapeFaults, walkedShape } from './shape.ts'

/** Reads when a result was read: not before the sample, not in the future; now when nothing is said. */
export const parseResultAt = (
  text: string | undefined,
  sampledAt: Date | undefined,
  at: Date,
  faults: Faults,
): Date => {
  if (text === undefined) return at
  const moment = parseMoment(text)
  if (moment === undefined) faults.add('/resultAt', 'MALFORMED')
  else if (isInFuture(moment, at)) faults.add('/resultAt', 'RESULT_IN_FUTURE')
  else if (sampledAt !== undefined && moment < sampledAt) {
    faults.add('/resultAt', 'RESULT_BEFORE_SAMPLING')
  }
  return moment ?? at
}

export type ParsedResult =
  | { readonly ok: true; readonly value: { result: ResultInput['result']; resultAt: Date } }
  | { readonly ok: false; readonly faults: readonly FieldFault[] }

const walked = walkedShape(ResultInput)

/** Reads a result for a screening sampled at `sampledAt`. */
export const parseResult = (
  input: unknown,
  sampledAt: Date,
  at: Date,
  shape: Shape<ResultInput> = walked,
): ParsedResult => {
  if (!shape.Check(input)) return { ok: false, faults: shapeFaults(shape.Errors(input)) }
  const faults = new Faults()
  const resultAt = parseResultAt(input.resultAt, sampledAt, at, faults)
  return faults.list.length === 0
    ? { ok: true, value: { result: input.result, resultAt } }
    : { ok: false, faults: faults.list }
}
