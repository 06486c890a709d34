/**
 * Carries the outbox to the server. Invariants:
 * 1. An entry is on disk before its first byte is sent, and stays there until it is acknowledged.
 * 2. Nobody is asked sooner than it said (`Retry-After`); otherwise tries spread out with full jitter.
 */
import { routes, ScreeningAnswer } from '@sidep/contracts'
import {
  type Answer,
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  retryAfterSecondsOf,
  retryOf,
} from '../../shared/api/index.ts'
import type { Vault } from '../../shared/storage/index.ts'
import { type CounterState, isSessionUsable, ownerOf } from '../state.ts'
import type { Store } from '../store.ts'
import {
  nextTime,
  nextToSend,
  type OutboxAction,
  type OutboxEntry,
  type Owner,
  outboxReducer,
  parseOutboxEntry,
  type Refusal,
  screeningKey,
} from './outbox.ts'

/** What became of an entry at its first try. */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly answer: ScreeningAnswer }
  /** It is out of the outbox again: the caller still shows what was typed. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Safe on this device; sent by itself later. `error` is null when it only waits its turn. */
  | { readonly kind: 'queued'; readonly error: ApiError | null }

export interface SenderNeeds {
  readonly api: ApiClient
  readonly vault: Vault
  readonly store: Store<CounterState>
  readonly now: () => Date
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Calls back after so many milliseconds; returns the way to cancel. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** Every answer, good or bad, says something about the way to the server. */
  readonly observe: (answer: Answer<unknown>) => void
  readonly acknowledged: (entry: OutboxEntry, answer: ScreeningAnswer) => void
}

export interface Sender {
  readonly load: () => Promise<void>
  /** Keeps an entry and tries it at once. */
  readonly submit: (entry: OutboxEntry) => Promise<Outcome>
  /** Takes an entry out: to correct it, or to give it up. */
  readonly remove: (key: string) => Promise<void>
  /** Gives entries that have no owner yet to somebody who signed in. */
  readonly claim: (keys: readonly string[], owner: Owner) => Promise<void>
  /** Sends what may be sent now; call it when something changed. */
  readonly wake: () => void
}

/** The person in front of the counter waits for the first try; the outbox has more patience. */
const firstTryMilliseconds = 8_000
const storagePrefix = 'outbox/'

const refusalOf = (error: ApiError): Refusal | undefined =>
  error.kind === 'problem' && retryOf(error) === 'never' && error.problem.code !== 'SITE_NOT_CHOSEN'
    ? {
        code: error.problem.code,
        support: error.problem.support,
        faults: error.problem.faults ?? [],
      }
    : undefined

/** An error of this entry alone, not of the way to the server. */
const isOwnError = (error: ApiError): boolean =>
  error.kind === 'problem' && ['ISSUANCE_FAILED', 'INTERNAL'].includes(error.problem.code)

