/** The first try of a screening or a result: one request of its own, while its person waits. */
import { attendedBackoffMilliseconds } from '@sidep/continuity'
import type { ReconciliationLine, ScreeningAnswer, ScreeningInput } from '@sidep/contracts'
import { recordScreening, setScreeningResult } from '@sidep/contracts/endpoints'
import {
  type Answer,
  type ApiClient,
  type ApiError,
  retryAfterSecondsOf,
  retryOf,
} from '../http/index.ts'
import type { DriverEvent, TryCommand } from './driver.ts'
import type { Refusal, Sendable } from './sendable.ts'

/** What became of a screening or a result at its first try. */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly answer: ScreeningAnswer }
  /** It is out of the outbox again: the caller still shows what was typed. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Safe on this device; sent by itself later. `error` is null when it only waits its turn. */
  | { readonly kind: 'queued'; readonly error: ApiError | null }
  /** This device keeps nothing, and the portal has not answered: the caller still shows what was typed. */
  | { readonly kind: 'not-kept'; readonly error: ApiError | null }

export interface FirstTryDependencies<Screening> {
  readonly api: Pick<ApiClient, 'ask'>
  readonly at: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly observe: (answer: Answer<unknown>) => void
  readonly acknowledged: (content: Screening, answer: ScreeningAnswer) => void
}

export type Act = TryCommand<unknown>['act']

export interface FirstTry<Screening> {
  /** Asks for an entry that is kept; what came of it is the outbox's next event. */
  readonly ofKept: (command: TryCommand<Screening>) => Promise<DriverEvent<Screening>>
  /** What the last try of an entry brought, told once; null when there was none. */
  readonly takeOutcome: (id: string) => Outcome | null
  /** Asks for what is kept nowhere on this device. */
  readonly ofUnkept: (content: Screening, act: Act, timeoutMilliseconds: number) => Promise<Outcome>
}

/** Why what was sent will never be taken as it is; undefined where it is to be sent again. */
export const refusalOfError = (error: ApiError): Refusal | undefined =>
  error.kind === 'problem' && retryOf(error) === 'never' && error.problem.code !== 'SITE_NOT_CHOSEN'
    ? {
        code: error.problem.code,
        support: error.problem.support,
        faults: error.problem.faults ?? [],
      }
    : undefined

/** An error of this entry alone, not of the way to the server. */
export const isOwnError = (error: ApiError): boolean =>
  error.kind === 'problem' && ['ISSUANCE_FAILED', 'INTERNAL'].includes(error.problem.code)

/** From now on it goes in its turn: at once, or when its own trouble may be over. */
export const laterLine = (
  id: string,
  error: ApiError | null,
  random: number,
): ReconciliationLine => {
  const wait =
    error !== null && isOwnError(error)
      ? attendedBackoffMilliseconds(1, retryAfterSecondsOf(error), random)
      : 0
  return { id, status: 'later', retryAfterSeconds: wait / 1000 }
}

/** What an error asks of everybody, whatever they would send; nothing where it is of this entry alone. */
export const askedOf = (
  error: ApiError | null,
  random: number,
): Pick<Extract<DriverEvent<never>, { readonly type: 'tried' }>, 'asked'> => {
  const retryAfterSeconds = error === null || isOwnError(error) ? null : retryAfterSecondsOf(error)
  return retryAfterSeconds === null ? {} : { asked: { retryAfterSeconds, random } }
}

export const makeFirstTry = <Screening extends Sendable>(
  dependencies: FirstTryDependencies<Screening>,
): FirstTry<Screening> => {
  const { api, at, random } = dependencies
  const outcomes = new Map<string, Outcome>()

  /** One request about a screening, under its id: asked again it answers the same. */
  const ask = (
    input: ScreeningInput,
    act: Act,
    timeoutMilliseconds: number,
  ): Promise<Answer<ScreeningAnswer>> => {
    const { id, result, resultAt } = input
    return act === 'record' || result === undefined
      ? api.ask(recordScreening, { body: input, timeoutMilliseconds })
      : api.ask(setScreeningResult, {
          params: { id },
          body: { result, ...(resultAt === undefined ? {} : { resultAt }) },
          timeoutMilliseconds,
        })
  }

  const request = async (
    content: Screening,
    act: Act,
    timeoutMilliseconds: number,
    unanswered: 'queued' | 'not-kept',
  ): Promise<Outcome> => {
    const answer = await ask(content.input, act, timeoutMilliseconds)
    dependencies.observe(answer)
    if (answer.ok) {
      dependencies.acknowledged(content, answer.value)
      return { kind: 'acknowledged', answer: answer.value }
    }
    const refusal = refusalOfError(answer.error)
    return refusal ? { kind: 'refused', refusal } : { kind: unanswered, error: answer.error }
  }

  const lineOf = (id: string, outcome: Outcome): ReconciliationLine => {
    switch (outcome.kind) {
      case 'acknowledged':
        return { id, status: outcome.answer.state === 'final' ? 'definitive' : 'acknowledged' }
      case 'refused':
        return {
          id,
          status: 'refused',
          code: outcome.refusal.code,
          faults: [...outcome.refusal.faults],
        }
      case 'queued':
      case 'not-kept':
        return laterLine(id, outcome.error, random())
    }
  }

  return {
    ofKept: async ({ id, version, act, screening, timeoutMilliseconds }) => {
      const outcome = await request(screening, act, timeoutMilliseconds, 'queued')
      outcomes.set(id, outcome)
      const line = lineOf(id, outcome)
      const error = outcome.kind === 'queued' ? outcome.error : null
      return { type: 'tried', id, version, line, ...askedOf(error, random()), now: at() }
    },
    takeOutcome: (id) => {
      const outcome = outcomes.get(id) ?? null
      outcomes.delete(id)
      return outcome
    },
    ofUnkept: (content, act, timeoutMilliseconds) =>
      request(content, act, timeoutMilliseconds, 'not-kept'),
  }
}
