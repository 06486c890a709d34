import { deviceLabel } from '../../shared/documents/catalogue-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { Button, Tag } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounterState, useSiteZone } from '../context.ts'
import type { Row } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import { clockTime, fullName, resultIcon, resultTone } from '../words.ts'
import { Deliveries } from './deliveries.tsx'

export interface TodayListProps {
  readonly rows: readonly Row[]
  readonly onOpen: (id: string) => void
}

/** The day's results at this site, each with its state in words. */
export const TodayList = ({ rows, onOpen }: TodayListProps) => {
  const t = useMessages(messages)
  const { isTruncated, areListsKnown } = useCounterState()
  if (rows.length === 0)
    return <p className="muted">{t(areListsKnown ? 'todayNone' : 'listPending')}</p>
  return (
    <>
      <ul className="plain-list day-list" aria-label={t('today')}>
        {rows.map((row) => (
          <TodayRow key={row.id} row={row} onOpen={onOpen} />
        ))}
      </ul>
      {isTruncated && <p className="small muted">{t('todayTruncated')}</p>}
    </>
  )
}

const TodayRow = ({
  row,
  onOpen,
}: {
  readonly row: Row
  readonly onOpen: (id: string) => void
}) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const tBooklet = useMessages(bookletMessages)
  const { catalogue } = useCounterState()
  const name = fullName(row.person)
  return (
    <li className="day-row">
      <span className="day-time number muted">
        {clockTime(new Date(row.recordedAt), localeOf[language], timeZone)}
      </span>
      <div className="day-person">
        <p className="card-name">{name}</p>
        <p className="small muted number">
          {t('born', { date: dayFirst(row.person.birthDate) })} · {deviceLabel(row, catalogue)}
        </p>
      </div>
      <div className="day-tags">
        {row.result && (
          <Tag tone={resultTone(row.result)} icon={resultIcon(row.result)}>
            {t(row.result)}
          </Tag>
        )}
        <StateTag row={row} />
        <Deliveries of={row.deliveries} />
      </div>
      <div className="day-action">
        {row.state === 'final' && (
          <Button
            aria-label={t(row.certificate ? 'showDocumentOf' : 'showResultOf', { name })}
            onPress={() => onOpen(row.id)}
          >
            {t(row.certificate ? 'showDocument' : 'result')}
          </Button>
        )}
        {row.held !== null && row.state !== 'refused' && (
          <Button
            aria-label={
              row.state === 'provisional'
                ? tBooklet('showProvisionalOf', { name })
                : t('showResultOf', { name })
            }
            onPress={() => onOpen(row.id)}
          >
            {row.state === 'provisional' ? tBooklet('provisional') : t('result')}
          </Button>
        )}
      </div>
    </li>
  )
}

const StateTag = ({ row }: { readonly row: Row }) => {
  const t = useMessages(messages)
  const tBooklet = useMessages(bookletMessages)
  switch (row.state) {
    case 'final':
      return <Tag>{t('stateFinal')}</Tag>
    case 'provisional':
      return (
        <>
          <Tag tone="info" icon="tick">
            {tBooklet('provisional')}
          </Tag>
          <Tag tone="warn" icon="clock">
            {t('stateToSend')}
          </Tag>
        </>
      )
    case 'sending-result':
      return (
        <Tag tone="warn" icon="clock">
          {t('stateSending')}
        </Tag>
      )
    default:
      return (
        <Tag tone="warn" icon="clock">
          {t('stateToSend')}
        </Tag>
      )
  }
}
