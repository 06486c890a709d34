/** Reads the body of a request within its bounds; how long it may take is the server's bound. */
import type { IncomingMessage } from 'node:http'

export type ReadBody =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly fault: 'BODY_TOO_LARGE' | 'GONE' }

const tooLarge = { ok: false, fault: 'BODY_TOO_LARGE' } as const

/** What is beyond the bound is not read: who sends it is answered and cut. */
export const readBody = async (request: IncomingMessage, bytesMax: number): Promise<ReadBody> => {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return tooLarge
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of request as AsyncIterable<Uint8Array>) {
      length += part.length
      if (length > bytesMax) return tooLarge
      parts.push(part)
    }
  } catch {
    // Whoever sent it left in the middle.
    return { ok: false, fault: 'GONE' }
  }
  return { ok: true, bytes: Buffer.concat(parts) }
}
