/** The records of the site: somebody found among all of them, and what happened to one. Nothing of it is kept here. */
import type { ScreeningHistory, ScreeningList } from '@sidep/contracts'
import { readScreeningHistory, searchScreenings } from '@sidep/contracts/endpoints'
import type { Answer, ApiClient, Portal } from '../../shared/api/index.ts'

export interface Records {
  /** @param day YYYY-MM-DD at the site; null: all that is kept, for whole names and a whole birth date */
  readonly search: (text: string, day: string | null) => Promise<Answer<ScreeningList>>
  readonly history: (id: string) => Promise<Answer<ScreeningHistory>>
}

export const createRecords = (api: Pick<ApiClient, 'ask'>, portal: Portal): Records => {
  const told = <T>(answer: Answer<T>): Answer<T> => {
    portal.observe(answer)
    return answer
  }
  return {
    search: async (text, day) =>
      told(await api.ask(searchScreenings, { body: day === null ? { text } : { text, day } })),
    history: async (id) => told(await api.ask(readScreeningHistory, { params: { id } })),
  }
}
