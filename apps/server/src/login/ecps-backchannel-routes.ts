/** `/login/ecps/backchannel`: signing in on the telephone, without leaving the page. */
import {
  type BackchannelInput,
  type BackchannelPoll,
  type BackchannelProgress,
  type BackchannelTicket,
  type ProblemCode,
  problemRegistry,
  routes,
} from '@sidep/contracts'
import { cancelPhoneSignIn, pollPhoneSignIn, signInByPhone } from '@sidep/contracts/endpoints'
import { parseProfessionalId } from '@sidep/identifiers'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { schemaOf } from '../platform/contract.ts'
import { Problem, toProblem } from '../platform/problems.ts'
import type { Attempts, Ring } from './attempts.ts'
import type { BackchannelDoor } from './ecps/backchannel.ts'
import { rememberProviderSession } from './ecps-logout-routes.ts'
import type { SignInCounter } from './ecps-routes.ts'
import { logFailedSignIn } from './failed-sign-in.ts'
import { knownBrowserOf } from './known-browser.ts'
import { enterSession, type SessionRouteDependencies } from './session-routes.ts'
import { viewOf } from './session-view.ts'
import { openSession } from './sign-in.ts'
import { phoneTransactionCookie, transactionSecondsMax } from './transaction.ts'

export interface BackchannelRouteDependencies extends SessionRouteDependencies {
  /** Null when no identity provider is configured. */
  readonly backchannel: BackchannelDoor | null
  readonly attempts: Attempts
  readonly count: SignInCounter
}

/** Sign-ins by telephone begun and not finished in one browser; more are an accident, and all are forgotten. */
const underWayMax = 3

/** Whether a refusal ends the request, rather than this one question about it. */
const isFinal = (code: ProblemCode): boolean =>
  code === 'LOGIN_ANSWER_INVALID' || problemRegistry[code].retry !== 'later'

export const registerBackchannelRoutes = (
  app: FastifyInstance,
  dependencies: BackchannelRouteDependencies,
): void => {
  const { platform, guards, cookies, backchannel, attempts, count, signIns } = dependencies
  const { clock, vault } = platform

  const doorOf = (): BackchannelDoor => {
    if (backchannel === null) throw new Problem('PROVIDER_UNAVAILABLE')
    return backchannel
  }

  /** @param failed told of a refusal, for those who watch */
  const counted = async <T>(
    request: FastifyRequest,
    work: () => Promise<T>,
    failed: (problem: Problem) => void,
  ): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      const problem = toProblem(error)
      failed(problem)
      count(problem.code)
      logFailedSignIn(request.log, { door: 'ecps', problem, address: request.ip })
      throw problem
    }
  }

  const ringOf = (request: FastifyRequest, nationalId: string): Ring => ({
    nationalId,
    address: request.ip,
    knownBrowser: knownBrowserOf(dependencies, request, nationalId),
  })

  app.post<{ Body: BackchannelInput }>(
    routes.loginEcpsBackchannel,
    {
      schema: schemaOf(signInByPhone),
    },
    (request, reply) =>
      counted(
        request,
        async (): Promise<BackchannelTicket> => {
          guards.requireOwnOrigin(request)
          reply.header('cache-control', 'no-store')
          const { nationalId, device = null } = request.body
          const id = parseProfessionalId(nationalId.replace(/\s/g, ''))
          if (!id.ok) {
            throw new Problem('REQUEST_INVALID', {
              faults: [{ pointer: '/nationalId', code: 'MALFORMED' }],
            })
          }
          const door = doorOf()
          const wait = await attempts.count(ringOf(request, id.value))
          if (wait !== null) throw new Problem('TOO_MANY_REQUESTS', { retryAfterSeconds: wait })
          const { transaction, bindingMessage, expiresInSeconds } = await door.begin(
            id.value,
            device,
          )
          const stale = cookies.phoneNames(request.headers.cookie)
          if (stale.length >= underWayMax) {
            for (const name of stale) reply.header('set-cookie', cookies.clear(name))
          }
          reply.header(
            'set-cookie',
            cookies.set(
              cookies.phoneName(transaction.ticket),
              phoneTransactionCookie.seal(vault, transaction),
              transactionSecondsMax,
            ),
          )
          count('STARTED')
          signIns.began('ecps', request)
          return {
            ticket: transaction.ticket,
            pollAfterSeconds: transaction.intervalSeconds,
            bindingMessage,
            expiresAt: new Date(clock.now().getTime() + expiresInSeconds * 1000).toISOString(),
            expiresInSeconds,
          }
        },
        (problem) => signIns.refused('ecps', request, problem, null),
      ),
  )

  app.post<{ Body: BackchannelPoll }>(
    routes.loginEcpsBackchannelPoll,
    {
      schema: schemaOf(pollPhoneSignIn),
    },
    (request, reply) => {
      let startedAtSeconds: number | null = null
      const failed = (problem: Problem): void => {
        // One question about it that has no answer yet ends nothing.
        if (startedAtSeconds !== null && isFinal(problem.code))
          signIns.refused('ecps', request, problem, startedAtSeconds)
      }
      return counted(
        request,
        async (): Promise<BackchannelProgress> => {
          guards.requireOwnOrigin(request)
          reply.header('cache-control', 'no-store')
          const { ticket } = request.body
          const name = cookies.phoneName(ticket)
          const value = cookies.read(request.headers.cookie, name)
          const transaction = phoneTransactionCookie.open(vault, value, clock.now())
          // Another browser has the number of the ticket perhaps, but not what belongs to it.
          if (transaction === null || transaction.ticket !== ticket) {
            throw new Problem('LOGIN_STATE_INVALID')
          }
          startedAtSeconds = transaction.startedAtSeconds
          const progress = await doorOf()
            .poll(transaction)
            .catch((error: unknown) => {
              if (isFinal(toProblem(error).code)) reply.header('set-cookie', cookies.clear(name))
              throw error
            })
          if (progress.state === 'pending') return progress
          const { identity, provider, idToken } = progress.identified
          const session = await openSession(platform, identity, 'ecps', {
            ...provider,
            device: transaction.device,
          })
          reply.header('set-cookie', cookies.clear(name))
          await attempts.succeeded(ringOf(request, transaction.nationalId))
          await enterSession(dependencies, request, reply, session)
          rememberProviderSession(dependencies, reply, idToken)
          count('SIGNED_IN')
          signIns.cameIn('ecps', request, transaction.startedAtSeconds)
          return { state: 'signed-in', session: viewOf(session, clock.now()) }
        },
        failed,
      )
    },
  )

  app.post<{ Body: BackchannelPoll }>(
    routes.loginEcpsBackchannelCancellation,
    {
      schema: schemaOf(cancelPhoneSignIn),
    },
    async (request, reply) => {
      guards.requireOwnOrigin(request)
      reply.header('cache-control', 'no-store')
      // The phone goes on asking until its time is up (CIBA has no way to call it back); nobody here can profit from it.
      reply.header('set-cookie', cookies.clear(cookies.phoneName(request.body.ticket)))
      return reply.code(204).send()
    },
  )
}
