/**
 * The person's way to the certificate: `POST /api/retrieval`, for the certificate of a recovery `…/recovery`, and for a new
 * link or a way into a paused one `…/renewal`, `…/unlock`. No session.
 */
import { personsInFlight } from '@sidep/admission'
import { type RenewalInput, type RetrievalInput, routes, type UnlockInput } from '@sidep/contracts'
import { openResult, renewLink, requestRecovery, unlockLink } from '@sidep/contracts/endpoints'
import type { FastifyPluginAsync } from 'fastify'
import { monotonicMilliseconds } from '../platform/clock.ts'
import { schemaOf } from '../platform/contract.ts'
import { makeInFlightBound } from '../platform/in-flight.ts'
import { Problem } from '../platform/problems.ts'
import type { NotificationPlatform, RetrievalPlatform } from './dependencies.ts'
import { makeSenders } from './make-senders.ts'
import { type NotificationWorker, startNotificationWorker } from './notification-worker.ts'
import type { LinkRefused } from './open-link.ts'
import { receiptRoute } from './receipts.ts'
import { renew } from './renew.ts'
import { askForRecovery, askForUnlock, type RetrieveDependencies, retrieve } from './retrieve.ts'
import { notBefore } from './steady.ts'

/** The keys and rules that a certificate is judged by, and what issues proofs of recovery. */
export interface RetrievalDependencies extends RetrieveDependencies {
  /** Time before which neither a refusal nor a renewal is answered. */
  readonly steadyMilliseconds?: number
  /** Requests in work at a time; beyond, UNAVAILABLE. */
  readonly inFlightMax?: number
}

/** Well above what the statements take on a busy day, well below what a person notices. */
const steadyMillisecondsDefault = 150

const bodyBytesMax = 2_048

const personRoutes = (
  platform: RetrievalPlatform,
  dependencies: RetrievalDependencies,
): FastifyPluginAsync => {
  const steadyMilliseconds = dependencies.steadyMilliseconds ?? steadyMillisecondsDefault
  const { within } = makeInFlightBound({
    ...personsInFlight,
    ...(dependencies.inFlightMax === undefined ? {} : { max: dependencies.inFlightMax }),
  })
  const retrievals = platform.metrics.counter(
    'sidep_retrievals_total',
    'Links opened with a birth date, by outcome',
  )
  const recoveries = platform.metrics.counter(
    'sidep_recoveries_total',
    'Certificates of recovery asked for by link and birth date, by outcome',
  )
  const unlocks = platform.metrics.counter(
    'sidep_retrieval_unlocks_total',
    'Numbers asked for to open a paused link, by whether one went out',
  )
  const renewals = platform.metrics.counter(
    'sidep_retrieval_renewals_total',
    'New links asked for, by outcome',
  )

  const refuse = async (refused: LinkRefused, startedAt: number): Promise<never> => {
    await notBefore(startedAt, steadyMilliseconds, monotonicMilliseconds)
    if (refused.code === 'PAUSED') {
      const { retryAfterSeconds } = refused
      throw new Problem('RETRIEVAL_PAUSED', { retryAfterSeconds })
    }
    throw new Problem(`RETRIEVAL_${refused.code}`)
  }

  return async (app) => {
    app.post<{ Body: RetrievalInput }>(
      routes.retrieval,
      {
        bodyLimit: bodyBytesMax,
        schema: schemaOf(openResult),
      },
      async (request, reply) => {
        const startedAt = monotonicMilliseconds()
        const retrieval = await within(() => retrieve(platform, dependencies, request.body))
        retrievals.increment({ outcome: retrieval.ok ? retrieval.reply.state : retrieval.code })
        if (retrieval.ok) {
          reply.header('cache-control', 'no-store')
          return retrieval.reply
        }
        return refuse(retrieval, startedAt)
      },
    )

    app.post<{ Body: RetrievalInput }>(
      routes.retrievalRecovery,
      { bodyLimit: bodyBytesMax, schema: schemaOf(requestRecovery) },
      async (request, reply) => {
        const startedAt = monotonicMilliseconds()
        const asked = await within(() => askForRecovery(platform, dependencies, request.body))
        recoveries.increment({ outcome: asked.ok ? 'issued' : asked.code })
        if (!asked.ok) return refuse(asked, startedAt)
        reply.header('cache-control', 'no-store')
        return asked.certificate
      },
    )

    app.post<{ Body: RenewalInput }>(
      routes.retrievalRenewal,
      { bodyLimit: bodyBytesMax, schema: schemaOf(renewLink) },
      async (request, reply) => {
        const startedAt = monotonicMilliseconds()
        const outcome = await within(() => renew(platform, request.body.code))
        renewals.increment({ outcome })
        await notBefore(startedAt, steadyMilliseconds, monotonicMilliseconds)
        return reply.code(202).header('cache-control', 'no-store').send()
      },
    )

    app.post<{ Body: UnlockInput }>(
      routes.retrievalUnlock,
      { bodyLimit: bodyBytesMax, schema: schemaOf(unlockLink) },
      async (request, reply) => {
        const startedAt = monotonicMilliseconds()
        const sent = await within(() => askForUnlock(platform, request.body.code))
        unlocks.increment({ outcome: sent ? 'sent' : 'not-sent' })
        await notBefore(startedAt, steadyMilliseconds, monotonicMilliseconds)
        return reply.code(202).header('cache-control', 'no-store').send()
      },
    )
  }
}

export interface RetrievalModule {
  /** The person's routes, and the gateway's. */
  readonly plugin: FastifyPluginAsync
  /** Starts the notification worker with the channels of the configuration. Call it once a process. */
  startWorker(): NotificationWorker
}

/**
 * The person's way and the notification worker.
 *
 * @param platform its `database` is the person's own pool, so that neither a rush of people nor one of counters takes
 *   the other's connections (invariant 5)
 * @param workerPlatform with the worker's pool
 */
export const retrievalModule = (
  platform: NotificationPlatform,
  workerPlatform: NotificationPlatform,
  dependencies: RetrievalDependencies,
): RetrievalModule => ({
  plugin: async (app) => {
    await app.register(personRoutes(platform, dependencies))
    await app.register(receiptRoute(platform))
  },
  startWorker: () =>
    startNotificationWorker(workerPlatform, { senders: makeSenders(workerPlatform.configuration) }),
})
