/**
 * Keeps a session open that is bound to this device. Invariants:
 * 1. A renewal is a signature and one request; nobody is asked to sign in for it.
 * 2. The device's clock is not believed: statements carry the server's time, learnt from its answers.
 * 3. A server that is silent or busy ends nothing: the renewal is tried again, no sooner than it asks.
 */
import { RenewalStart, routes, SessionView } from '@sidep/contracts'
import {
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  retryAfterSecondsOf,
  retryOf,
} from '../api/index.ts'
import type { DeviceKey } from './device-key.ts'

export interface SessionRenewalNeeds {
  readonly api: Pick<ApiClient, 'get' | 'post'>
  readonly key: Pick<DeviceKey, 'thumbprint' | 'prove'>
  /** Origin of the page. */
  readonly origin: string
  readonly now: () => Date
  readonly random: () => number
  readonly after: (milliseconds: number, callback: () => void) => () => void
  readonly onRenewed: (session: SessionView) => void
  /** The session is over: signing in is what is left. */
  readonly onEnded: (error: ApiError) => void
}

export interface SessionRenewal {
  /** Follows a session from now on; null stops. Call it with every view of the session that arrives. */
  follow(session: SessionView | null): void
  /**
   * Renews now: for a request that was refused with SESSION_RENEWAL_DUE, and after a night.
   * @returns null when the session goes on, else what kept it from being renewed
   */
  renewNow(): Promise<ApiError | null>
  stop(): void
}

/** Share of a token's remaining life after which it is renewed: early enough for a few tries. */
const renewAfterShare = 0.6
const millisecondsMin = 1_000

const isCode = (error: ApiError, code: string): boolean =>
  error.kind === 'problem' && error.problem.code === code

export const createSessionRenewal = ({
  api,
  key,
  origin,
  now,
  random,
  after,
  onRenewed,
  onEnded,
}: SessionRenewalNeeds): SessionRenewal => {
  let session: SessionView | null = null
  /** The server's clock is ahead of ours by this. Null: not known. */
  let aheadMilliseconds: number | null = null
  let failures = 0
  let cancel = (): void => undefined
  let underWay: Promise<ApiError | null> | null = null

  const learnTime = (serverTime: string | undefined): void => {
    const time = Date.parse(serverTime ?? '')
    if (Number.isFinite(time)) aheadMilliseconds = time - now().getTime()
  }
  const serverNow = (): Date => new Date(now().getTime() + (aheadMilliseconds ?? 0))

  const isOurs = (view: SessionView | null): view is SessionView =>
    view !== null && view.device === key.thumbprint && view.renewBy !== undefined

  const planNext = (milliseconds: number): void => {
    cancel()
    cancel = after(Math.max(millisecondsMin, milliseconds), () => {
      void renewNow()
    })
  }

  const planRenewal = (): void => {
    cancel()
    if (!isOurs(session)) return
    const left = Date.parse(session.renewBy ?? '') - serverNow().getTime()
    // Spread over a tenth, so that counters opened together are not renewed together.
    planNext(left * (renewAfterShare - random() * 0.1))
  }

  const attempt = async (sessionId: string): Promise<ApiError | null> => {
    const proof = await key.prove({ audience: origin, sessionId, at: serverNow() })
    const answer = await api.post(routes.sessionRenewal, { proof }, SessionView)
    if (!answer.ok) return answer.error
    failures = 0
    follow(answer.value)
    onRenewed(answer.value)
    return null
  }

  /** The server says what to sign and what time it is. */
  const askStart = async (): Promise<string | ApiError> => {
    const start = await api.get(routes.sessionRenewal, RenewalStart)
    if (!start.ok) return start.error
    learnTime(start.value.serverTime)
    return start.value.sessionId
  }

  const renew = async (): Promise<ApiError | null> => {
    const known = aheadMilliseconds === null ? undefined : session?.sessionId
    const sessionId = known ?? (await askStart())
    if (typeof sessionId !== 'string') return sessionId
    const error = await attempt(sessionId)
    if (error === null || !isCode(error, 'SESSION_PROOF_STALE')) return error
    // Our idea of its time has drifted: asked once more.
    const again = await askStart()
    return typeof again === 'string' ? attempt(again) : again
  }

  const settle = (error: ApiError | null): ApiError | null => {
    if (error === null) return null
    const isOver = retryOf(error) === 'after-sign-in' || isCode(error, 'SESSION_NOT_BOUND')
    if (isOver) {
      cancel()
      session = null
      onEnded(error)
      return error
    }
    failures += 1
    planNext(backoffMilliseconds(failures, retryAfterSecondsOf(error), random))
    return error
  }

  const renewNow = (): Promise<ApiError | null> => {
    underWay ??= renew()
      .then(settle)
      .finally(() => {
        underWay = null
      })
    return underWay
  }

  const follow = (view: SessionView | null): void => {
    session = view
    learnTime(view?.serverTime)
    planRenewal()
  }

  return {
    follow,
    renewNow,
    stop: () => {
      cancel()
      session = null
    },
  }
}
