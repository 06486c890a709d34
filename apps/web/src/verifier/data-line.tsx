import { useEffect, useState } from 'react'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Notice } from '../shared/ui/index.ts'
import { type Freshness, freshnessOf } from './freshness.ts'
import type { TrustLoading } from './trust-source.ts'
import { verifierMessages } from './verifier-messages.ts'

/** Being offline is how a verifier is meant to work; it is said, not warned of. */
const offline = 'TRUST_NOT_RENEWED'

const useFreshness = (loading: TrustLoading) => {
  const { language } = useLanguage()
  const now = useMinute()
  const { data, problem, clockDifferenceMilliseconds } = loading
  const freshness = data === null ? null : freshnessOf(data, now, clockDifferenceMilliseconds)
  const isSerious = freshness?.kind !== 'fresh' || (problem !== null && problem !== offline)
  const moment = (at: Date): string => {
    const isToday = at.toDateString() === now.toDateString()
    const day = isToday ? {} : ({ dateStyle: 'long' } as const)
    return new Intl.DateTimeFormat(localeOf[language], { ...day, timeStyle: 'short' }).format(at)
  }
  return { freshness, isSerious, moment, now, isToday: isTodayOf(freshness, now) }
}

const isTodayOf = (freshness: Freshness | null, now: Date): boolean =>
  freshness?.issuedAt.toDateString() === now.toDateString()

/** When all is well: how old the data is, for the strip. */
export const DataAge = ({ loading }: { readonly loading: TrustLoading }) => {
  const t = useMessages(verifierMessages)
  const { freshness, isSerious, moment, isToday } = useFreshness(loading)
  if (freshness === null || isSerious) return null
  return (
    <p className="data-line small">
      {t(isToday ? 'dataOfToday' : 'dataOf', { date: moment(freshness.issuedAt) })}
      {loading.problem !== null && ` ${t(loading.problem)}`}
    </p>
  )
}

interface DataNoticeProps {
  readonly loading: TrustLoading
  readonly onRenew: () => void
}

/** When it is not: what is wrong with the data or the clock, and what to do. */
export const DataNotice = ({ loading, onRenew }: DataNoticeProps) => {
  const t = useMessages(verifierMessages)
  const { freshness, isSerious, moment, now } = useFreshness(loading)
  if (!isSerious) return null
  const { data, problem } = loading
  const isBad = data === null || freshness?.kind === 'expired'
  return (
    <Notice tone={isBad ? 'bad' : 'warn'} live="status">
      {freshness !== null && <p>{seriousWords(freshness, t, moment, now)}</p>}
      {problem !== null && problem !== offline && <p>{t(problem)}</p>}
      <div>
        <Button onPress={onRenew}>{t('refresh')}</Button>
      </div>
    </Notice>
  )
}

type Translator = ReturnType<typeof useMessages<typeof verifierMessages.fr>>

const seriousWords = (
  { kind, issuedAt }: Freshness,
  t: Translator,
  moment: (at: Date) => string,
  now: Date,
): string => {
  switch (kind) {
    case 'fresh':
      return t('dataOf', { date: moment(issuedAt) })
    case 'stale':
      return t('dataStale', { date: moment(issuedAt) })
    case 'expired':
      return t('dataExpired', { date: moment(issuedAt) })
    case 'clock':
      return t('dataClock', { now: moment(now) })
  }
}

/** The time, anew each minute: data grows old on a page that stays open all night. */
const useMinute = (): Date => {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
