/** The first try of a screening or a result: one request of its own, while its person waits. */
import {
  type ReconciliationAnswer,
  routes,
  ScreeningAnswer,
  type ScreeningInput,
} from '@sidep/contracts'
import {
  type Answer,
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  retryAfterSecondsOf,
  retryOf,
} from '../../shared/api/index.ts'
import type { Content, HeldEntry, Refusal } from './content.ts'
import type { Driver } from './driver.ts'

/** What became of a screening or a result at its first try. */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly answer: ScreeningAnswer }
  /** It is out of the outbox again: the caller still shows what was typed. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Safe on this device; sent by itself later. `error` is null when it only waits its turn. */
  | { readonly kind: 'queued'; readonly error: ApiError | null }
  /** This device keeps nothing, and the portal has not answered: the caller still shows what was typed. */
  | { readonly kind: 'not-kept'; readonly error: ApiError | null }

export interface FirstTryDependencies {
  readonly api: Pick<ApiClient, 'post'>
  readonly driver: Pick<Driver, 'dispatch'>
  readonly find: (id: string) => HeldEntry | undefined
  readonly at: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly observe: (answer: Answer<unknown>) => void
  readonly acknowledged: (content: Content, answer: ScreeningAnswer) => void
}

/** One request to the portal about a screening, under its id: asked again it answers the same. */
export type Ask = () => Promise<Answer<ScreeningAnswer>>

export interface FirstTry {
  /** Asks the portal to record a screening. */
  readonly screening: (input: ScreeningInput, timeoutMilliseconds: number) => Ask
  /** Asks it to set the result of what it has waiting. */
  readonly result: (input: ScreeningInput, timeoutMilliseconds: number) => Ask
  /** Asks for an entry that is kept: it goes in batches when there is no answer. */
  readonly ofKept: (id: string, ask: Ask) => Promise<Outcome>
  /** Asks for what is kept nowhere on this device. */
  readonly ofUnkept: (content: Content, ask: Ask) => Promise<Outcome>
}

const refusalOfError = (error: ApiError): Refusal | undefined =>
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

export const createFirstTry = (dependencies: FirstTryDependencies): FirstTry => {
  const { api, driver, find, at, random } = dependencies

  const ofKept = async (id: string, request: Ask): Promise<Outcome> => {
    const version = find(id)?.version ?? 0
    const content = find(id)?.screening
    const answer = await request()
    dependencies.observe(answer)
    const said = (line: ReconciliationAnswer['lines'][number]) =>
      driver.dispatch({
        type: 'answered',
        batch: `quick/${id}`,
        items: [{ id, version }],
        wasted: [],
        answer: { lines: [line], retryAfterSeconds: null },
        portalNow: null,
        random: random(),
        now: at(),
      })
    if (answer.ok) {
      if (content !== undefined) dependencies.acknowledged(content, answer.value)
      await said({ id, status: answer.value.state === 'final' ? 'definitive' : 'acknowledged' })
      await driver.dispatch({ type: 'dismissed', id, now: at() })
      return { kind: 'acknowledged', answer: answer.value }
    }
    const refusal = refusalOfError(answer.error)
    if (refusal) {
      await said({ id, status: 'refused', code: refusal.code, faults: [...refusal.faults] })
      await driver.dispatch({ type: 'discarded', id, now: at() })
      return { kind: 'refused', refusal }
    }
    // From now on it goes in batches: at once, or when this entry's own trouble may be over.
    const wait = isOwnError(answer.error)
      ? backoffMilliseconds(1, retryAfterSecondsOf(answer.error), random)
      : 0
    await said({ id, status: 'later', retryAfterSeconds: wait / 1000 })
    return { kind: 'queued', error: answer.error }
  }

  const ofUnkept = async (content: Content, request: Ask): Promise<Outcome> => {
    const answer = await request()
    dependencies.observe(answer)
    if (answer.ok) {
      dependencies.acknowledged(content, answer.value)
      return { kind: 'acknowledged', answer: answer.value }
    }
    const refusal = refusalOfError(answer.error)
    return refusal ? { kind: 'refused', refusal } : { kind: 'not-kept', error: answer.error }
  }

  return {
    screening: (input, timeoutMilliseconds) => () =>
      api.post(routes.screenings, input, ScreeningAnswer, { timeoutMilliseconds }),
    result:
      ({ id, result, resultAt }, timeoutMilliseconds) =>
      () =>
        api.post(
          routes.screeningResult.replace(':id', encodeURIComponent(id)),
          { result, ...(resultAt === undefined ? {} : { resultAt }) },
          ScreeningAnswer,
          { timeoutMilliseconds },
        ),
    ofKept,
    ofUnkept,
  }
}
