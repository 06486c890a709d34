/** Alerts of fraud on the screen of operations: read with their evidence, and closed with what was found. */
import type { ActDone, BodyOf, FraudAlertsView } from '@sidep/contracts'
import { routes } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import { dayMilliseconds } from '@sidep/time'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Platform } from '../../platform/context.ts'
import { schemaOf } from '../../platform/contract.ts'
import type { GuardOperator } from '../../platform/operating.ts'
import { closeAlerts, listAlerts } from '../fraud/fraud-store.ts'
import type { By } from './screen-acts.ts'

export interface FraudActDependencies {
  readonly platform: Pick<Platform, 'database' | 'clock'>
  readonly guardOperator: GuardOperator
  readonly suspended: () => Promise<ReadonlySet<string>>
  readonly sayAct: (request: FastifyRequest, what: string, reason: string) => Promise<By>
}

/** More are not looked at on one screen: the weightiest come first. */
const shownMax = 100

export const registerFraudActs = (
  app: FastifyInstance,
  { platform: { database, clock }, guardOperator, suspended, sayAct }: FraudActDependencies,
): void => {
  app.get(
    routes.operationsFraud,
    guardOperator(endpoints.listFraudAlerts),
    async (): Promise<FraudAlertsView> => {
      const [alerts, away] = await Promise.all([listAlerts(database, false), suspended()])
      return {
        alerts: alerts
          .slice(0, shownMax)
          .map(({ professionalId, openedAt, lastAt, entries, points, evidence, sites }) => ({
            professional: professionalId,
            openedAt: openedAt.toISOString(),
            lastAt: lastAt.toISOString(),
            // An alert is of one day's conduct (fraud/conduct.ts).
            since: new Date(openedAt.getTime() - dayMilliseconds).toISOString(),
            entries,
            points,
            evidence: [...evidence],
            sites: [...sites],
            isSuspended: away.has(professionalId),
          })),
      }
    },
  )

  app.post<{ Body: BodyOf<typeof endpoints.closeFraudAlert> }>(
    routes.operationsFraudClosures,
    { schema: schemaOf(endpoints.closeFraudAlert), ...guardOperator(endpoints.closeFraudAlert) },
    async (request): Promise<ActDone> => {
      const { professional, reason } = request.body
      const by = await sayAct(request, `fraud alert of ${professional} closed`, reason)
      return { isChanged: (await closeAlerts(database, professional, by, clock.now())) > 0 }
    },
  )
}
