/**
 * Asks a gateway for its lists every few seconds, and lets through what passes the gate.
 *
 * Invariants
 * - What is wrong with an answer is told at the latest half a minute after it was given, and once, until it is another.
 * - No answer takes anything away: what was in force stays, and grows old.
 */

import { listBytesMax } from './gateway-lists.ts'
import { type ImportOutcome, importLists } from './import-lists.ts'
import type { Uploaders } from './signed-upload.ts'

/** Half a minute from a wrong answer to the alarm, with its own time. */
export const followSecondsMax = 20
const answerMilliseconds = 10_000

export interface Gateway {
  readonly fetch: (url: string, signal: AbortSignal) => Promise<Response>
  readonly now: () => Date
}

interface Answer {
  readonly texts: readonly string[]
  readonly fault: string | null
}

/** The body, up to what a list may have; beyond it nothing more is read. */
const bodyOf = async (response: Response): Promise<Answer> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > listBytesMax) return { texts: [], fault: 'LIST_TOO_LARGE' }
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString()
  // Nothing at all is no list of something unknown.
  return text.trim() === '' ? { texts: [], fault: 'LIST_EMPTY' } : { texts: [text], fault: null }
}

const ask = async ({ fetch }: Gateway, url: string): Promise<Answer> => {
  try {
    const response = await fetch(url, AbortSignal.timeout(answerMilliseconds))
    if (response.ok) return await bodyOf(response)
    await response.body?.cancel()
  } catch {
    // No network, or no answer within its time: told as what it is.
  }
  return { texts: [], fault: 'LIST_UNREACHABLE' }
}

export interface Following {
  readonly folder: string
  readonly urls: readonly string[]
  readonly uploaders: Uploaders | null
}

/** @returns asks all addresses once, each time it is called; alarms that were raised before are known to it */
export const makeFollower = (
  { folder, urls, uploaders }: Following,
  gateway: Gateway,
): (() => Promise<readonly ImportOutcome[]>) => {
  const told = new Map<string, string>()
  return async () => {
    const outcomes: ImportOutcome[] = []
    for (const url of urls) {
      const answer = await ask(gateway, url)
      const at = gateway.now()
      const from = { folder, source: url, uploaders, at, mayShrink: false }
      const now = await importLists({ ...from, ...answer }, (list, code) => told.get(list) === code)
      for (const { list, code } of now) {
        if (code === null) told.delete(list)
        else told.set(list, code)
      }
      if (now.every(({ code }) => code === null)) told.delete(url)
      outcomes.push(...now)
    }
    return outcomes
  }
}
