/** What is met at a site, in a session: screenings on their way in, and what counters say of themselves. Probes are left out. */
import { type HeartbeatInput, routes, type SiteView } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import type { Platform } from './context.ts'
import { isProbeSite } from './probe-sites.ts'
import { placeOfSite, type UserSignals } from './user-signals.ts'

interface Dependencies {
  readonly platform: Pick<Platform, 'clock' | 'configuration'>
  readonly signals: Pick<UserSignals, 'began' | 'ended' | 'heard'>
}

/** Ways in of screenings, by method and pattern. */
const entries: ReadonlySet<string> = new Set([
  `POST ${routes.screenings}`,
  `POST ${routes.screeningsBatch}`,
  `POST ${routes.screeningResult}`,
  `POST ${routes.reconciliations}`,
])

/** Counts a counter's heartbeat. */
export const hearHeartbeat =
  ({ platform: { clock, configuration }, signals }: Dependencies) =>
  (site: SiteView, heartbeat: HeartbeatInput): void => {
    if (isProbeSite(configuration, site.id)) return
    signals.heard(placeOfSite(site), heartbeat, clock.now())
  }

/** Counts what comes of each request by which screenings come in; those without a session at a site are nobody's. */
export const countEntries = (app: FastifyInstance, dependencies: Dependencies): void => {
  const { platform, signals } = dependencies
  app.addHook('onResponse', async (request, reply) => {
    if (!entries.has(`${request.method} ${request.routeOptions.url}`)) return
    const site = request.actor?.site ?? null
    if (site === null || isProbeSite(platform.configuration, site.id)) return
    const at = platform.clock.now()
    const place = placeOfSite(site)
    const { statusCode } = reply
    signals.began('entry', place, at)
    const ending = statusCode >= 500 ? 'failed' : statusCode >= 400 ? 'refused' : 'came-in'
    signals.ended('entry', place, at, ending)
  })
}
