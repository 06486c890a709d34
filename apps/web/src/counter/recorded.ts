/** Acts on one screening that the portal has. */
import { routes, ScreeningEntry } from '@sidep/contracts'
import type { Answer, ApiClient, ApiError } from '../shared/api/index.ts'

export interface RecordedDependencies {
  readonly api: Pick<ApiClient, 'get' | 'send'>
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

const pathOf = (path: string, id: string): string => path.replace(':id', encodeURIComponent(id))

export const createRecorded = (dependencies: RecordedDependencies): Recorded => {
  const { api, observe } = dependencies
  return {
    recorded: async (id) => {
      const answer = await api.get(pathOf(routes.screening, id), ScreeningEntry)
      observe(answer)
      return answer
    },
    sendAgain: async (id) => {
      const answer = await api.send('POST', pathOf(routes.screeningSend, id), {})
      observe(answer)
      if (answer.ok) dependencies.sentAgain()
      return answer.ok ? null : answer.error
    },
    confirmPositive: async (id) => {
      const path = pathOf(routes.screeningConfirmation, id)
      const answer = await api.send('POST', path, {}, { isSigned: true })
      observe(answer)
      if (answer.ok) dependencies.confirmed()
      return answer.ok ? null : answer.error
    },
  }
}
