/** The counter's routes for when the portal is away: what it takes ahead, and what it brings back. */
import {
  type BookletInput,
  type BookletWithdrawal,
  type DuplicatesInput,
  type HeartbeatInput,
  routes,
  type SlipCancellation,
  type SlipsInput,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { makeReadings } from '../audit/readings.ts'
import type { SiteActor } from '../platform/actor.ts'
import { schemaOf } from '../platform/contract.ts'
import { Problem } from '../platform/problems.ts'
import { parseBatch } from './batch.ts'
import { giveBooklet, listInForce } from './booklets.ts'
import type { ContinuityDependencies, ContinuityPlatform } from './dependencies.ts'
import { findDuplicates } from './duplicates.ts'
import { reconcileBatch } from './reconcile.ts'
import { listSiteNotices, responsibleOf, tellOfSiteAct, undoSiteAct } from './site-notices.ts'
import { parseSerials, printSlips, slipsOut } from './slips.ts'
import { cancelSiteSlips, cancelSlips, withdrawBooklet, withdrawSite } from './withdrawals.ts'

/** A hundred screenings of at most 3 kB with a certificate of 1,100 characters, and two thousand wasted numbers. */
const batchBodyBytesMax = 640 * 1024
const bodyBytesMax = 16 * 1024

/** The batch is read by `parseBatch`, which refuses line by line; the schema is the contract's, for OpenAPI. */
const parsedByUs = () => () => true

const actorOf = ({ actor }: FastifyRequest): SiteActor => {
  if (actor === null) throw new Problem('SESSION_MISSING')
  if (actor.site === null) throw new Problem('SITE_NOT_CHOSEN')
  return { ...actor, site: actor.site }
}

/** Continuity's plugin: booklets, slips and reconciling of the site that the actor works at. */
export const continuityModule =
  (platform: ContinuityPlatform, dependencies: ContinuityDependencies): FastifyPluginAsync =>
  async (app) => {
    const { database, clock, metrics } = platform
    const readings = makeReadings(platform)
    const booklets = metrics.counter('sidep_booklets_total', 'Booklets given to counters.')
    const lines = metrics.counter(
      'sidep_reconciliations_total',
      'Lines of reconciliations answered, by outcome.',
    )
    app.addHook('preHandler', dependencies.requireSite)

    app.post<{ Body: BookletInput }>(
      routes.booklets,
      {
        ...dependencies.guardAct('signed'),
        bodyLimit: bodyBytesMax,
        schema: schemaOf(endpoints.giveBooklet),
      },
      async (request, reply) => {
        const answer = await giveBooklet(platform, dependencies, request.body, actorOf(request))
        booklets.increment({})
        return reply.code(201).header('cache-control', 'no-store').send(answer)
      },
    )

    app.get(routes.booklets, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return listInForce(platform, actorOf(request))
    })

    app.post<{ Body: BookletWithdrawal }>(
      routes.bookletWithdrawals,
      {
        ...dependencies.guardAct('fresh-if-possible'),
        bodyLimit: bodyBytesMax,
        schema: schemaOf(endpoints.withdrawBooklets),
      },
      async (request, reply) => {
        const actor = actorOf(request)
        const { booklet, reason } = request.body
        const withdrawing = { actor, reason, at: clock.now() }
        if (booklet === undefined) {
          await tellOfSiteAct(platform, responsibleOf(actor), 'booklets-withdrawn', withdrawing)
          await withdrawSite(database, actor.site.id, withdrawing)
        } else if (!(await withdrawBooklet(database, actor.site.id, booklet, withdrawing))) {
          throw new Problem('BOOKLET_UNKNOWN')
        }
        dependencies.withdrawals.changed()
        return reply.code(204).send()
      },
    )

    app.post<{ Body: HeartbeatInput }>(
      routes.heartbeats,
      { bodyLimit: bodyBytesMax, schema: schemaOf(endpoints.sendHeartbeat) },
      async (request, reply) => {
        dependencies.heard(actorOf(request).site, request.body)
        return reply.code(204).send()
      },
    )

    app.post<{ Body: SlipsInput }>(
      routes.slips,
      {
        ...dependencies.guardAct('signed'),
        bodyLimit: bodyBytesMax,
        schema: schemaOf(endpoints.printSlips),
      },
      async (request, reply) =>
        reply
          .code(201)
          .header('cache-control', 'no-store')
          .send(await printSlips(platform, dependencies, request.body, actorOf(request))),
    )

    app.get(routes.slips, async (request) => slipsOut(platform, actorOf(request).site.id))

    app.post<{ Body: SlipCancellation }>(
      routes.slipCancellations,
      {
        ...dependencies.guardAct('fresh-if-possible'),
        bodyLimit: bodyBytesMax,
        schema: schemaOf(endpoints.cancelSlips),
      },
      async (request) => {
        const actor = actorOf(request)
        const { serials, reason } = request.body
        const withdrawing = { actor, reason, at: clock.now() }
        const siteId = actor.site.id
        if (serials === undefined) {
          await tellOfSiteAct(platform, responsibleOf(actor), 'slips-cancelled', withdrawing)
        }
        const cancelled =
          serials === undefined
            ? await cancelSiteSlips(database, siteId, withdrawing)
            : await cancelSlips(database, siteId, parseSerials(serials, siteId), withdrawing)
        dependencies.withdrawals.changed()
        return { cancelled }
      },
    )

    app.get(routes.siteNotices, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return listSiteNotices(platform, actorOf(request).site.id)
    })

    app.post<{ Params: { id: string } }>(
      routes.siteNoticeUndoing,
      {
        ...dependencies.guardAct('fresh'),
        bodyLimit: bodyBytesMax,
        schema: schemaOf(endpoints.undoSiteAct),
      },
      async (request, reply) => {
        await undoSiteAct(platform, request.params.id, responsibleOf(actorOf(request)))
        dependencies.withdrawals.changed()
        return reply.code(204).send()
      },
    )

    app.post<{ Body: DuplicatesInput }>(
      routes.likelyDuplicates,
      {
        bodyLimit: batchBodyBytesMax,
        schema: schemaOf(endpoints.findDuplicates),
      },
      async (request) => {
        const actor = actorOf(request)
        const answer = await findDuplicates(platform, request.body, actor.site.id)
        await readings.lookedUp(actor, request.body.screenings.length, answer.found.length)
        return answer
      },
    )

    app.post(
      routes.reconciliations,
      {
        bodyLimit: batchBodyBytesMax,
        schema: schemaOf(endpoints.reconcile),
        validatorCompiler: parsedByUs,
      },
      async (request) => {
        const actor = actorOf(request)
        const batch = parseBatch(request.body)
        if (batch.lines.some(({ kind }) => kind === 'screening')) dependencies.checkPace(actor)
        const answer = await reconcileBatch(platform, dependencies, batch, actor)
        for (const { status } of answer.lines) lines.increment({ outcome: status })
        return answer
      },
    )
  }
