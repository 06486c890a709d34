/** What machines ask about the server itself: alive, ready, the catalogue; and the process's own figures. */
import { getHeapStatistics } from 'node:v8'
import { type Catalogue, routes } from '@sidep/contracts'
import type { ScreeningLimits } from '@sidep/screening'
import type { FastifyPluginAsync } from 'fastify'
import type { CatalogueSource } from './catalogue.ts'
import type { OpenDatabase } from './database.ts'
import type { Metrics } from './metrics.ts'
import type { Origins } from './origins.ts'
import type { Announcement } from './stopping.ts'

interface Dependencies {
  readonly database: Pick<OpenDatabase, 'readiness'>
  readonly announcement: Pick<Announcement, 'isStopping'>
  readonly metrics: Metrics
  readonly catalogue: CatalogueSource
  /** The limits of this portal, told to counters with the catalogue. */
  readonly limits: ScreeningLimits
  readonly origins: Pick<Origins, 'person' | 'verifier'>
}

export const probes =
  ({
    database,
    announcement,
    metrics,
    catalogue,
    limits,
    origins,
  }: Dependencies): FastifyPluginAsync =>
  async (app) => {
    metrics.gauge('sidep_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss())
    metrics.gauge(
      'sidep_heap_used_bytes',
      'Memory of the JavaScript heap in use; what is not collected yet counts.',
      () => process.memoryUsage().heapUsed,
    )
    metrics.gauge(
      'sidep_heap_limit_bytes',
      'What that heap may grow to.',
      () => getHeapStatistics().heap_size_limit,
    )
    metrics.gauge(
      'sidep_memory_outside_heap_bytes',
      'Buffers and other memory that JavaScript holds outside its heap.',
      () => process.memoryUsage().external,
    )
    metrics.gauge('sidep_uptime_seconds', 'Seconds since the start.', () => process.uptime())

    app.get(routes.health, async () => ({ status: 'alive' }))

    app.get(routes.ready, async (_request, reply) => {
      const status = announcement.isStopping() ? 'stopping' : await database.readiness()
      return reply
        .code(status === 'ready' ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status })
    })

    app.get(
      routes.catalogue,
      async (): Promise<Catalogue> => ({
        ...catalogue.current().view,
        limits,
        origins: { person: origins.person, verifier: origins.verifier },
      }),
    )
  }
