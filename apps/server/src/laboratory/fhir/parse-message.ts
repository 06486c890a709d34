/** Text → JSON, of which nothing is read yet; what no laboratory sends is refused before it is parsed. */
import { jsonDepthMax, jsonExcess } from '../../platform/bounded-json.ts'

export type ParsedMessage =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly rule: 'NOT_A_MESSAGE' | 'MESSAGE_TOO_LARGE' }

/** Of as many results as a message may have there are 120,000 where each comes with all of its own. */
const signsMax = 300_000

export const parseMessage = (text: string): ParsedMessage => {
  const excess = jsonExcess(text, { depthMax: jsonDepthMax, signsMax })
  if (excess === 'TOO_MANY_VALUES') return { ok: false, rule: 'MESSAGE_TOO_LARGE' }
  if (excess === 'TOO_DEEP') return { ok: false, rule: 'NOT_A_MESSAGE' }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, rule: 'NOT_A_MESSAGE' }
    throw error
  }
}
