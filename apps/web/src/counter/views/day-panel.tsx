import { dateWords, localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Working } from '../../shared/ui/index.ts'
import { useCounterState } from '../context.ts'
import type { Row } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import { DayList } from './day-list.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { dayKeys, ResultFilter } from './list-search.tsx'
import type { ListSearch } from './use-list-search.ts'

/** The day that the search asks for, in words. */
export const useDayTitle = ({ query, past }: ListSearch): string => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  if (query.choice !== 'date' || past === null)
    return t(query.choice === 'date' ? 'otherDay' : dayKeys[query.choice])
  // A calendar day, as it was asked for.
  const at = new Date(`${past.day}T12:00:00Z`)
  return dateWords(at, localeOf[language], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  })
}

/** Results of today, or of the day that is asked for. */
export const DayPanel = ({
  search,
  today,
  title,
  onOpen,
}: {
  readonly search: ListSearch
  /** The latest first. */
  readonly today: readonly Row[]
  readonly title: string
  readonly onOpen: (id: string) => void
}) => {
  const t = useMessages(messages)
  const { isTruncated, areListsKnown } = useCounterState()
  const { query, past, found } = search
  if (query.choice === 'any') return <AnyDay search={search} title={title} onOpen={onOpen} />
  if (query.choice !== 'today' && past === null) return <p className="muted">{t('searchDayAsk')}</p>
  if (past?.error) return <ErrorNotice error={past.error} />
  if (past?.rows === null) return <Working />
  if (found?.error) return <ErrorNotice error={found.error} />
  const listed = past?.rows ?? today
  const ids = new Set(listed.map(({ id }) => id))
  // Beyond what the page has of a full day.
  const rows = [...listed, ...(found?.rows ?? []).filter(({ id }) => !ids.has(id))]
  const none = (): string => {
    if (rows.length > 0) return t('searchNone')
    if (past !== null) return t('dayNone')
    return t(areListsKnown ? 'todayNone' : 'listPending')
  }
  return (
    <>
      {rows.length > 0 && <ResultFilter filter={query.filter} change={search.change} />}
      {found !== null && found.rows === null && <Working>{t('searching')}</Working>}
      <DayList
        rows={search.filteredOf(rows)}
        label={title}
        none={none()}
        isTruncated={found?.isTruncated ?? past?.isTruncated ?? isTruncated}
        onOpen={onOpen}
      />
    </>
  )
}

/** Somebody among all that the portal keeps of the site. */
const AnyDay = ({
  search: { query, found, isTooLittle, filteredOf },
  title,
  onOpen,
}: {
  readonly search: ListSearch
  readonly title: string
  readonly onOpen: (id: string) => void
}) => {
  const t = useMessages(messages)
  if (query.text.trim() === '' || isTooLittle) return <p className="muted">{t('searchAnyAsk')}</p>
  if (found?.error) return <ErrorNotice error={found.error} />
  if (found === null || found.rows === null) return <Working>{t('searching')}</Working>
  return (
    <DayList
      rows={filteredOf(found.rows)}
      label={title}
      none={t('searchNone')}
      isTruncated={found.isTruncated}
      isManyDays
      onOpen={onOpen}
    />
  )
}
