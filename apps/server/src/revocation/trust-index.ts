/** Serves the index that verifiers follow, and its parts: from memory, the same for everybody (ADR 69). */
import { brotliCompressSync } from 'node:zlib'
import { routes } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import type { FastifyPluginAsync } from 'fastify'
import { makeBoundedCache } from '../platform/bounded-cache.ts'
import { schemaOf } from '../platform/contract.ts'
import { Problem } from '../platform/problems.ts'
import type { Reread } from '../platform/reread.ts'
import type { PublishedIndex } from './published-index.ts'

/** A cache may give it out again for a minute, and for a day while nobody answers it: what it says of its age is signed. */
const indexCaching = 'public, max-age=60, stale-if-error=86400'
/** A part is what its name says, for ever. */
const partCaching = 'public, max-age=31536000, immutable'

/** So long a poll waits for what is newest; then it gets what was newest before. */
const patienceMilliseconds = 2_000

/** As many parts as an index may name, deflated. */
const compressedMax = 400
/** Below this a heading weighs more than what it saves. */
const compressedShareMax = 0.9

interface Compressed {
  /** Null where it would not be smaller. */
  readonly bytes: Buffer | null
}

/** The newest, or what was held when the database keeps silent. */
const makePatient = (published: Reread<PublishedIndex>): (() => Promise<PublishedIndex>) => {
  let held: PublishedIndex | null = null
  return async () => {
    const asked = published.current().then((index) => {
      held = index
      return index
    })
    if (held === null) return asked
    const before = held
    const { promise, resolve } = Promise.withResolvers<PublishedIndex>()
    const timer = setTimeout(() => resolve(before), patienceMilliseconds)
    try {
      return await Promise.race([asked, promise])
    } finally {
      clearTimeout(timer)
    }
  }
}

export const trustIndexModule =
  (published: Reread<PublishedIndex>): FastifyPluginAsync =>
  async (app) => {
    const current = makePatient(published)
    const compressed = makeBoundedCache<Compressed>(compressedMax)

    const compressedOf = (hash: string, bytes: Buffer): Buffer | null => {
      const known = compressed.get(hash)
      if (known !== undefined) return known.bytes
      const smaller = brotliCompressSync(bytes)
      const isWorth = smaller.length < bytes.length * compressedShareMax
      compressed.set(hash, { bytes: isWorth ? smaller : null })
      return isWorth ? smaller : null
    }

    app.get(routes.trustIndex, async (request, reply) => {
      const { bytes, tag } = await current()
      reply.header('etag', tag).header('cache-control', indexCaching)
      if (request.headers['if-none-match'] === tag) return reply.code(304).send()
      return reply.type('application/cose').send(bytes)
    })

    app.get<{ Params: { id: string } }>(
      routes.trustPart,
      { schema: schemaOf(endpoints.readTrustPart) },
      async (request, reply) => {
        const { id } = request.params
        const { parts } = await current()
        const bytes = parts.get(id)
        if (bytes === undefined) throw new Problem('ROUTE_UNKNOWN')
        reply.header('cache-control', partCaching).header('vary', 'accept-encoding')
        reply.type('application/cbor')
        const takesBrotli = /\bbr\b/.test(request.headers['accept-encoding'] ?? '')
        const smaller = takesBrotli ? compressedOf(id, bytes) : null
        return smaller === null
          ? reply.send(bytes)
          : reply.header('content-encoding', 'br').send(smaller)
      },
    )
  }
