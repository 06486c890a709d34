/**
 * What the portal said of one thing, held for a page. Invariants:
 * 1. What is shown is what the portal last said; an own act shows once it is acknowledged.
 * 2. An answer that was asked for before an own act, before a later question, or about something else, is not shown.
 * 3. Nobody is asked while the portal asks for patience: the page says so instead.
 */

import type { Answer } from '@sidep/sdk/http'
import { type ApiError, isProblem } from '@sidep/sdk/http'
import { createStore, type Store } from '../store.ts'

/** How the page stands with the portal. */
export interface Portal {
  /** Whether a page may ask now by itself. */
  readonly mayAsk: () => boolean
  /** Why somebody who asks has to wait: the portal said so. Null when they need not; our own guess stops nobody. */
  readonly resting: () => ApiError | null
  /** Every answer, good or bad, says something about the way to the portal, and perhaps about the session. */
  readonly observe: (answer: Answer<unknown>) => void
}

interface Held<Value> {
  /** Null before the portal has said. */
  readonly value: Value | null
  /** Why the last question brought nothing. */
  readonly error: ApiError | null
}

export interface HeldAnswer<Key, Value> {
  readonly store: Pick<Store<Held<Value>>, 'get' | 'subscribe'>
  /** Asks for what `key` names; what is held of another is let go. */
  readonly read: (key: Key) => Promise<void>
  /** Does something, and shows it once it is acknowledged. @returns null when it was */
  readonly act: <Result>(
    ask: () => Promise<Answer<Result>>,
    change: (value: Value | null, result: Result) => Value | null,
  ) => Promise<ApiError | null>
}

/** Tells whether an answer was asked for before an own act. */
export const countActs = () => {
  let acts = 0
  return {
    acted: (): void => {
      acts += 1
    },
    /** @returns whether something was done since now, to be asked when the answer is there */
    mark: (): (() => boolean) => {
      const before = acts
      return () => acts !== before
    },
  }
}

export const createHeldAnswer = <Key, Value>(
  ask: (key: Key) => Promise<Answer<Value>>,
  portal: Pick<Portal, 'resting' | 'observe'>,
): HeldAnswer<Key, Value> => {
  const nothing: Held<Value> = { value: null, error: null }
  const store = createStore(nothing)
  const acts = countActs()
  let held: { readonly key: Key } | null = null
  let questions = 0

  const observe = (answer: Answer<unknown>): void => {
    // One act asks for a fresh sign-in; the session itself goes on.
    const isOfTheAct = !answer.ok && isProblem(answer.error, 'FRESH_SIGN_IN_REQUIRED')
    if (!isOfTheAct) portal.observe(answer)
  }

  return {
    store,
    read: async (key) => {
      if (held === null || held.key !== key) {
        held = { key }
        store.set(() => nothing)
      }
      questions += 1
      const question = questions
      const isOutdated = acts.mark()
      const resting = portal.resting()
      if (resting !== null) {
        store.set((state) => ({ ...state, error: resting }))
        return
      }
      const answer = await ask(key)
      observe(answer)
      if (isOutdated() || question !== questions) return
      store.set((state) =>
        answer.ok ? { value: answer.value, error: null } : { ...state, error: answer.error },
      )
    },
    act: async (work, change) => {
      const answer = await work()
      observe(answer)
      if (!answer.ok) return answer.error
      acts.acted()
      store.set((state) => ({ ...state, value: change(state.value, answer.value) }))
      return null
    },
  }
}
