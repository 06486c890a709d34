/** The mock server's part for records: somebody looked for, and what happened to a screening. */
import {
  type HistoryEvent,
  routes,
  type ScreeningEntry,
  type ScreeningHistory,
  type ScreeningList,
  ScreeningSearch,
} from '@sidep/contracts'
import { personKey, personMatcher, personsMeant } from '@sidep/identifiers'
import { Check } from 'typebox/schema'

export interface MockRecords {
  /** What was looked for, in order. */
  readonly searches: ScreeningSearch[]
  /** Ids whose history was read. */
  readonly histories: string[]
  /** Undefined: none of its requests, or nobody that it has. */
  answer(method: string, path: string, body: unknown): ScreeningList | ScreeningHistory | undefined
}

const historyPath = new RegExp(`^${routes.screeningHistory.replace(':id', '([^/]+)')}$`)

export const createMockRecords = (
  screenings: ReadonlyMap<string, ScreeningEntry>,
  isOfDay: (day: string, entry: ScreeningEntry) => boolean,
): MockRecords => {
  const searches: ScreeningSearch[] = []
  const histories: string[] = []

  const search = ({ text, day }: ScreeningSearch): ScreeningList => {
    searches.push(day === undefined ? { text } : { text, day })
    const keys = new Set(personsMeant(text).map(personKey))
    const fits = personMatcher(text)
    const found = [...screenings.values()].filter((entry) =>
      day === undefined
        ? keys.has(personKey(entry.person))
        : isOfDay(day, entry) && fits?.(entry.person) === true,
    )
    return { screenings: found, truncated: false }
  }

  const historyOf = ({ sampledAt, recordedAt, result }: ScreeningEntry): ScreeningHistory => {
    const nobody = { by: null, operator: null, reason: null }
    const by = { ...nobody, by: 'Anne LE GOFF' }
    const events: HistoryEvent[] = [
      { ...nobody, at: sampledAt, kind: 'sampled' },
      { ...by, at: recordedAt, kind: result === null ? 'registered' : 'recorded' },
      { ...nobody, at: recordedAt, kind: 'sms-failed', reason: 'unknown-recipient' },
      { ...by, at: recordedAt, kind: 'sent-again', operator: 'Léa PETIT' },
      { ...nobody, at: recordedAt, kind: 'link-opened' },
    ]
    return { events, truncated: false }
  }

  return {
    searches,
    histories,
    answer: (method, path, body) => {
      if (method === 'POST' && path === routes.screeningSearch)
        return Check(ScreeningSearch, body) ? search(body) : undefined
      const id = method === 'GET' ? historyPath.exec(path)?.[1] : undefined
      const entry = screenings.get(id ?? '')
      if (entry === undefined) return undefined
      histories.push(entry.id)
      return historyOf(entry)
    },
  }
}
