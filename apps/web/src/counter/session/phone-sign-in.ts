/**
 * Signing in on the phone without leaving the page: type one's number, compare two digits, confirm there. Invariants:
 * 1. The server paces: nobody asks sooner than `pollAfterSeconds` or `Retry-After` said.
 * 2. One sign-in at a time; what is given up is asked for no more. An answer that was already on its way counts,
 *    because the browser is signed in by it.
 * 3. A request ends: confirmed, refused, out of time, or because the provider is away. A silent network ends nothing sooner.
 */
import {
  BackchannelProgress,
  BackchannelTicket,
  type ProblemCode,
  routes,
  type SessionView,
} from '@sidep/contracts'
import {
  nationalProfessionalId,
  type ProfessionalId,
  parseProfessionalId,
  parseRpps,
} from '@sidep/identifiers'
import {
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  retryAfterSecondsOf,
} from '../../shared/api/index.ts'
import type { Arrival } from './waiting-room.ts'

export type NumberFault = 'incomplete' | 'wrong' | 'unknown'

/** How it ended without a session. */
export type PhoneEnd = 'refused' | 'timed-out' | 'provider-away' | 'failed'

export type Phone =
  | { readonly step: 'typing'; readonly typed: string; readonly fault: NumberFault | null }
  | { readonly step: 'starting'; readonly typed: string }
  /** In the waiting room, on the way to the phone. */
  | { readonly step: 'queued'; readonly typed: string }
  | {
      readonly step: 'confirming'
      readonly typed: string
      /** Two digits, to be compared with those on the phone. */
      readonly digits: string
      readonly endsAt: Date
    }
  | {
      readonly step: 'over'
      readonly typed: string
      readonly end: PhoneEnd
      readonly error: ApiError | null
      /** Not worth trying before; null: at once. */
      readonly retryAt: Date | null
    }

export interface PhoneSignInNeeds {
  readonly api: Pick<ApiClient, 'post'>
  readonly device: string | null
  readonly now: () => Date
  readonly random: () => number
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** Takes a place on the way to the door. */
  readonly arrive: () => Promise<Arrival>
  readonly changed: (phone: Phone | null) => void
  readonly signedIn: (session: SessionView) => Promise<void>
}

export interface PhoneSignIn {
  /** Asks for the number; with the one typed before, when there is one. */
  readonly open: () => void
  readonly begin: (typed: string) => Promise<void>
  readonly close: () => void
}

/** `8` and the RPPS, or the RPPS alone, spaces forgiven. */
export const readNationalId = (
  typed: string,
):
  | { readonly ok: true; readonly value: ProfessionalId }
  | { readonly ok: false; readonly fault: NumberFault } => {
  const digits = typed.replace(/[\s.]/g, '')
  if (/^8\d{11}$/.test(digits)) {
    const id = parseProfessionalId(digits)
    return id.ok ? id : { ok: false, fault: 'wrong' }
  }
  if (!/^\d{11}$/.test(digits)) return { ok: false, fault: 'incomplete' }
  const rpps = parseRpps(digits)
  return rpps.ok
    ? { ok: true, value: nationalProfessionalId(rpps.value) }
    : { ok: false, fault: 'wrong' }
}

const codeOf = (error: ApiError): ProblemCode | null =>
  error.kind === 'problem' ? error.problem.code : null

/** What says nothing about the sign-in itself: it is asked again. */
const isPassing = (error: ApiError): boolean =>
  error.kind !== 'problem' ||
  error.problem.code === 'UNAVAILABLE' ||
  error.problem.code === 'TOO_MANY_REQUESTS'

const endOf = (error: ApiError): PhoneEnd => {
  switch (codeOf(error)) {
    case 'LOGIN_REFUSED':
      return 'refused'
    case 'LOGIN_STATE_INVALID':
      return 'timed-out'
    case 'PROVIDER_UNAVAILABLE':
      return 'provider-away'
    default:
      return 'failed'
  }
}

