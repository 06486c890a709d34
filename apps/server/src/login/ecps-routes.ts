/** `/login/ecps`: the browser's way through door `ecps` by redirect. */
import { type ProblemCode, routes, safeReturnPath } from '@sidep/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { deviceParameter } from '../platform/device-parameter.ts'
import { Problem } from '../platform/problems.ts'
import type { EcpsDoor } from './ecps/door.ts'
import { rememberProviderSession } from './ecps-logout-routes.ts'
import { enterSession, type SessionRouteDependencies } from './session-routes.ts'
import { openSession } from './sign-in.ts'
import { type Transaction, transactionCookie, transactionSecondsMax } from './transaction.ts'
import { explainRefusal, recallSignIn, rememberSignIn } from './under-way.ts'

/** Counts a sign-in's beginning or end. */
export type SignInCounter = (code: ProblemCode | 'STARTED' | 'SIGNED_IN') => void

export interface EcpsRouteDependencies extends SessionRouteDependencies {
  /** Null when no identity provider is configured. */
  readonly ecps: { readonly door: EcpsDoor } | null
  readonly count: SignInCounter
}

const queryOf = (request: FastifyRequest): string => {
  const start = request.url.indexOf('?')
  return start < 0 ? '' : request.url.slice(start + 1)
}

/** Registers GET `/login/ecps` and `/login/ecps/callback`. */
export const registerEcpsRoutes = (
  app: FastifyInstance,
  dependencies: EcpsRouteDependencies,
): void => {
  const { platform, cookies, ecps, count, signIns } = dependencies
  const { clock, vault } = platform
  const refusing = { door: 'ecps', cookies, count } as const

  const doorOf = (): EcpsDoor => {
    if (ecps === null) throw new Problem('PROVIDER_UNAVAILABLE')
    return ecps.door
  }

  const transactionOf = (request: FastifyRequest, reply: FastifyReply): Transaction => {
    const state = new URLSearchParams(queryOf(request)).get('state') ?? ''
    const value = recallSignIn(cookies, request, reply, state)
    const transaction = transactionCookie.open(vault, value, clock.now())
    if (transaction === null) throw new Problem('LOGIN_STATE_INVALID')
    return transaction
  }

  app.get<{ Querystring: { return?: unknown } }>(routes.loginEcps, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    try {
      const { url, transaction } = await doorOf().begin(
        safeReturnPath(request.query.return),
        deviceParameter(request),
      )
      rememberSignIn(cookies, request, reply, {
        state: transaction.state,
        sealed: transactionCookie.seal(vault, transaction),
        secondsMax: transactionSecondsMax,
      })
      count('STARTED')
      signIns.began('ecps', request)
      return reply.redirect(url.href, 302)
    } catch (error) {
      signIns.refused('ecps', request, error, null)
      return explainRefusal(refusing, request, reply, error, safeReturnPath(request.query.return))
    }
  })

  app.get(routes.loginEcpsCallback, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    // The address carries the code: it must not leave with the next request.
    reply.header('referrer-policy', 'no-referrer')
    let startedAtSeconds: number | null = null
    let returnPath: string | undefined
    try {
      const transaction = transactionOf(request, reply)
      startedAtSeconds = transaction.startedAtSeconds
      returnPath = transaction.returnPath
      const { identity, provider, idToken } = await doorOf().finish(queryOf(request), transaction)
      const binding = { ...provider, device: transaction.device }
      const session = await openSession(platform, identity, 'ecps', binding)
      await enterSession(dependencies, request, reply, session)
      rememberProviderSession(dependencies, reply, idToken)
      count('SIGNED_IN')
      signIns.cameIn('ecps', request, startedAtSeconds)
      return reply.redirect(transaction.returnPath, 303)
    } catch (error) {
      // Of one that is not known any more nobody knows when it began, or at which door.
      if (startedAtSeconds !== null) signIns.refused('ecps', request, error, startedAtSeconds)
      return explainRefusal(refusing, request, reply, error, returnPath)
    }
  })
}