export const createSender = (needs: SenderNeeds): Sender => {
  const { api, vault, store, now } = needs
  const inFlight = new Set<string>()
  let isRunning = false
  let cancelTimer = (): void => undefined

  const dispatch = (action: OutboxAction): void =>
    store.set((state) => ({ ...state, outbox: outboxReducer(state.outbox, action) }))
  const find = (key: string): OutboxEntry | undefined =>
    store.get().outbox.find((entry) => entry.key === key)
  const persist = async (key: string): Promise<void> => {
    const entry = find(key)
    if (entry) await vault.put(storagePrefix + key, entry)
  }
  const remove = async (key: string): Promise<void> => {
    await vault.delete(storagePrefix + key)
    dispatch({ type: 'removed', key })
  }

  const request = (
    { id, request }: OutboxEntry,
    timeoutMilliseconds?: number,
  ): Promise<Answer<ScreeningAnswer>> => {
    const options = timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds }
    return request.kind === 'screening'
      ? api.post(routes.screenings, request.input, ScreeningAnswer, options)
      : api.post(
          routes.screeningResult.replace(':id', encodeURIComponent(id)),
          request.input,
          ScreeningAnswer,
          options,
        )
  }

  const attempt = async (entry: OutboxEntry, timeoutMilliseconds?: number): Promise<Outcome> => {
    inFlight.add(entry.key)
    try {
      const answer = await request(entry, timeoutMilliseconds)
      needs.observe(answer)
      if (answer.ok) {
        await remove(entry.key)
        needs.acknowledged(entry, answer.value)
        return { kind: 'acknowledged', answer: answer.value }
      }
      const refusal = refusalOf(answer.error)
      if (refusal) return { kind: 'refused', refusal }
      const wait = backoffMilliseconds(
        entry.attempts + 1,
        retryAfterSecondsOf(answer.error),
        needs.random,
      )
      dispatch({
        type: 'failed',
        key: entry.key,
        notBefore: isOwnError(answer.error) ? new Date(now().getTime() + wait) : null,
      })
      await persist(entry.key)
      return { kind: 'queued', error: answer.error }
    } finally {
      inFlight.delete(entry.key)
    }
  }

  /** Until when the way to the server rests; null when it does not. */
  const heldUntil = (): Date | null => {
    const { link } = store.get()
    return link.state === 'online' || link.retryAt <= now() ? null : link.retryAt
  }

  const sendAll = async (): Promise<void> => {
    for (;;) {
      const state = store.get()
      const { outbox, session } = state
      if (!isSessionUsable(state) || heldUntil() !== null) return
      const entry = nextToSend(outbox, ownerOf(session), now(), inFlight)
      if (entry === undefined) return
      if ((await vault.get(storagePrefix + entry.key)) === undefined) {
        // Another tab sent it or took it back.
        dispatch({ type: 'removed', key: entry.key })
        continue
      }
      const outcome = await attempt(entry)
      if (outcome.kind === 'refused') {
        dispatch({ type: 'refused', key: entry.key, refusal: outcome.refusal })
        await persist(entry.key)
      }
    }
  }

  const schedule = (): void => {
    cancelTimer()
    const state = store.get()
    const { outbox, session } = state
    const due = nextTime(outbox, ownerOf(session))
    if (due === null || !isSessionUsable(state)) return
    const at = Math.max(due.getTime(), heldUntil()?.getTime() ?? 0)
    cancelTimer = needs.after(Math.max(at - now().getTime(), 250), wake)
  }

  const wake = (): void => {
    if (isRunning) return
    isRunning = true
    sendAll()
      .catch((error: unknown) => console.error('OUTBOX_STOPPED', error))
      .finally(() => {
        isRunning = false
        schedule()
      })
  }

  /** A person may try sooner than our own guess, never sooner than the server asked. */
  const mayTry = (): boolean => {
    const state = store.get()
    const { link } = state
    return isSessionUsable(state) && (link.state !== 'busy' || link.retryAt <= now())
  }

  return {
    load: async () => {
      const stored = await vault.entries(storagePrefix)
      const entries = stored.flatMap(({ value }) => parseOutboxEntry(value) ?? [])
      dispatch({ type: 'loaded', entries })
    },
    submit: async (entry) => {
      await vault.put(storagePrefix + entry.key, entry)
      dispatch({ type: 'queued', entry })
      const waitsForScreening =
        entry.request.kind === 'result' && find(screeningKey(entry.id)) !== undefined
      if (!mayTry() || waitsForScreening) {
        schedule()
        return { kind: 'queued', error: null }
      }
      const outcome = await attempt(entry, firstTryMilliseconds)
      if (outcome.kind === 'refused') await remove(entry.key)
      schedule()
      return outcome
    },
    remove,
    claim: async (keys, owner) => {
      for (const key of keys) {
        // Another tab may have claimed and sent it, or taken it back.
        const isKept = parseOutboxEntry(await vault.get(storagePrefix + key))?.owner === null
        if (!isKept) {
          dispatch({ type: 'removed', key })
          continue
        }
        dispatch({ type: 'claimed', keys: [key], owner })
        await persist(key)
      }
    },
    wake,
  }
}