export const createPhoneSignIn = (needs: PhoneSignInNeeds): PhoneSignIn => {
  const { api, device, now, random, after } = needs
  let typed = ''
  /** What is under way; another one, or none, and its answers count no more. */
  let run = 0
  let isBusy = false
  let failures = 0
  let cancelPoll = (): void => undefined
  let cancelEnd = (): void => undefined

  const stop = (): void => {
    run += 1
    isBusy = false
    cancelPoll()
    cancelEnd()
  }

  const close = (): void => {
    stop()
    typed = ''
    needs.changed(null)
  }

  const over = (end: PhoneEnd, error: ApiError | null): void => {
    stop()
    const seconds = error === null ? null : retryAfterSecondsOf(error)
    const retryAt = seconds === null ? null : new Date(now().getTime() + seconds * 1000)
    needs.changed({ step: 'over', typed, end, error, retryAt })
  }

  const pollIn = (milliseconds: number, ticket: string, current: number): void => {
    cancelPoll()
    cancelPoll = after(milliseconds, () => {
      poll(ticket, current).catch((error: unknown) => console.error('PHONE_SIGN_IN_STOPPED', error))
    })
  }

  const poll = async (ticket: string, current: number): Promise<void> => {
    const answer = await api.post(routes.loginEcpsBackchannelPoll, { ticket }, BackchannelProgress)
    if (answer.ok) {
      const progress = answer.value
      if (progress.state === 'signed-in') {
        close()
        await needs.signedIn(progress.session)
      } else if (current === run) {
        failures = 0
        pollIn(progress.pollAfterSeconds * 1000, ticket, current)
      }
      return
    }
    if (current !== run) return
    const { error } = answer
    if (!isPassing(error)) {
      over(endOf(error), error)
      return
    }
    failures += 1
    pollIn(backoffMilliseconds(failures, retryAfterSecondsOf(error), random), ticket, current)
  }

  const ring = async (nationalId: ProfessionalId, current: number): Promise<void> => {
    const answer = await api.post(
      routes.loginEcpsBackchannel,
      { nationalId, ...(device === null ? {} : { device }) },
      BackchannelTicket,
    )
    if (current !== run) return
    if (answer.ok) {
      const { ticket, bindingMessage, pollAfterSeconds, expiresInSeconds } = answer.value
      failures = 0
      const endsAt = new Date(now().getTime() + expiresInSeconds * 1000)
      needs.changed({ step: 'confirming', typed, digits: bindingMessage, endsAt })
      pollIn(pollAfterSeconds * 1000, ticket, current)
      cancelEnd = after(expiresInSeconds * 1000, () => over('timed-out', null))
      return
    }
    const code = codeOf(answer.error)
    if (code === 'PROFESSIONAL_UNKNOWN' || code === 'REQUEST_INVALID') {
      isBusy = false
      const fault = code === 'REQUEST_INVALID' ? 'wrong' : 'unknown'
      needs.changed({ step: 'typing', typed, fault })
      return
    }
    // The room closed between two questions; the place that came with the refusal is this browser's.
    if (code === 'SIGN_IN_WAITS') await queue(current, () => over('failed', answer.error))
    else over(endOf(answer.error), answer.error)
  }

  /** Asks the waiting room; `enter` when there is no wait. */
  const queue = async (current: number, enter: () => Promise<void> | void): Promise<void> => {
    const arrival = await needs.arrive()
    if (current !== run) return
    if (arrival.kind === 'failed') over('failed', arrival.error)
    else if (arrival.kind === 'open') await enter()
    else {
      isBusy = false
      needs.changed({ step: 'queued', typed })
    }
  }

  return {
    open: () => {
      stop()
      needs.changed({ step: 'typing', typed, fault: null })
    },
    begin: async (text) => {
      if (isBusy) return
      stop()
      typed = text.trim()
      const id = readNationalId(typed)
      if (!id.ok) {
        needs.changed({ step: 'typing', typed, fault: id.fault })
        return
      }
      isBusy = true
      needs.changed({ step: 'starting', typed })
      const current = run
      await queue(current, () => ring(id.value, current))
    },
    close,
  }
}
