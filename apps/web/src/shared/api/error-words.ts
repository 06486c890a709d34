import { problemRegistry } from '@sidep/contracts'
import type { ApiError } from '@sidep/sdk/http'
import { type Language, translator } from '../messages/catalogue.ts'
import { commonMessages } from '../messages/common.ts'

export interface ErrorWords {
  /** One sentence for the person in front of the screen. */
  readonly sentence: string
  /** Short code to read out on the phone; null when the server never saw the request. */
  readonly supportCode: string | null
}

/** An error in words: the registry's sentence in the page's language, and the support code apart. */
export const errorWords = (error: ApiError, language: Language): ErrorWords => {
  const t = translator(commonMessages, language)
  switch (error.kind) {
    case 'problem':
      return {
        sentence: problemRegistry[error.problem.code].title[language],
        supportCode: error.problem.support === '' ? null : error.problem.support,
      }
    case 'offline':
      return { sentence: t('offlineProblem'), supportCode: null }
    case 'timeout':
      return { sentence: t('timeoutProblem'), supportCode: null }
    case 'unreadable':
      return { sentence: t('unreadableProblem'), supportCode: `HTTP ${error.status}` }
  }
}
