/**
 * Whoever receives a feed, over HTTP: `POST` of a batch of CloudEvents, answered with what was taken.
 *
 * A success is believed only where it names what it took: a proxy's page with status 200, a receiver that answers before it
 * reads, and one that kept half of a batch take nothing by it.
 */
import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { Pool } from 'undici'
import type { FeedEvent } from './events.ts'

export interface ReceiverAddress {
  /** https, in development http too. */
  readonly url: string
  /** Bearer token (RFC 6750). */
  readonly token: string
}

/** `away`: nothing is known of any of the batch, it may work later. `malformed`: the receiver cannot read the batch. */
export type BatchOutcome =
  | { readonly outcome: 'away'; readonly code: string }
  | { readonly outcome: 'malformed'; readonly code: string }
  | {
      readonly outcome: 'answered'
      readonly taken: ReadonlySet<string>
      /** By id: why the receiver does not want it, in its code. */
      readonly refused: ReadonlyMap<string, string>
    }

export interface Receiver {
  send(events: readonly FeedEvent[]): Promise<BatchOutcome>
  /** Puts a file under a name; the same again is the same. @returns null when it is there, else a code */
  put(name: string, content: string, type: string): Promise<string | null>
  close(): Promise<void>
}

const answerBytesMax = 1024 * 1024
const sendMillisecondsMax = 20_000
const codeMax = 40

const Answer = Type.Object({
  taken: Type.Array(Type.String()),
  refused: Type.Optional(Type.Array(Type.Object({ id: Type.String(), code: Type.String() }))),
})

/** 400, 413 and 422 are about this batch; every other refusal is about us, or about now. */
const malformedStatuses: readonly number[] = [400, 413, 422]

const failureOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? `FEED_${code}` : 'FEED_TIMEOUT'
}

const readAnswer = (text: string): BatchOutcome => {
  try {
    const answer: unknown = JSON.parse(text)
    if (!Value.Check(Answer, answer)) return { outcome: 'away', code: 'FEED_ANSWER_UNREADABLE' }
    const refused = (answer.refused ?? []).map(
      ({ id, code }) =>
        [id, /^[A-Za-z0-9_-]+$/.test(code) ? code.slice(0, codeMax) : 'FEED_REFUSED'] as const,
    )
    return { outcome: 'answered', taken: new Set(answer.taken), refused: new Map(refused) }
  } catch {
    return { outcome: 'away', code: 'FEED_ANSWER_UNREADABLE' }
  }
}

export const makeReceiver = ({ url, token }: ReceiverAddress): Receiver => {
  const address = new URL(url)
  const pool = new Pool(address.origin, {
    connections: 1,
    connect: { timeout: 5_000 },
    headersTimeout: sendMillisecondsMax,
    bodyTimeout: sendMillisecondsMax,
    maxResponseSize: answerBytesMax,
  })
  const request = (method: 'POST' | 'PUT', path: string, type: string, body: string) =>
    pool.request({
      method,
      path,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': type,
        // RFC 9530.
        'content-digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
      },
      body,
      signal: AbortSignal.timeout(sendMillisecondsMax),
    })
  return {
    async send(events) {
      try {
        const { statusCode, body } = await request(
          'POST',
          `${address.pathname}${address.search}`,
          'application/cloudevents-batch+json',
          JSON.stringify(events),
        )
        const text = await body.text()
        if (statusCode >= 200 && statusCode < 300) return readAnswer(text)
        const code = `FEED_${statusCode}`
        return { outcome: malformedStatuses.includes(statusCode) ? 'malformed' : 'away', code }
      } catch (error) {
        return { outcome: 'away', code: failureOf(error) }
      }
    },
    async put(name, content, type) {
      try {
        const path = `${address.pathname.replace(/\/$/, '')}/${name}`
        const { statusCode, body } = await request('PUT', path, type, content)
        await body.dump()
        return statusCode >= 200 && statusCode < 300 ? null : `FEED_${statusCode}`
      } catch (error) {
        return failureOf(error)
      }
    },
    close: () => pool.destroy(),
  }
}
