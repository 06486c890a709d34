/**
 * Carries a session on by this device's signature. Invariants:
 * 1. Well before the token ends, at a time of its own: twenty thousand counters that signed in together do not
 *    renew together.
 * 2. Of several tabs one renews; the others take what it got.
 * 3. Only the server ends a session: without an answer the tries go on, spread out, never sooner than it asked.
 */
import { type ProblemCode, RenewalStart, routes, SessionView } from '@sidep/contracts'
import {
  type Answer,
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  retryAfterSecondsOf,
  retryOf,
} from '../../shared/api/index.ts'
import type { DeviceKey } from '../../shared/device/device-key.ts'
import { renewalProof } from './renewal-proof.ts'
import type { Memory } from './stored.ts'

export interface RenewalDependencies {
  readonly api: ApiClient
  /** Null in a browser that keeps nothing: nothing is renewed then. */
  readonly device: DeviceKey | null
  readonly origin: string
  readonly memory: Pick<Memory, 'session' | 'keepSession'>
  /** One tab at a time. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  readonly now: () => Date
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly randomBytes: (count: number) => Uint8Array
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** What came of a renewal that nobody waits for. */
  readonly settled: (outcome: RenewalOutcome) => void
}

export type RenewalOutcome =
  | { readonly kind: 'renewed'; readonly session: SessionView }
  /** It cannot be carried on, by this device or at all. */
  | { readonly kind: 'ended'; readonly code: ProblemCode | null }
  /** No answer yet, or one that asks for patience; `error` is null while that patience lasts. */
  | { readonly kind: 'later'; readonly error: ApiError | null }

export interface Renewal {
  /** The session as the server has just answered it; null: signed out. Plans the next renewal. */
  readonly follow: (session: SessionView | null) => void
  /** Renews now, or as soon as the last answer allows. */
  readonly renew: () => Promise<RenewalOutcome>
  readonly stop: () => void
}

/** Part of the token's remaining life after which it is renewed: from a half, up to so much more at random. */
const earliestShare = 0.5
const jitterShare = 0.2
/** After the session's end, when only an extension can carry it on: within so long, at random. */
const endJitterMilliseconds = 10_000
const secondsGained = 5

const timeOf = (text: string | undefined): number => (text === undefined ? 0 : Date.parse(text))

export const createRenewal = (dependencies: RenewalDependencies): Renewal => {
  const { api, device, memory, now, random } = dependencies
  let current: SessionView | null = null
  /** Of the server's clock before ours, milliseconds; null until it has been heard. */
  let clockOffset: number | null = null
  let failures = 0
  let notBefore = 0
  let cancel = (): void => undefined
  let isStopped = false
  let underWay: Promise<RenewalOutcome> | null = null

  const serverNow = (): number => now().getTime() + (clockOffset ?? 0)
  const hear = (serverTime: string | undefined): void => {
    if (serverTime !== undefined) clockOffset = Date.parse(serverTime) - now().getTime()
  }
  const isOurs = (session: SessionView): boolean =>
    device !== null && session.device === device.thumbprint && session.renewBy !== undefined

  const plan = (milliseconds: number): void => {
    cancel()
    if (isStopped) return
    cancel = dependencies.after(Math.max(milliseconds, 0), () => {
      renew().then(dependencies.settled, (error: unknown) =>
        console.error('RENEWAL_STOPPED', error),
      )
    })
  }

  const planNext = (session: SessionView, previousEnd: number): void => {
    cancel()
    if (!isOurs(session)) return
    const end = timeOf(session.renewBy)
    const left = end - serverNow()
    // A token that did not get longer is the session's last: only after its end can it be extended.
    const isLast = previousEnd > 0 && end - previousEnd < secondsGained * 1000
    plan(
      isLast
        ? Math.max(left, 0) + 1_000 + random() * endJitterMilliseconds
        : left * (earliestShare + jitterShare * random()),
    )
  }

  const takeUp = (session: SessionView): RenewalOutcome => {
    const previousEnd = timeOf(current?.renewBy)
    failures = 0
    notBefore = 0
    current = session
    planNext(session, previousEnd)
    return { kind: 'renewed', session }
  }

  /** What another tab got while this one waited for its turn. */
  const fromOtherTab = async (): Promise<SessionView | null> => {
    const stored = await memory.session()
    const isFresher =
      stored !== null &&
      current !== null &&
      stored.sessionId === current.sessionId &&
      timeOf(stored.renewBy) > timeOf(current.renewBy) &&
      timeOf(stored.renewBy) > serverNow()
    return isFresher ? stored : null
  }

  const ask = async (key: DeviceKey, isAgain = false): Promise<Answer<SessionView>> => {
    let sessionId = current?.sessionId
    if (sessionId === undefined || clockOffset === null) {
      const start = await api.get(routes.sessionRenewal, RenewalStart)
      if (!start.ok) return start
      sessionId = start.value.sessionId
      hear(start.value.serverTime)
    }
    const at = new Date(serverNow())
    const nonce = dependencies.randomBytes(16)
    const proof = await renewalProof(key, { origin: dependencies.origin, sessionId, at, nonce })
    const answer = await api.post(routes.sessionRenewal, { proof }, SessionView)
    const isStale =
      !answer.ok &&
      answer.error.kind === 'problem' &&
      answer.error.problem.code === 'SESSION_PROOF_STALE'
    if (!isStale || isAgain) return answer
    // The clock of this device was set meanwhile: ask for the time, once.
    clockOffset = null
    return ask(key, true)
  }

  const attempt = async (): Promise<RenewalOutcome> => {
    if (device === null || (current !== null && !isOurs(current)))
      return { kind: 'ended', code: null }
    const other = await fromOtherTab()
    if (other !== null) return takeUp(other)
    const answer = await ask(device)
    if (answer.ok) {
      hear(answer.value.serverTime)
      await memory.keepSession(answer.value)
      return takeUp(answer.value)
    }
    if (retryOf(answer.error) !== 'later') {
      const code = answer.error.kind === 'problem' ? answer.error.problem.code : null
      cancel()
      return { kind: 'ended', code }
    }
    failures += 1
    const wait = backoffMilliseconds(failures, retryAfterSecondsOf(answer.error), random)
    notBefore = now().getTime() + wait
    plan(wait)
    return { kind: 'later', error: answer.error }
  }

  const renew = (): Promise<RenewalOutcome> => {
    if (notBefore > now().getTime() && underWay === null)
      return Promise.resolve({ kind: 'later', error: null })
    underWay ??= dependencies.exclusive(attempt).finally(() => {
      underWay = null
    })
    return underWay
  }

  return {
    follow: (session) => {
      if (session === null) {
        cancel()
        current = null
        return
      }
      hear(session.serverTime)
      const previous = current
      current = session
      const isSame =
        previous?.sessionId === session.sessionId && previous?.renewBy === session.renewBy
      if (!isSame) planNext(session, 0)
    },
    renew,
    stop: () => {
      isStopped = true
      cancel()
    },
  }
}
