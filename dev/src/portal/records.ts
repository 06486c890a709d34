/** Somebody looked for, and what happened to a screening. */
import type {
  HistoryEvent,
  ScreeningEntry,
  ScreeningHistory,
  ScreeningSearch,
} from '@sidep/contracts'
import { personKey, personMatcher, personsMeant } from '@sidep/identifiers'

export const foundBy = (
  { text, day }: ScreeningSearch,
  entries: readonly ScreeningEntry[],
  isOfDay: (day: string, entry: ScreeningEntry) => boolean,
): ScreeningEntry[] => {
  const keys = new Set(personsMeant(text).map(personKey))
  const fits = personMatcher(text)
  return entries.filter((entry) =>
    day === undefined
      ? keys.has(personKey(entry.person))
      : isOfDay(day, entry) && fits?.(entry.person) === true,
  )
}

export const historyOf = ({
  sampledAt,
  recordedAt,
  result,
  change,
}: ScreeningEntry): ScreeningHistory => {
  const nobody = { by: null, operator: null, reason: null, why: null, about: null }
  const by = { ...nobody, by: 'Anne LE GOFF' }
  const events: HistoryEvent[] = [
    { ...nobody, at: sampledAt, kind: 'sampled' },
    { ...by, at: recordedAt, kind: result === null ? 'registered' : 'recorded' },
    { ...nobody, at: recordedAt, kind: 'sms-failed', reason: 'unknown-recipient' },
    { ...by, at: recordedAt, kind: 'sent-again', operator: 'Léa PETIT' },
    { ...nobody, at: recordedAt, kind: 'link-opened' },
    ...(change === undefined
      ? []
      : ([
          { ...by, at: change.at, kind: change.kind, why: change.reason },
          { ...nobody, at: change.at, kind: 'sms-sent', about: change.kind },
        ] as const)),
  ]
  return { events, truncated: false }
}
