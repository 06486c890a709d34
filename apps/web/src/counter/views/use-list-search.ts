import { dayIn, dayMilliseconds } from '@sidep/time'
import { useEffect, useMemo, useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { parseTypedDate } from '../../shared/typing/dates.ts'
import { useCounter, useNowHere, useSiteZone } from '../context.ts'
import { isShownBy, personMatcher, type RowFilter } from '../lists/person-search.ts'
import { type Row, rowsOf } from '../lists/rows.ts'

export const dayChoices = ['today', 'yesterday', 'date'] as const
type DayChoice = (typeof dayChoices)[number]

/** What is asked of the lists. */
interface ListQuery {
  /** A name, a birth date, or the beginning of one. */
  readonly text: string
  readonly choice: DayChoice
  /** With `date`: as typed. */
  readonly typedDay: string
  readonly filter: RowFilter
}

const emptyQuery: ListQuery = { text: '', choice: 'today', typedDay: '', filter: 'all' }

/** A day that is not the current one, read from the portal when it is asked for. */
interface PastDay {
  readonly day: string
  /** Null until it was read. */
  readonly rows: readonly Row[] | null
  readonly isTruncated: boolean
  readonly error: ApiError | null
}

export interface ListSearch {
  readonly query: ListQuery
  readonly change: (patch: Partial<ListQuery>) => void
  readonly shownOf: (rows: readonly Row[]) => readonly Row[]
  readonly filteredOf: (rows: readonly Row[]) => readonly Row[]
  /** Null while it is today, or no day that can be read. */
  readonly past: PastDay | null
  /** With `date`: the day typed is none, or has not come. */
  readonly isDayWrong: boolean
}

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - dayMilliseconds).toISOString().slice(0, 10)

const dayOf = ({ choice, typedDay }: ListQuery, today: string): string | undefined => {
  if (choice === 'today') return today
  if (choice === 'yesterday') return dayBefore(today)
  const typed = parseTypedDate(typedDay, { today })
  return typed.ok && typed.value <= today ? typed.value : undefined
}

/** The one search above the lists: who, which day, which results. */
export const useListSearch = (): ListSearch => {
  const counter = useCounter()
  const [query, setQuery] = useState(emptyQuery)
  const today = dayIn(useNowHere(60_000), useSiteZone())
  const day = dayOf(query, today)
  const isPast = day !== undefined && day !== today
  const [read, setRead] = useState<PastDay | null>(null)

  useEffect(() => {
    if (!isPast) return
    let isCurrent = true
    setRead({ day, rows: null, isTruncated: false, error: null })
    void counter.readDay(day).then((answer) => {
      if (!isCurrent) return
      setRead(
        answer.ok
          ? {
              day,
              rows: rowsOf(answer.value.screenings, []),
              isTruncated: answer.value.truncated,
              error: null,
            }
          : { day, rows: null, isTruncated: false, error: answer.error },
      )
    })
    return () => {
      isCurrent = false
    }
  }, [counter, day, isPast])

  const matches = useMemo(() => personMatcher(query.text), [query.text])
  const shownOf = (rows: readonly Row[]): readonly Row[] =>
    matches === null ? rows : rows.filter(({ person }) => matches(person))
  return {
    query,
    change: (patch) => setQuery((before) => ({ ...before, ...patch })),
    shownOf,
    filteredOf: (rows) => shownOf(rows).filter((row) => isShownBy(row, query.filter)),
    past: isPast && read?.day === day ? read : null,
    isDayWrong: query.choice === 'date' && query.typedDay !== '' && day === undefined,
  }
}
