import type {
  RetrievalAnswer,
  RetrievalReply,
  RetrievalWaiting,
  RetrievalWithdrawn,
} from '@sidep/contracts'
import { openResult } from '@sidep/contracts/endpoints'
import type { ApiClient, ApiError } from '../shared/api/index.ts'

/** How opening a link ended, as far as the page acts on it. */
export type RetrievalOutcome =
  | { readonly kind: 'result'; readonly answer: RetrievalAnswer }
  | { readonly kind: 'waiting'; readonly answer: RetrievalWaiting }
  | { readonly kind: 'withdrawn'; readonly answer: RetrievalWithdrawn }
  /** Link and date do not go together; which of the two is wrong is not said, nor how many tries are left. */
  | { readonly kind: 'not-found' }
  | { readonly kind: 'paused'; readonly until: Date }
  | { readonly kind: 'expired' }
  | { readonly kind: 'failed'; readonly error: ApiError }

/** Wait assumed when a pause comes without its length. */
const pauseSecondsDefault = 15 * 60

export const retrieve = async (
  api: Pick<ApiClient, 'ask'>,
  code: string,
  birthDate: string,
  now: () => Date,
  unlockNumber?: string,
): Promise<RetrievalOutcome> => {
  const unlock = unlockNumber === undefined ? {} : { unlockNumber }
  const answer = await api.ask(openResult, { body: { code, birthDate, ...unlock } })
  if (answer.ok) return outcomeOfReply(answer.value)
  return outcomeOfError(answer.error, now())
}

const outcomeOfReply = (answer: RetrievalReply): RetrievalOutcome => {
  switch (answer.state) {
    case 'final':
      return { kind: 'result', answer }
    case 'waiting':
      return { kind: 'waiting', answer }
    case 'withdrawn':
      return { kind: 'withdrawn', answer }
  }
}

/** What an error answer means for the person. */
export const outcomeOfError = (error: ApiError, now: Date): RetrievalOutcome => {
  if (error.kind !== 'problem') return { kind: 'failed', error }
  switch (error.problem.code) {
    case 'RETRIEVAL_NOT_FOUND':
      return { kind: 'not-found' }
    case 'RETRIEVAL_PAUSED': {
      const seconds = error.retryAfterSeconds ?? pauseSecondsDefault
      return { kind: 'paused', until: new Date(now.getTime() + seconds * 1000) }
    }
    case 'RETRIEVAL_EXPIRED':
      return { kind: 'expired' }
    default:
      return { kind: 'failed', error }
  }
}

/** When a result that is awaited should be there. */
export const expectedAt = (waiting: RetrievalWaiting): Date =>
  new Date(Date.parse(waiting.sampledAt) + waiting.minutesToResult * 60_000)
