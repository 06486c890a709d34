/**
 * What operations do from their screen.
 *
 * Invariants
 * - An act is in the audit chain of the portal, with who, by which door, what and why, before anything of it is done.
 * - What it does is what the commands of the operator do: the same functions, given by whoever wires the server.
 * - The watcher owns incidents: what is said of one is an order left in its folder.
 */
import {
  type ActDone,
  type BodyOf,
  type IncidentOrder,
  type IncidentView,
  type NoticeView,
  type OperationsFigures,
  type Preview,
  routes,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import { hourMilliseconds } from '@sidep/time'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { recordAct } from '../../audit/chain.ts'
import { portalChain } from '../../audit/sign-heads.ts'
import type { Platform } from '../../platform/context.ts'
import { schemaOf } from '../../platform/contract.ts'
import type { GuardOperator } from '../../platform/operating.ts'
import { Problem } from '../../platform/problems.ts'
import type { WatchEvent } from '../incidents/events.ts'
import { leaveOrder } from '../store.ts'
import { registerFraudActs } from './fraud-acts.ts'
import { registerNoticeActs } from './notice-acts.ts'
import { operatingOf } from './operating-of.ts'
import { instantOf, previewOf } from './preview.ts'
import type { By, ScreenActs } from './screen-acts.ts'
import type { WatcherReader } from './watcher-view.ts'

/** Whether it is open, and, to close it, a person's own: what is still met otherwise is over when it is well. */
const isOpenFor = (
  { kind, incident }: Exclude<IncidentOrder, { kind: 'open' }>,
  known: readonly IncidentView[],
): boolean => {
  const found = known.find(({ id, closedAt }) => id === incident && closedAt === null)
  if (found === undefined || kind !== 'close') return found !== undefined
  return found.parts.every(({ rule, recoveredAt }) => rule === 'person' || recoveredAt !== null)
}

/** What the watcher is told; it numbers what is opened. */
const orderOf = (order: IncidentOrder, by: string, at: string): WatchEvent => {
  switch (order.kind) {
    case 'take':
      return { type: 'taken', at, incident: order.incident, by }
    case 'note':
      return { type: 'noted', at, incident: order.incident, by, fr: order.fr, en: order.en }
    case 'close':
      return { type: 'closed', at, incident: order.incident }
    case 'open':
      return {
        type: 'opened',
        at,
        incident: `${at.slice(0, 10)}/1`,
        component: order.component,
        rule: 'person',
        code: null,
        since: at,
        departments: [],
        sites: null,
      }
  }
}

export interface ActRouteDependencies {
  readonly platform: Platform
  readonly guardOperator: GuardOperator
  readonly acts: ScreenActs
  readonly feeds: () => Promise<OperationsFigures['feeds']>
  readonly notices: () => Promise<readonly NoticeView[]>
  /** Whose accounts are suspended. */
  readonly suspended: () => Promise<ReadonlySet<string>>
  readonly watcher: WatcherReader
}

export const registerActs = (
  app: FastifyInstance,
  { platform, guardOperator, acts, feeds, notices, suspended, watcher }: ActRouteDependencies,
): void => {
  const { database, clock, configuration } = platform

  /** Says in the audit chain what is about to be done. */
  const sayAct = async (request: FastifyRequest, what: string, reason: string): Promise<By> => {
    const { session, person } = operatingOf(request)
    await recordAct(database, {
      siteId: portalChain,
      at: clock.now(),
      act: 'operations.acted',
      actor: { ...session, professionalId: person.id, operator: null },
      subject: `${what}: ${reason}`.replace(/\s+/g, ' '),
    })
    return { by: person.id, reason }
  }
  registerNoticeActs(app, { guardOperator, acts, notices, sayAct })
  registerFraudActs(app, { platform, guardOperator, suspended, sayAct })

  app.post<{ Body: BodyOf<typeof endpoints.previewAct> }>(
    routes.operationsPreviews,
    { schema: schemaOf(endpoints.previewAct), ...guardOperator(endpoints.previewAct) },
    ({ body }): Promise<Preview> => previewOf(platform, { revoke: acts.revoke, feeds }, body),
  )

  app.post<{ Body: BodyOf<typeof endpoints.sayDoor> }>(
    routes.operationsDoors,
    { schema: schemaOf(endpoints.sayDoor), ...guardOperator(endpoints.sayDoor) },
    async (request): Promise<ActDone> => {
      const { door, to, hours, reason } = request.body
      const by = await sayAct(request, `door ${door} ${to}`, reason)
      const endsAt = new Date(clock.now().getTime() + hours * hourMilliseconds)
      return { isChanged: await acts.switchDoor({ ...by, door, to, endsAt }) }
    },
  )

  app.post<{ Body: BodyOf<typeof endpoints.pauseFeed> }>(
    routes.operationsFeeds,
    { schema: schemaOf(endpoints.pauseFeed), ...guardOperator(endpoints.pauseFeed) },
    async (request): Promise<ActDone> => {
      const { feed, to, reason } = request.body
      const wasPaused = (await feeds()).some(({ name, isPaused }) => name === feed && isPaused)
      const by = await sayAct(request, `feed ${feed} ${to}`, reason)
      await acts.feed({ ...by, feed, to })
      return { isChanged: wasPaused !== (to === 'paused') }
    },
  )

  app.post<{ Body: BodyOf<typeof endpoints.suspendProfessional> }>(
    routes.operationsSuspensions,
    {
      schema: schemaOf(endpoints.suspendProfessional),
      ...guardOperator(endpoints.suspendProfessional),
    },
    async (request): Promise<ActDone> => {
      const { professional, to, reason } = request.body
      const by = await sayAct(request, `${professional} ${to}`, reason)
      return acts.suspend({ ...by, to, professionalId: professional })
    },
  )

  app.post<{ Body: BodyOf<typeof endpoints.withdrawPapers> }>(
    routes.operationsWithdrawals,
    { schema: schemaOf(endpoints.withdrawPapers), ...guardOperator(endpoints.withdrawPapers) },
    async (request): Promise<ActDone> => {
      const { papers, site, why, reason } = request.body
      const { [papers]: count = 0 } = await previewOf(
        platform,
        { revoke: acts.revoke, feeds },
        {
          of: 'withdrawal',
          papers,
          site,
        },
      )
      const by = await sayAct(request, `${papers} of ${site} withdrawn`, reason)
      if (papers === 'slips') {
        const slips = await acts.withdrawSlips(site, why, by)
        return { isChanged: slips > 0, slips }
      }
      await acts.withdrawBooklets(site, why, by)
      return { isChanged: count > 0, booklets: count }
    },
  )

  app.post<{ Body: BodyOf<typeof endpoints.revokeIssued> }>(
    routes.operationsRevocations,
    { schema: schemaOf(endpoints.revokeIssued), ...guardOperator(endpoints.revokeIssued) },
    async (request): Promise<ActDone> => {
      const { professional, since: text, certificates: expected, reason } = request.body
      const since = instantOf(text, clock.now())
      const found = await acts.revoke(professional, since, null)
      if (found.certificates !== expected) throw new Problem('PREVIEW_OUTDATED')
      const by = await sayAct(
        request,
        `revoked since ${since.toISOString()}, ${professional}`,
        reason,
      )
      const { certificates } = await acts.revoke(professional, since, by)
      return { isChanged: certificates > 0, certificates }
    },
  )

  app.post<{ Body: BodyOf<typeof endpoints.actOnIncident> }>(
    routes.operationsIncidents,
    { schema: schemaOf(endpoints.actOnIncident), ...guardOperator(endpoints.actOnIncident) },
    async (request, reply) => {
      const { body } = request
      const known = (await watcher())?.incidents
      if (known === undefined) throw new Problem('WATCHER_AWAY')
      if (body.kind !== 'open' && !isOpenFor(body, known)) throw new Problem('INCIDENT_UNKNOWN')
      const about = body.kind === 'open' ? body.component : body.incident
      const { by } = await sayAct(request, `incident ${about} ${body.kind}`, body.reason)
      const order = orderOf(body, by, clock.now().toISOString())
      const name = `${clock.now().getTime()}-${request.id}`
      await leaveOrder(configuration.watchDirectory, name, order).catch(() => {
        throw new Problem('WATCHER_AWAY')
      })
      return reply.code(202).send()
    },
  )
}
