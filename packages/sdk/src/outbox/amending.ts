/** Corrections and withdrawals: kept here, carried to the portal at once or in their turn, and what came of them. */
import type {
  CorrectedScreening,
  ReconciliationLine,
  ScreeningAnswer,
  ScreeningInput,
} from '@sidep/contracts'
import { correctScreening, withdrawScreening } from '@sidep/contracts/endpoints'
import { type Answer, type ApiClient, type ApiError, retryAfterSecondsOf } from '../http/index.ts'
import { troubleOf } from './batch.ts'
import type { AmendCommand, DriverEvent } from './driver.ts'
import { askedOf, isOwnError, laterLine, refusalOfError } from './first-try.ts'
import type { Refusal, Sendable } from './sendable.ts'

/** What the portal did. */
export type Amended =
  | { readonly act: 'correct'; readonly answer: ScreeningAnswer }
  | { readonly act: 'withdraw'; readonly at: string }

/** What became of a correction or a withdrawal at its first try. */
export type AmendOutcome =
  | { readonly kind: 'done' }
  /** Only this device had the screening: it was put right, or given up, before anything left. */
  | { readonly kind: 'here' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Safe on this device; sent by itself later. `error` is null when it only waits its turn. */
  | { readonly kind: 'queued'; readonly error: ApiError | null }
  /** An earlier one of the same screening may be at the portal: its answer comes first. */
  | { readonly kind: 'under-way' }
  /** This device keeps nothing, and the portal has not answered: the caller still shows what was typed. */
  | { readonly kind: 'not-kept'; readonly error: ApiError | null }

export interface AmendingDependencies<Screening> {
  readonly api: Pick<ApiClient, 'ask'>
  readonly at: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly observe: (answer: Answer<unknown>) => void
  readonly amended: (content: Screening, amended: Amended) => void
}

export interface Amending<Screening> {
  /** Asks for one that is kept; what came of it is the outbox's next event. */
  readonly ofKept: (command: AmendCommand<Screening>) => Promise<DriverEvent<Screening>>
  /** What the try at once brought, told once; null when there was none. */
  readonly takeOutcome: (id: string) => AmendOutcome | null
  /** Asks for what is kept nowhere on this device. */
  readonly ofUnkept: (
    id: string,
    content: Screening,
    timeoutMilliseconds: number,
  ) => Promise<AmendOutcome>
}

/** The outbox has others sent meanwhile. */
const turnMilliseconds = 45_000

const correctedOf = ({
  person,
  device,
  deviceName,
  sampledAt,
  result,
}: ScreeningInput): CorrectedScreening => ({
  person,
  device,
  ...(deviceName === undefined ? {} : { deviceName }),
  sampledAt,
  ...(result === undefined ? {} : { result }),
})

export const makeAmending = <Screening extends Sendable>(
  dependencies: AmendingDependencies<Screening>,
): Amending<Screening> => {
  const { api, at, random } = dependencies
  const outcomes = new Map<string, AmendOutcome>()

  const ask = async (
    id: string,
    { input, amendment }: Screening,
    timeoutMilliseconds: number,
  ): Promise<Answer<Amended>> => {
    if (amendment === undefined) throw new Error('not an amendment')
    const params = { id: input.id }
    const { replaces } = amendment
    if (amendment.act === 'correct') {
      const { reason } = amendment
      const body = { id, replaces, reason, screening: correctedOf(input) }
      const answer = await api.ask(correctScreening, { params, body, timeoutMilliseconds })
      return answer.ok ? { ...answer, value: { act: 'correct', answer: answer.value } } : answer
    }
    const body = { id, replaces, reason: amendment.reason }
    const answer = await api.ask(withdrawScreening, { params, body, timeoutMilliseconds })
    return answer.ok
      ? { ...answer, value: { act: 'withdraw', at: answer.value.withdrawnAt } }
      : answer
  }

  /** One request under the amendment's own id: asked again it answers the same. */
  const request = async (
    id: string,
    content: Screening,
    timeoutMilliseconds: number,
  ): Promise<Answer<Amended>> => {
    const answer = await ask(id, content, timeoutMilliseconds)
    dependencies.observe(answer)
    if (answer.ok) dependencies.amended(content, answer.value)
    return answer
  }

  /** The line that settles it; undefined when the error is of the way to the portal. */
  const lineOf = (id: string, answer: Answer<Amended>): ReconciliationLine | undefined => {
    if (answer.ok) return { id, status: 'definitive' }
    const refusal = refusalOfError(answer.error)
    if (refusal !== undefined)
      return { id, status: 'refused', code: refusal.code, faults: [...refusal.faults] }
    return isOwnError(answer.error) ? laterLine(id, answer.error, random()) : undefined
  }

  const outcomeOf = (answer: Answer<Amended>, unanswered: 'queued' | 'not-kept'): AmendOutcome => {
    if (answer.ok) return { kind: 'done' }
    const refusal = refusalOfError(answer.error)
    return refusal ? { kind: 'refused', refusal } : { kind: unanswered, error: answer.error }
  }

  return {
    ofKept: async ({ id, version, screening, way }) => {
      if ('timeoutMilliseconds' in way) {
        const answer = await request(id, screening, way.timeoutMilliseconds)
        outcomes.set(id, outcomeOf(answer, 'queued'))
        const error = answer.ok ? null : answer.error
        const settled = lineOf(id, answer)
        const line = settled ?? laterLine(id, error, random())
        const asked = settled === undefined ? askedOf(error, random()) : {}
        return { type: 'tried', id, version, line, ...asked, now: at() }
      }
      const { batch } = way
      const answer = await request(id, screening, turnMilliseconds)
      const line = lineOf(id, answer)
      if (line === undefined && !answer.ok)
        return {
          type: 'failed',
          batch,
          reason: troubleOf(answer.error),
          retryAfterSeconds: retryAfterSecondsOf(answer.error),
          random: random(),
          now: at(),
        }
      return {
        type: 'answered',
        batch,
        items: [{ id, version }],
        wasted: [],
        answer: { lines: line === undefined ? [] : [line], retryAfterSeconds: null },
        portalNow: null,
        random: random(),
        now: at(),
      }
    },
    takeOutcome: (id) => {
      const outcome = outcomes.get(id) ?? null
      outcomes.delete(id)
      return outcome
    },
    ofUnkept: async (id, content, timeoutMilliseconds) =>
      outcomeOf(await request(id, content, timeoutMilliseconds), 'not-kept'),
  }
}
