/** What each answer says about the way to the server, and about the session. Only 401 ends a session. */
import { type ProblemCode, problemRegistry } from '@sidep/contracts'
import {
  type Answer,
  type ApiError,
  backoffMilliseconds,
  retryAfterSecondsOf,
  retryOf,
} from '../../shared/api/index.ts'
import type { CounterState, Link } from '../state.ts'
import type { Store } from '../store.ts'

export interface LinkWatchDependencies {
  readonly store: Store<CounterState>
  readonly now: () => Date
  readonly random: () => number
  /** The session is due, and this device is to confirm it; null when it has nothing to confirm with. */
  readonly confirm: (() => void) | null
  /** The session was ended on purpose. */
  readonly revoked: () => void
  /** The browser has another session by now: it is to be read. */
  readonly differs: () => void
}

export interface LinkWatch {
  readonly observe: (answer: Answer<unknown>) => void
  /** What an error makes of the link, and until when nothing is asked. */
  readonly after: (error: ApiError) => Link
  readonly loseSession: (code: ProblemCode | null) => void
  /** Whether the server may be asked now. */
  readonly mayAsk: () => boolean
}

/** The portal did not take this device's signature, asked for again with its time. */
export const isProofRefused = (error: ApiError): boolean =>
  isProblem(error, 'SESSION_PROOF_INVALID') || isProblem(error, 'SESSION_PROOF_STALE')

export const isProblem = (error: ApiError, code: ProblemCode): boolean =>
  error.kind === 'problem' && error.problem.code === code

export const codeOf = (error: ApiError): ProblemCode | null =>
  error.kind === 'problem' ? error.problem.code : null

export const endsSession = (code: ProblemCode | null): boolean =>
  code !== null && problemRegistry[code].retry === 'after-sign-in'

export const createLinkWatch = ({
  store,
  now,
  random,
  confirm,
  revoked,
  differs,
}: LinkWatchDependencies): LinkWatch => {
  let failures = 0

  const after = (error: ApiError): Link => {
    failures += 1
    const wait = backoffMilliseconds(failures, retryAfterSecondsOf(error), random)
    const retryAt = new Date(now().getTime() + wait)
    const isAnswered = error.kind === 'problem' || retryAfterSecondsOf(error) !== null
    return { state: isAnswered ? 'busy' : 'offline', error, retryAt }
  }

  const loseSession = (code: ProblemCode | null): void => {
    store.set((state) => ({
      ...state,
      isSessionLost: true,
      isRenewalDue: false,
      sessionEnd: code,
      link: { state: 'online' },
    }))
    if (code === 'SESSION_REVOKED') revoked()
    if (code === 'SESSION_DIFFERS') differs()
  }

  const observe = (answer: Answer<unknown>): void => {
    if (answer.ok || retryOf(answer.error) === 'never') {
      failures = 0
      store.set((state) =>
        state.link.state === 'online' ? state : { ...state, link: { state: 'online' } },
      )
      // The session is one of before a site was chosen: asking for it again leads to the choice.
      if (!answer.ok && isProblem(answer.error, 'SITE_NOT_CHOSEN'))
        store.set((state) => ({ ...state, isSessionLost: true }))
      return
    }
    if (retryOf(answer.error) === 'after-sign-in') {
      if (isProblem(answer.error, 'SESSION_RENEWAL_DUE') && confirm !== null) confirm()
      else loseSession(codeOf(answer.error))
      return
    }
    // A certificate that could not be signed says nothing about the way to the server.
    if (!isProblem(answer.error, 'ISSUANCE_FAILED'))
      store.set((state) => ({ ...state, link: after(answer.error) }))
  }

  const mayAsk = (): boolean => {
    const { link } = store.get()
    return link.state === 'online' || link.retryAt <= now()
  }

  return { observe, after, loseSession, mayAsk }
}
