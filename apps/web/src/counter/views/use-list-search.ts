import { personMatcher, personsMeant } from '@sidep/identifiers'
import { dayAfter, dayIn } from '@sidep/time'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { parseTypedDate } from '../../shared/typing/dates.ts'
import { useCounter, useCounterValue, useNowHere, useRecords, useSiteZone } from '../context.ts'
import { isShownBy, type RowFilter } from '../lists/row-filter.ts'
import { type Row, rowsOf } from '../lists/rows.ts'

export const dayChoices = ['today', 'yesterday', 'date', 'any'] as const
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

/** Somebody looked for at the portal, where this page has not got all of what is asked for. */
interface Found {
  readonly text: string
  /** Null: among all that are kept. */
  readonly day: string | null
  /** Null until it answered. */
  readonly rows: readonly Row[] | null
  readonly isTruncated: boolean
  readonly error: ApiError | null
}

export interface ListSearch {
  readonly query: ListQuery
  /** Always the same function. */
  readonly change: (patch: Partial<ListQuery>) => void
  /** The same function until somebody else is asked for. */
  readonly shownOf: (rows: readonly Row[]) => readonly Row[]
  readonly filteredOf: (rows: readonly Row[]) => readonly Row[]
  /** Null while it is today, or no day that can be read. */
  readonly past: PastDay | null
  /** Null while the page has all that is asked for, or nobody is asked for. */
  readonly found: Found | null
  /** With `any`: something is typed, and it takes whole names and a whole birth date. */
  readonly isTooLittle: boolean
  /** With `date`: the day typed is none, or has not come. */
  readonly isDayWrong: boolean
}

const dayOf = ({ choice, typedDay }: ListQuery, today: string): string | undefined => {
  if (choice === 'any') return undefined
  if (choice === 'today') return today
  if (choice === 'yesterday') return dayAfter(today, -1)
  const typed = parseTypedDate(typedDay, { today })
  return typed.ok && typed.value <= today ? typed.value : undefined
}

/** The hand goes on typing meanwhile: each search is told in the site's chain. */
const searchPauseMilliseconds = 500

/** Asks the portal for what the page has not got, once the hand rests. */
const useFound = (text: string, day: string | null | undefined): Found | null => {
  const desk = useRecords()
  const [found, setFound] = useState<Found | null>(null)
  useEffect(() => {
    if (day === undefined) return
    let isCurrent = true
    const asked = { text, day, rows: null, isTruncated: false, error: null }
    setFound(asked)
    const timer = setTimeout(() => {
      void desk.search(text, day).then((answer) => {
        if (!isCurrent) return
        setFound(
          answer.ok
            ? {
                ...asked,
                rows: rowsOf(answer.value.screenings, []),
                isTruncated: answer.value.truncated,
              }
            : { ...asked, error: answer.error },
        )
      })
    }, searchPauseMilliseconds)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [desk, text, day])
  return found !== null && found.text === text && found.day === day ? found : null
}

type Listed = { readonly rows: readonly Row[] | null }

/** What was read, its rows as they are to be shown: the same until either is another. */
const useShownRows = <Read extends Listed>(
  read: Read | null,
  asAmended: (rows: readonly Row[]) => readonly Row[],
): Read | null =>
  useMemo(() => (read?.rows ? { ...read, rows: asAmended(read.rows) } : read), [read, asAmended])

/**
 * The one search above the lists: who, which day, which results.
 *
 * @param asAmended rows with what was put right of them; the same function until that changes
 */
export const useListSearch = (asAmended: (rows: readonly Row[]) => readonly Row[]): ListSearch => {
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
  const past = useShownRows(isPast && read?.day === day ? read : null, asAmended)
  const isTodayCut = useCounterValue(({ isTruncated }) => isTruncated)
  const isCut = past === null ? query.choice === 'today' && isTodayCut : past.isTruncated
  const isAny = query.choice === 'any'
  const isMeant = isAny && personsMeant(query.text).length > 0
  const askedDay = isCut && matches !== null ? (day ?? undefined) : undefined
  const found = useShownRows(useFound(query.text, isMeant ? null : askedDay), asAmended)
  const change = useCallback(
    (patch: Partial<ListQuery>): void => setQuery((before) => ({ ...before, ...patch })),
    [],
  )
  const shownOf = useCallback(
    (rows: readonly Row[]): readonly Row[] =>
      matches === null ? rows : rows.filter(({ person }) => matches(person)),
    [matches],
  )
  const filteredOf = useCallback(
    (rows: readonly Row[]): readonly Row[] =>
      query.filter === 'all'
        ? shownOf(rows)
        : shownOf(rows).filter((row) => isShownBy(row, query.filter)),
    [shownOf, query.filter],
  )
  return {
    query,
    change,
    shownOf,
    filteredOf,
    past,
    found,
    isTooLittle: isAny && matches !== null && !isMeant,
    isDayWrong: query.choice === 'date' && query.typedDay !== '' && day === undefined,
  }
}
