/**
 * Signing in on the phone without leaving the page: type one's number, compare two digits, confirm there. Invariants:
 * 1. The server paces: nobody asks sooner than `pollAfterSeconds` or `Retry-After` said.
 * 2. One sign-in at a time; what is given up is asked for no more. An answer that was already on its way counts,
 *    because the browser is signed in by it.
 * 3. A request ends: confirmed, refused, out of time, given up, or because the provider is away. A silent network ends
 *    nothing sooner, nor does a reload of the page: its tab goes on with the request that waits.
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
import type { WaitingRequest, WaitingRequests } from './waiting-request.ts'
import type { Arrival } from './waiting-room.ts'

export type NumberFault = 'incomplete' | 'wrong' | 'unknown'

/** How it ended without a session. */
type PhoneEnd = 'refused' | 'timed-out' | 'provider-away' | 'failed'

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

export interface PhoneSignInDependencies {
  readonly api: Pick<ApiClient, 'post' | 'send'>
  /** Where the request that waits outlives the page. */
  readonly requests: WaitingRequests
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
  /** Gives up what is under way, also at the server. */
  readonly close: () => void
  /** After the page was loaded again: goes on with the request that this tab has waiting, if there is one. */
  readonly resume: () => void
}

/** No request waits longer (the server's own bound); one kept for longer is of another clock, or another day. */
const waitingMillisecondsMax = 600_000

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

export const createPhoneSignIn = (dependencies: PhoneSignInDependencies): PhoneSignIn => {
  const { api, requests, device, now, random, after } = dependencies
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

  /** The request is over; nothing of it is asked for again. */
  const settled = (): void => {
    stop()
    requests.put(null)
  }

  /** So that nothing in this browser can take it up again; whether it arrives or not, it is not asked for here. */
  const giveUp = (): void => {
    const waiting = requests.get()
    settled()
    if (waiting === null) return
    const { ticket } = waiting
    api
      .send('POST', routes.loginEcpsBackchannelCancellation, { ticket })
      .catch((error: unknown) => console.error('PHONE_SIGN_IN_NOT_CANCELLED', error))
  }

  const hide = (): void => {
    typed = ''
    dependencies.changed(null)
  }

  const over = (end: PhoneEnd, error: ApiError | null): void => {
    settled()
    const seconds = error === null ? null : retryAfterSecondsOf(error)
    const retryAt = seconds === null ? null : new Date(now().getTime() + seconds * 1000)
    dependencies.changed({ step: 'over', typed, end, error, retryAt })
  }

  const pollIn = (milliseconds: number, ticket: string, current: number): void => {
    cancelPoll()
    const waiting = requests.get()
    if (waiting !== null) requests.put({ ...waiting, pollAt: now().getTime() + milliseconds })
    cancelPoll = after(milliseconds, () => {
      poll(ticket, current).catch((error: unknown) => console.error('PHONE_SIGN_IN_STOPPED', error))
    })
  }

  const poll = async (ticket: string, current: number): Promise<void> => {
    const answer = await api.post(routes.loginEcpsBackchannelPoll, { ticket }, BackchannelProgress)
    if (answer.ok) {
      const progress = answer.value
      if (progress.state === 'signed-in') {
        settled()
        hide()
        await dependencies.signedIn(progress.session)
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

  /** Shows a request and asks for it until it ends. */
  const follow = ({ ticket, digits, endsAt, pollAt }: WaitingRequest, current: number): void => {
    const at = now().getTime()
    failures = 0
    dependencies.changed({ step: 'confirming', typed, digits, endsAt: new Date(endsAt) })
    pollIn(Math.max(0, pollAt - at), ticket, current)
    cancelEnd = after(endsAt - at, () => over('timed-out', null))
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
      const at = now().getTime()
      const request = {
        ticket,
        typed,
        digits: bindingMessage,
        endsAt: at + expiresInSeconds * 1000,
        pollAt: at + pollAfterSeconds * 1000,
      }
      requests.put(request)
      follow(request, current)
      return
    }
    const code = codeOf(answer.error)
    if (code === 'PROFESSIONAL_UNKNOWN' || code === 'REQUEST_INVALID') {
      isBusy = false
      const fault = code === 'REQUEST_INVALID' ? 'wrong' : 'unknown'
      dependencies.changed({ step: 'typing', typed, fault })
      return
    }
    // The room closed between two questions; the place that came with the refusal is this browser's.
    if (code === 'SIGN_IN_WAITS') await queue(current, () => over('failed', answer.error))
    else over(endOf(answer.error), answer.error)
  }

  /** Asks the waiting room; `enter` when there is no wait. */
  const queue = async (current: number, enter: () => Promise<void> | void): Promise<void> => {
    const arrival = await dependencies.arrive()
    if (current !== run) return
    if (arrival.kind === 'failed') over('failed', arrival.error)
    else if (arrival.kind === 'open') await enter()
    else {
      isBusy = false
      dependencies.changed({ step: 'queued', typed })
    }
  }

  return {
    open: () => {
      giveUp()
      dependencies.changed({ step: 'typing', typed, fault: null })
    },
    begin: async (text) => {
      if (isBusy) return
      giveUp()
      typed = text.trim()
      const id = readNationalId(typed)
      if (!id.ok) {
        dependencies.changed({ step: 'typing', typed, fault: id.fault })
        return
      }
      isBusy = true
      dependencies.changed({ step: 'starting', typed })
      const current = run
      await queue(current, () => ring(id.value, current))
    },
    close: () => {
      giveUp()
      hide()
    },
    resume: () => {
      const waiting = requests.get()
      if (waiting === null) return
      stop()
      const left = waiting.endsAt - now().getTime()
      if (Math.abs(left) > waitingMillisecondsMax) {
        requests.put(null)
        return
      }
      typed = waiting.typed
      if (left <= 0) over('timed-out', null)
      else follow(waiting, run)
    },
  }
}
