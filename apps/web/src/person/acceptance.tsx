import type { RetrievalAnswer } from '@sidep/contracts'
import { timeZoneOf, weekdayTime, zoneInWords } from '../shared/documents/index.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { personMessages } from './person-messages.ts'

/** Where it is accepted and until when, in the time of the place where the sample was taken. */
export const AcceptanceLines = ({
  answer: { acceptance, sampledAt },
  now,
}: {
  readonly answer: RetrievalAnswer
  readonly now: Date
}) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const timeZone = timeZoneOf(sampledAt)
  const [first, ...others] = acceptance.map(({ country, purpose, title, until }) => {
    const end = until === null ? null : new Date(until)
    return {
      id: `${purpose}:${country}`,
      title: title[language],
      isOver: end !== null && end <= now,
      end: end === null ? null : weekdayTime(end, timeZone, language),
      zone: zoneInWords(end ?? now, timeZone, language),
    }
  })
  if (first === undefined) return null
  return (
    <div className="acceptance">
      <p className={first.isOver ? 'until over' : 'until'}>
        {first.end === null
          ? t('accepted')
          : t(first.isOver ? 'acceptedOver' : 'acceptedUntil', { date: first.end })}
      </p>
      <p className="small">{t('acceptedWhere', { title: first.title, zone: first.zone })}</p>
      {others.map(({ id, title, end, isOver }) => (
        <p key={id} className="small">
          {end === null
            ? t('alsoAccepted', { title })
            : t(isOver ? 'alsoOver' : 'alsoUntil', { title, date: end })}
        </p>
      ))}
    </div>
  )
}
