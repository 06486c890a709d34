import type { HistoryEvent, ScreeningHistory } from '@sidep/contracts'
import { useState } from 'react'
import type { Answer } from '../../shared/api/index.ts'
import { localeOf, type Translate, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Disclosure, Working } from '../../shared/ui/index.ts'
import { useNow, useRecords, useSiteZone } from '../context.ts'
import type { Row } from '../lists/rows.ts'
import { deliveryMessages } from '../messages/delivery-messages.ts'
import { correctionMessages } from '../record/correction-messages.ts'
import { recordMessages } from '../record/record-messages.ts'
import { ErrorNotice } from './error-notice.tsx'
import { moment } from './team/moment.ts'

/** What happened to a screening, read when it is unfolded: each reading is told in the site's chain. */
export const RecordHistory = ({ row: { id, state } }: { readonly row: Row }) => {
  const t = useMessages(recordMessages)
  const desk = useRecords()
  const [isExpanded, setIsExpanded] = useState(false)
  const [answer, setAnswer] = useState<Answer<ScreeningHistory> | null>(null)
  const isKnown = state === 'final' || state === 'waiting' || state === 'sending-result'
  const unfold = (isOpening: boolean): void => {
    setIsExpanded(isOpening)
    if (!isOpening || !isKnown) return
    setAnswer(null)
    void desk.history(id).then(setAnswer)
  }
  return (
    <Disclosure title={t('history')} isExpanded={isExpanded} onExpandedChange={unfold}>
      {isKnown ? <Told answer={answer} /> : <p>{t('historyNone')}</p>}
    </Disclosure>
  )
}

const Told = ({ answer }: { readonly answer: Answer<ScreeningHistory> | null }) => {
  const t = useMessages(recordMessages)
  if (answer === null) return <Working />
  if (!answer.ok) return <ErrorNotice error={answer.error} title={t('failed')} />
  const { events, truncated } = answer.value
  return (
    // Under the codes: what was asked for comes into sight.
    <div ref={(element) => element?.scrollIntoView({ block: 'nearest' })} className="stack-tight">
      <ol className="plain-list history" aria-label={t('history')}>
        {events.map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what happened stays where it is
          <Event key={index} event={event} />
        ))}
      </ol>
      <p className="small muted">{t(truncated ? 'historyMore' : 'historyPrints')}</p>
    </div>
  )
}

const wordsOf = (
  { kind, reason, why }: HistoryEvent,
  t: Translate<(typeof recordMessages)['fr']>,
  td: Translate<(typeof deliveryMessages)['fr']>,
  said: (why: NonNullable<HistoryEvent['why']>) => string,
): string => {
  switch (kind) {
    case 'corrected':
    case 'withdrawn':
      return why === null ? t(kind) : t(`${kind}Why`, { why: said(why) })
    case 'sms-failed':
      return t(kind, { reason: td(`sms_${reason ?? 'other'}`) })
    case 'email-failed':
      return t(kind, { reason: td(`email_${reason ?? 'other'}`) })
    default:
      return t(kind)
  }
}

const Event = ({ event }: { readonly event: HistoryEvent }) => {
  const t = useMessages(recordMessages)
  const td = useMessages(deliveryMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const now = useNow(60_000)
  const { at, by, operator, about } = event
  const tWhy = useMessages(correctionMessages)
  const words = wordsOf(event, t, td, (why) =>
    tWhy(`reason_${why}`).toLocaleLowerCase(localeOf[language]),
  )
  const who = operator === null ? by : t('byFor', { operator, responsible: by ?? '' })
  return (
    <li className="history-event">
      <time className="number muted" dateTime={at}>
        {moment(new Date(at), now, localeOf[language], timeZone)}
      </time>
      <span>
        {about === null ? words : t('about', { words, about: t(`about_${about}`) })}
        {who !== null && <span className="muted"> · {who}</span>}
      </span>
    </li>
  )
}
