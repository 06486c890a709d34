/**
 * The screen of operations: what `/pilotage/` shows and does.
 *
 * Invariants
 * - Every route is for the roles that its endpoint names, and nobody else.
 * - Looking waits in no line of the portal's traffic, and costs the database the same whoever looks.
 */
import {
  type NoticeView,
  type OperationsFigures,
  type OperationsView,
  type OperatorView,
  routes,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Platform } from '../../platform/context.ts'
import type { GuardOperator, Operating } from '../../platform/operating.ts'
import { makeOutlook } from '../forecast/outlook.ts'
import { registerActs } from './acts.ts'
import { readLately, readStanding } from './figures.ts'
import { makeHub } from './hub.ts'
import { operatingOf } from './operating-of.ts'
import type { ScreenActs } from './screen-acts.ts'
import { seldom } from './seldom.ts'
import { makeStreams } from './streams.ts'
import { makeWatcherReader } from './watcher-view.ts'

export { startCounting } from './counting.ts'
export type { ScreenActs } from './screen-acts.ts'

export interface ScreenDependencies {
  readonly guardOperator: GuardOperator
  /** @throws Problem when the session or the role is over */
  readonly operatorOf: (
    request: FastifyRequest,
    allowed: typeof endpoints.followOperations.roles,
  ) => Promise<unknown>
  readonly doors: () => readonly {
    readonly door: OperationsView['doors'][number]['door']
    readonly state: 'up' | 'down'
    readonly since: Date | null
  }[]
  readonly capacity: () => OperationsView['capacity']
  readonly feeds: () => Promise<OperationsFigures['feeds']>
  readonly notices: () => Promise<NoticeView[]>
  readonly suspended: () => Promise<ReadonlySet<string>>
  readonly acts: ScreenActs
  /** Between two looks while somebody watches. */
  readonly everyMilliseconds?: number
}

const everyMillisecondsDefault = 5_000
const patienceMilliseconds = 2_000

const operatorView = ({ session, person, roles }: Operating, now: Date): OperatorView => ({
  ...person,
  roles: [...roles],
  door: session.door,
  signedInAt: session.signedInAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  sessionId: session.sessionId,
  siteId: session.site?.id ?? null,
  professionalId: session.professionalId,
  serverTime: now.toISOString(),
})

/** @param platform its `database` is the workers' pool: what is counted across sites delays nobody's request */
export const screenModule =
  (platform: Platform, dependencies: ScreenDependencies): FastifyPluginAsync =>
  async (app) => {
    const { configuration, database, clock } = platform
    const { guardOperator, operatorOf } = dependencies
    const { probeSites } = configuration
    const standing = seldom(clock, () => readStanding(database, probeSites, clock.now()))
    const feeds = seldom(clock, dependencies.feeds)
    const watcher = makeWatcherReader(configuration.watchDirectory, configuration.statusDirectory)
    const outlook = makeOutlook({
      database,
      clock,
      log: platform.log,
      capacityPerSecond: configuration.capacityPerSecond,
    })
    const hub = makeHub({
      clock,
      doors: () =>
        dependencies.doors().map(({ door, state, since }) => ({
          door,
          state,
          since: since?.toISOString() ?? null,
        })),
      capacity: dependencies.capacity,
      figures: async () => ({
        ...(await readLately(database, probeSites, clock.now())),
        ...(await standing()),
        feeds: await feeds(),
        notices: await dependencies.notices(),
        forecast: outlook(),
      }),
      watcher,
      everyMilliseconds: dependencies.everyMilliseconds ?? everyMillisecondsDefault,
      patienceMilliseconds,
    })
    const streams = makeStreams(hub, (request) =>
      operatorOf(request, endpoints.followOperations.roles),
    )
    app.addHook('preClose', async () => {
      hub.stop()
      streams.close()
    })
    app.get(
      routes.operationsMe,
      guardOperator(endpoints.readOperator),
      async (request): Promise<OperatorView> => operatorView(operatingOf(request), clock.now()),
    )
    app.get(
      routes.operationsOverview,
      guardOperator(endpoints.readOperations),
      (): Promise<OperationsView> => hub.current(),
    )
    app.get(routes.operationsStream, guardOperator(endpoints.followOperations), (request, reply) =>
      streams.open(request, reply),
    )
    registerActs(app, {
      platform,
      guardOperator,
      acts: dependencies.acts,
      feeds: dependencies.feeds,
      notices: dependencies.notices,
      suspended: dependencies.suspended,
      watcher,
    })
  }
