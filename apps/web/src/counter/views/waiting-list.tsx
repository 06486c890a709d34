import { useEffect, useRef, useState } from 'react'
import { deviceLabel } from '../../shared/documents/catalogue-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { Button, Tag } from '../../shared/ui/index.ts'
import { useCounterState, useNowHere, useSiteZone } from '../context.ts'
import type { Row } from '../lists/rows.ts'
import { ripeness } from '../lists/timer.ts'
import { messages } from '../messages.ts'
import { minutesToResult } from '../state.ts'
import { clockTime, fullName } from '../words.ts'

/** Timers count minutes; a few seconds late is early enough. */
const tickMilliseconds = 5_000

export interface WaitingListProps {
  readonly rows: readonly Row[]
  readonly onOpen: (id: string) => void
}

/** Who waits for a result, at any counter of the site; the ripe ones first. */
export const WaitingList = ({ rows, onOpen }: WaitingListProps) => {
  const t = useMessages(messages)
  const now = useNowHere(tickMilliseconds)
  const { areListsKnown } = useCounterState()
  return (
    <>
      {areListsKnown && <RipeAnnouncer rows={rows} now={now} />}
      {rows.length === 0 ? (
        <p className="muted">{t(areListsKnown ? 'waitingNone' : 'listPending')}</p>
      ) : (
        <ul className="plain-list cards" aria-label={t('waiting')}>
          {rows.map((row) => (
            <WaitingCard key={row.id} row={row} now={now} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </>
  )
}

const WaitingCard = ({
  row,
  now,
  onOpen,
}: {
  readonly row: Row
  readonly now: Date
  readonly onOpen: (id: string) => void
}) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const { catalogue } = useCounterState()
  const minutes = minutesToResult(catalogue, row.kind)
  const { isRipe, minutesLeft, minutesOver } = ripeness(row.sampledAt, minutes, now)
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
        <p className="small muted card-device">{deviceLabel(row, catalogue)}</p>
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
        <Button
          variant={isRipe ? 'primary' : 'secondary'}
          aria-label={t('readResultOf', { name })}
          onPress={() => onOpen(row.id)}
        >
          {t('result')}
        </Button>
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
}

/** Says aloud when somebody's result becomes readable; not for those already ripe at the first sight. */
const RipeAnnouncer = ({ rows, now }: { readonly rows: readonly Row[]; readonly now: Date }) => {
  const t = useMessages(messages)
  const { catalogue } = useCounterState()
  const known = useRef<ReadonlySet<string> | null>(null)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const ripe = rows.filter(
      (row) => ripeness(row.sampledAt, minutesToResult(catalogue, row.kind), now).isRipe,
    )
    const before = known.current
    const fresh = before === null ? [] : ripe.filter(({ id }) => !before.has(id))
    known.current = new Set(ripe.map(({ id }) => id))
    if (fresh.length > 0)
      setSaid(t('ripeNow', { name: fresh.map(({ person }) => fullName(person)).join(', ') }))
  }, [rows, now, catalogue, t])
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  )
}
