import { dayIn } from '@sidep/time'
import { memo } from 'react'
import { shownDeviceOf } from '../../shared/documents/catalogue-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { Button, Tag } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounterValue, useSiteZone } from '../context.ts'
import { isWithdrawn, type Row } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import { clockTime, fullName, resultIcon, resultTone } from '../words.ts'
import { Deliveries } from './deliveries.tsx'
import { Paged } from './paged.tsx'
import { ChangeTags } from './record/standing.tsx'

interface DayListProps {
  readonly rows: readonly Row[]
  /** The day in words. */
  readonly label: string
  /** Said when there is nobody. */
  readonly none: string
  readonly isTruncated: boolean
  /** Of several days: each says which. */
  readonly isManyDays?: boolean
  readonly onOpen: (id: string) => void
}

/** A day's results at this site, each with its state in words. */
export const DayList = ({
  rows,
  label,
  none,
  isTruncated,
  isManyDays = false,
  onOpen,
}: DayListProps) => {
  const t = useMessages(messages)
  return (
    <>
      {rows.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <Paged rows={rows} label={label} className="day-list">
          {(row) => <DayRow key={row.id} row={row} isDayTold={isManyDays} onOpen={onOpen} />}
        </Paged>
      )}
      {isTruncated && <p className="small muted">{t('todayTruncated')}</p>}
    </>
  )
}

const DayRow = memo(
  ({
    row,
    isDayTold,
    onOpen,
  }: {
    readonly row: Row
    readonly isDayTold: boolean
    readonly onOpen: (id: string) => void
  }) => {
    const t = useMessages(messages)
    const { language } = useLanguage()
    const timeZone = useSiteZone()
    const catalogue = useCounterValue((state) => state.catalogue)
    return (
      <li className="day-row">
        <span className="day-time number muted">
          {isDayTold && <>{dayFirst(dayIn(new Date(row.sampledAt), timeZone))} </>}
          {clockTime(new Date(row.sampledAt), localeOf[language], timeZone)}
        </span>
        <div className="day-person">
          <p className="card-name">{fullName(row.person)}</p>
          <p className="small muted number card-device">
            {t('born', { date: dayFirst(row.person.birthDate) })} · {shownDeviceOf(row, catalogue)}
          </p>
        </div>
        <div className="day-tags">
          {row.result && !isWithdrawn(row) && (
            <Tag tone={resultTone(row.result)} icon={resultIcon(row.result)}>
              {t(row.result)}
            </Tag>
          )}
          <StateTag row={row} />
          <ChangeTags row={row} />
          <Deliveries of={row.deliveries} />
        </div>
        <OpenButton row={row} onOpen={onOpen} />
      </li>
    )
  },
)

/** The way to the record behind a row, named by what there is to hand over. */
const OpenButton = ({
  row,
  onOpen,
}: {
  readonly row: Row
  readonly onOpen: (id: string) => void
}) => {
  const t = useMessages(messages)
  const tBooklet = useMessages(bookletMessages)
  const name = fullName(row.person)
  const open = (): void => onOpen(row.id)
  if (row.state === 'provisional')
    return (
      <Button aria-label={tBooklet('showProvisionalOf', { name })} onPress={open}>
        {tBooklet('provisional')}
      </Button>
    )
  return (
    <Button
      aria-label={t(row.certificate ? 'showDocumentOf' : 'showResultOf', { name })}
      onPress={open}
    >
      {t(row.certificate ? 'showDocument' : 'result')}
    </Button>
  )
}

const StateTag = ({ row }: { readonly row: Row }) => {
  const t = useMessages(messages)
  const tBooklet = useMessages(bookletMessages)
  switch (row.state) {
    case 'final':
      return isWithdrawn(row) ? null : <Tag>{t('stateFinal')}</Tag>
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
