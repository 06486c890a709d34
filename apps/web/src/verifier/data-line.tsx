import { useEffect, useState } from 'react'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Notice } from '../shared/ui/index.ts'
import { type Freshness, freshnessOf } from './freshness.ts'
import type { TrustLoading } from './trust-source.ts'
import { verifierMessages } from './verifier-messages.ts'

interface DataLineProps {
  readonly loading: TrustLoading
  readonly onRenew: () => void
}

/** How fresh the data is: a quiet line when all is well, a warning with what to do when not. */
export const DataLine = ({ loading, onRenew }: DataLineProps) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const now = useMinute()
  const { data, problem, clockDifferenceMilliseconds } = loading
  const moment = (at: Date): string =>
    new Intl.DateTimeFormat(localeOf[language], { dateStyle: 'long', timeStyle: 'short' }).format(
      at,
    )
  const freshness = data === null ? null : freshnessOf(data, now, clockDifferenceMilliseconds)
  const words = freshness === null ? null : freshnessWords(freshness, t, moment, now)
  const serious = freshness?.kind !== 'fresh' || (problem !== null && problem !== offline)
  if (!serious) {
    return (
      <p className="data-line small">
        {words}
        {problem !== null && ` ${t(problem)}`}
      </p>
    )
  }
  return (
    <Notice tone={data === null || freshness?.kind === 'expired' ? 'bad' : 'warn'} live="status">
      {words !== null && <p>{words}</p>}
      {problem !== null && problem !== offline && <p>{t(problem)}</p>}
      <div>
        <Button onPress={onRenew}>{t('refresh')}</Button>
      </div>
    </Notice>
  )
}

/** Being offline is how a verifier is meant to work; it is said, not warned of. */
const offline = 'TRUST_NOT_RENEWED'

type Translator = ReturnType<typeof useMessages<typeof verifierMessages.fr>>

function freshnessWords(
  { kind, issuedAt }: Freshness,
  t: Translator,
  moment: (at: Date) => string,
  now: Date,
): string {
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
function useMinute(): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
