/** Acts on one screening that the portal has. */
import type { ScreeningEntry } from '@sidep/contracts'
import { confirmScreening, readScreening, sendLinkAgain } from '@sidep/contracts/endpoints'
import type { Answer, ApiClient, ApiError } from '../shared/api/index.ts'

export interface RecordedDependencies {
  readonly api: Pick<ApiClient, 'ask'>
  readonly observe: (answer: Answer<unknown>) => void
  /** Its message goes out again: what becomes of it is looked for. */
  readonly sentAgain: () => void
  readonly confirmed: () => void
}

export interface Recorded {
  readonly recorded: (id: string) => Promise<Answer<ScreeningEntry>>
  readonly sendAgain: (id: string) => Promise<ApiError | null>
  readonly confirmPositive: (id: string) => Promise<ApiError | null>
}

export const createRecorded = (dependencies: RecordedDependencies): Recorded => {
  const { api, observe } = dependencies
  return {
    recorded: async (id) => {
      const answer = await api.ask(readScreening, { params: { id } })
      observe(answer)
      return answer
    },
    sendAgain: async (id) => {
      const answer = await api.ask(sendLinkAgain, { params: { id } })
      observe(answer)
      if (answer.ok) dependencies.sentAgain()
      return answer.ok ? null : answer.error
    },
    confirmPositive: async (id) => {
      const answer = await api.ask(confirmScreening, { params: { id } })
      observe(answer)
      if (answer.ok) dependencies.confirmed()
      return answer.ok ? null : answer.error
    },
  }
}
