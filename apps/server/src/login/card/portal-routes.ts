/** `/login/card` on the portal: where a sign-in by card begins, and where the browser comes back to. */
import { defaultReturnPath, type ProblemCode, routes, safeReturnPath } from '@sidep/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { deviceParameter } from '../../platform/device-parameter.ts'
import { Problem } from '../../platform/problems.ts'
import { enterSession, type SessionRouteDependencies } from '../session-routes.ts'
import { explainRefusal, recallSignIn, rememberSignIn } from '../under-way.ts'
import { takeAssertion } from './assertion.ts'
import type { CardName } from './card-sessions.ts'
import {
  type CardTransaction,
  cardTransactionSecondsMax,
  openCardTransaction,
  sealCardTransaction,
} from './card-transaction.ts'
import { hasClientCertHeader } from './client-cert-header.ts'
import { openCardSession } from './open-card-session.ts'

export interface CardRouteDependencies
  extends Pick<SessionRouteDependencies, 'platform' | 'tokens' | 'cookies' | 'watch' | 'signIns'> {
  /** Scheme, host and port at which people reach the card port; null while it is closed. */
  readonly origin: () => string | null
  /** What the lists say of a card now. */
  readonly isRevoked: (card: CardName) => boolean
  readonly count: (code: ProblemCode | 'STARTED' | 'SIGNED_IN') => void
}

const singleText = (value: unknown): string => (typeof value === 'string' ? value : '')

interface CallbackQuery {
  readonly state?: unknown
  readonly assertion?: unknown
}

/** Registers GET `/login/card` and GET `/login/card/callback`. */
export const registerCardRoutes = (
  app: FastifyInstance,
  dependencies: CardRouteDependencies,
): void => {
  const { platform, cookies, origin, count, signIns } = dependencies
  const { clock, vault, randomBytes } = platform
  const refusing = { door: 'card', cookies, count } as const

  /** Nothing here reads such a header; that somebody sends one means that they take this for the proxy's port. */
  const refuseHeaders = ({ raw }: FastifyRequest): void => {
    if (hasClientCertHeader(raw.rawHeaders)) throw new Problem('CARD_HEADER_REFUSED')
  }

  app.get<{ Querystring: { return?: unknown } }>(routes.loginCard, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    try {
      refuseHeaders(request)
      const cardPort = origin()
      if (cardPort === null) throw new Problem('CARD_DOOR_CLOSED')
      const transaction: CardTransaction = {
        state: Buffer.from(randomBytes(32)).toString('base64url'),
        returnPath: safeReturnPath(request.query.return),
        device: deviceParameter(request),
        startedAtSeconds: Math.floor(clock.now().getTime() / 1000),
      }
      rememberSignIn(cookies, request, reply, {
        state: transaction.state,
        sealed: sealCardTransaction(vault, transaction),
        secondsMax: cardTransactionSecondsMax,
      })
      count('STARTED')
      signIns.began('card', request)
      const asked = new URLSearchParams({ state: transaction.state })
      // What the card port refuses it tells at the page where it began; the way back itself is in the cookie.
      if (transaction.returnPath !== defaultReturnPath) asked.set('return', transaction.returnPath)
      return reply.redirect(`${cardPort}${routes.loginCard}?${asked}`, 302)
    } catch (error) {
      signIns.refused('card', request, error, null)
      return explainRefusal(refusing, request, reply, error, safeReturnPath(request.query.return))
    }
  })

  app.get<{ Querystring: CallbackQuery }>(routes.loginCardCallback, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    reply.header('referrer-policy', 'no-referrer')
    let startedAtSeconds: number | null = null
    let returnPath: string | undefined
    try {
      refuseHeaders(request)
      const state = singleText(request.query.state)
      const sealed = recallSignIn(cookies, request, reply, state)
      const transaction = openCardTransaction(vault, sealed, clock.now())
      if (transaction === null || transaction.state !== state) {
        throw new Problem('LOGIN_STATE_INVALID')
      }
      startedAtSeconds = transaction.startedAtSeconds
      returnPath = transaction.returnPath
      const taken = await takeAssertion(platform, singleText(request.query.assertion), state)
      if (!taken.ok) throw new Problem(taken.code)
      const session = await openCardSession(
        platform,
        taken.value,
        transaction.device,
        dependencies.isRevoked,
      )
      await enterSession(dependencies, request, reply, session)
      count('SIGNED_IN')
      signIns.cameIn('card', request, startedAtSeconds)
      return reply.redirect(transaction.returnPath, 303)
    } catch (error) {
      if (startedAtSeconds !== null) signIns.refused('card', request, error, startedAtSeconds)
      return explainRefusal(refusing, request, reply, error, returnPath)
    }
  })
}
