/**
 * `GET /api/operations/stream`: server-sent events (WHATWG HTML §9.2), one stream a page.
 *
 * Invariants
 * - A stream lasts no longer than the session and the role that it was opened with: both are looked at before each event.
 * - Streams are bounded, in all and for a person; one that nobody reads is ended and not filled.
 */
import type { OperationsView } from '@sidep/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../platform/problems.ts'
import type { Hub } from './hub.ts'

const streamsMax = 200
/** Somebody with many tabs. */
const streamsOfPersonMax = 8
/** Unread bytes of a stream: some events of a page that is being loaded. */
const unreadBytesMax = 512 * 1024

const event = (name: string | null, data: string): string =>
  `${name === null ? '' : `event: ${name}\n`}data: ${data}\n\n`

export interface Streams {
  open(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Ends all of them; a page asks again, elsewhere. */
  close(): void
}

/** @param stillMay whether who asks may still be told: throws a Problem when not */
export const makeStreams = (
  hub: Hub,
  stillMay: (request: FastifyRequest) => Promise<unknown>,
): Streams => {
  const open = new Map<FastifyReply, { readonly person: string; readonly end: () => void }>()
  let isClosed = false

  const refuseTooMany = (person: string): void => {
    const own = [...open.values()].filter((one) => one.person === person).length
    if (isClosed || open.size >= streamsMax || own >= streamsOfPersonMax)
      throw new Problem('UNAVAILABLE', { retryAfterSeconds: 30 })
  }

  return {
    async open(request, reply) {
      const person = request.operating?.person.id ?? ''
      refuseTooMany(person)
      const { raw } = reply
      const end = (): void => {
        stop()
        open.delete(reply)
        raw.end()
      }
      let stop = (): void => undefined
      // Counted before anything is waited for: many at once are as bounded as one after the other.
      open.set(reply, { person, end })
      raw.once('close', () => {
        stop()
        open.delete(reply)
      })
      const first = await hub.current()
      if (!open.has(reply)) throw new Problem('UNAVAILABLE')
      reply.hijack()
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // A proxy that gathers answers would keep the last minute to itself.
        'x-accel-buffering': 'no',
      })
      const tell = (view: OperationsView): void => {
        if (raw.writableLength > unreadBytesMax) end()
        else raw.write(event(null, JSON.stringify(view)))
      }
      stop = hub.follow((view) => {
        stillMay(request).then(
          () => {
            if (open.has(reply)) tell(view)
          },
          (error: unknown) => {
            if (!open.has(reply)) return
            const code = error instanceof Problem ? error.code : 'UNAVAILABLE'
            raw.write(event('ended', JSON.stringify({ code })))
            end()
          },
        )
      })
      tell(first)
    },
    close() {
      isClosed = true
      for (const { end } of open.values()) end()
    },
  }
}
