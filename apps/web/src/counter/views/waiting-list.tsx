import { memo } from 'react'
import { shownDeviceOf } from '../../shared/documents/catalogue-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { Button, Tag } from '../../shared/ui/index.ts'
import { useCounterValue, useNowHere, useSiteZone } from '../context.ts'
import type { Row } from '../lists/rows.ts'
import { type Ripeness, ripeness } from '../lists/timer.ts'
import { messages } from '../messages.ts'
import { minutesToResult } from '../state.ts'
import { clockTime, fullName } from '../words.ts'
import { Paged } from './paged.tsx'
import { ChangeTags } from './record/standing.tsx'

/** Timers count minutes; a few seconds late is early enough. */
const tickMilliseconds = 5_000

interface WaitingListProps {
  /** The longest waiting first. */
  readonly rows: readonly Row[]
  /** The one that its key opens. */
  readonly ripestId: string | null
  /** Said when there is nobody. */
  readonly none: string
  readonly onOpen: (id: string) => void
}

/** Who waits for a result, at any counter of the site; the ripe ones first. */
export const WaitingList = ({ rows, ripestId, none, onOpen }: WaitingListProps) => {
  const t = useMessages(messages)
  const now = useNowHere(tickMilliseconds)
  const catalogue = useCounterValue((state) => state.catalogue)
  if (rows.length === 0) return <p className="muted">{none}</p>
  return (
    <Paged rows={rows} label={t('waiting')} className="cards">
      {(row) => {
        const minutes = minutesToResult(catalogue, row.kind)
        const { isRipe, minutesLeft, minutesOver } = ripeness(row.sampledAt, minutes, now)
        return (
          <WaitingCard
            key={row.id}
            row={row}
            isRipe={isRipe}
            minutesLeft={minutesLeft}
            minutesOver={minutesOver}
            minutes={minutes}
            isRipest={row.id === ripestId}
            onOpen={onOpen}
          />
        )
      }}
    </Paged>
  )
}

interface WaitingCardProps extends Ripeness {
  readonly row: Row
  readonly minutes: number
  readonly isRipest: boolean
  readonly onOpen: (id: string) => void
}

/** Drawn again when its minute changes, and not at each look at the clock. */
const WaitingCard = memo(
  ({ row, isRipe, minutesLeft, minutesOver, minutes, isRipest, onOpen }: WaitingCardProps) => {
    const t = useMessages(messages)
    const { language } = useLanguage()
    const timeZone = useSiteZone()
    const catalogue = useCounterValue((state) => state.catalogue)
    const name = fullName(row.person)
    return (
      <li className={isRipe ? 'card ripe' : 'card'}>
        <div className="card-text">
          <p className="card-name">{name}</p>
          <p className="small muted number">
            {t('born', { date: dayFirst(row.person.birthDate) })} ·{' '}
            {t('sampledTime', {
              time: clockTime(new Date(row.sampledAt), localeOf[language], timeZone),
            })}
          </p>
          <p className="small muted card-device">{shownDeviceOf(row, catalogue)}</p>
        </div>
        <div className="card-side">
          {isRipe ? (
            <Tag tone="info" icon="clock">
              {minutesOver === 0 ? t('ripe') : t('ripeSince', { count: minutesOver })}
            </Tag>
          ) : (
            <Tag icon="clock">{t('minutesLeft', { count: minutesLeft })}</Tag>
          )}
          {row.state === 'to-send' && <Tag tone="warn">{t('waitingToSend')}</Tag>}
          <ChangeTags row={row} />
          <div className="row">
            {isRipest && (
              <span className="key" aria-hidden="true">
                F2
              </span>
            )}
            <Button
              variant={isRipe ? 'primary' : 'secondary'}
              aria-label={t('readResultOf', { name })}
              {...(isRipest ? { 'aria-keyshortcuts': 'F2' } : {})}
              onPress={() => onOpen(row.id)}
            >
              {t('result')}
            </Button>
          </div>
        </div>
        {!isRipe && (
          <progress
            className="card-progress"
            max={minutes}
            value={minutes - minutesLeft}
            aria-hidden="true"
          />
        )}
      </li>
    )
  },
)
