import type { Readable, Writable } from 'node:stream'
import { evaluateRule } from '@sidep/verdict'
import type { Command } from 'commander'
import { CommandFailure } from '../failure.ts'
import { idle, type Line, readLines } from '../lines.ts'
import { LineWriter } from '../output.ts'
import { parseObject } from '../verify/batch.ts'

export const define = (command: Command): void => {
  command
    .option(
      '--batch',
      'read {id, rule, payload, external} from standard input, one JSON object a line',
    )
    .action(async ({ batch }: { batch?: boolean }) => {
      if (batch !== true)
        throw new CommandFailure('sidep rules works on lines: sidep rules --batch < FILE')
      await evaluateBatch(process.stdin, process.stdout)
    })
}

/**
 * `sidep rules --batch`: evaluates one CertLogic rule a line. Lines out, in order: `{id, result}`,
 * or `{id, error}` with a code; dates are RFC 3339.
 */
export const evaluateBatch = async (input: Readable, output: Writable): Promise<void> => {
  const writer = new LineWriter(output)
  for await (const line of readLines(input)) {
    if (line === idle) await writer.flush()
    else await writer.write(JSON.stringify(answerTo(line)))
  }
  await writer.flush()
}

const answerTo = (
  line: Line,
): { id: unknown; result: unknown } | { id: unknown; error: string } => {
  if (line === null) return { id: null, error: 'LINE_TOO_LONG' }
  const fields = parseObject(line)
  if (fields === null) return { id: null, error: 'LINE_NOT_JSON_OBJECT' }
  const { id = null, rule, payload = null, external = null } = fields
  if (rule === undefined) return { id, error: 'RULE_MISSING' }
  const outcome = evaluateRule(logicOf(rule), { payload, external })
  return outcome.ok ? { id, result: outcome.value ?? null } : { id, error: outcome.code }
}

/** A whole rule of the EU gateway carries its expression in `Logic`. */
const logicOf = (rule: unknown): unknown =>
  typeof rule === 'object' && rule !== null && 'Logic' in rule ? rule.Logic : rule
