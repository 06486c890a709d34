import type { AgeKind, KindAge } from '@sidep/trust'
import { useEffect, useState } from 'react'
import { deviceDateWords, localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Notice } from '../shared/ui/index.ts'
import { ageWords } from './age-words.ts'
import { freshnessOf } from './freshness.ts'
import type { ToldLoading } from './judging/judge.ts'
import { verifierMessages } from './verifier-messages.ts'

/** Being offline is how a verifier is meant to work; it is said, not warned of. */
const offline = 'TRUST_NOT_RENEWED'

const useFreshness = (loading: ToldLoading) => {
  const { language } = useLanguage()
  const now = useMinute()
  const { index, problem, clockDifferenceMilliseconds } = loading
  const freshness = index === null ? null : freshnessOf(index, now, clockDifferenceMilliseconds)
  const isWarned = freshness === null || freshness.isClockWrong || freshness.warnings.length > 0
  const isSerious = isWarned || (problem !== null && problem !== offline)
  const isToday = (at: Date): boolean => at.toDateString() === now.toDateString()
  const moment = (at: Date): string => {
    const day = isToday(at) ? {} : ({ dateStyle: 'long' } as const)
    return deviceDateWords(at, localeOf[language], { ...day, timeStyle: 'short' })
  }
  return { freshness, isSerious, moment, now, isToday }
}

const told = { keys: 'ageOfKeys', revocations: 'ageOfRevocations' } as const

const isTold = (kind: AgeKind): kind is keyof typeof told => kind in told

/** When all is well: how old the data is, for the strip; keys and revocations by themselves. */
export const DataAge = ({ loading }: { readonly loading: ToldLoading }) => {
  const t = useMessages(verifierMessages)
  const { freshness, isSerious, moment, isToday } = useFreshness(loading)
  if (freshness === null || isSerious) return null
  const { issuedAt, ages } = freshness
  return (
    <p className="data-line small">
      {t(isToday(issuedAt) ? 'dataOfToday' : 'dataOf', { date: moment(issuedAt) })}{' '}
      <Ages ages={ages} />
      {loading.problem !== null && ` ${t(loading.problem)}`}
    </p>
  )
}

const Ages = ({ ages }: { readonly ages: readonly KindAge[] }) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const words = ages.flatMap(({ kind, ageSeconds }) =>
    isTold(kind) ? [t(told[kind], { age: ageWords(ageSeconds, language) })] : [],
  )
  return words.length === 0 ? null : <span className="ages">{words.join(' · ')}</span>
}

interface DataNoticeProps {
  readonly loading: ToldLoading
  readonly onRenew: () => void
}

/** When it is not: what is wrong with the data or the clock, how old each kind is, and what to do. */
export const DataNotice = ({ loading, onRenew }: DataNoticeProps) => {
  const t = useMessages(verifierMessages)
  const { freshness, isSerious, moment, now } = useFreshness(loading)
  if (!isSerious) return null
  const { index, problem } = loading
  const isBad = index === null || freshness?.warnings[0] === 'INDEX_EXPIRED'
  return (
    <Notice tone={isBad ? 'bad' : 'warn'} live="status">
      {freshness?.isClockWrong === true && <p>{t('dataClock', { now: moment(now) })}</p>}
      {freshness?.warnings.map((warning) => (
        <p key={warning}>{t(warning, { date: moment(asOfWarned(freshness.ages)) })}</p>
      ))}
      {freshness !== null && (
        <p className="small">
          {t('dataOf', { date: moment(freshness.issuedAt) })} <Ages ages={freshness.ages} />
        </p>
      )}
      {problem !== null && problem !== offline && <p>{t(problem)}</p>}
      <div>
        <Button onPress={onRenew}>{t('refresh')}</Button>
      </div>
    </Notice>
  )
}

/** Since when nothing is known of what was withdrawn: never was, where the index has no such part. */
const asOfWarned = (ages: readonly KindAge[]): Date =>
  ages.find(({ kind }) => kind === 'revocations')?.asOf ?? new Date(0)

/** The time, anew each minute: data grows old on a page that stays open all night. */
const useMinute = (): Date => {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
