import { useState } from 'react'
import { localeOf, type Translate, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Icon, type IconName } from '../../shared/ui/index.ts'
import { useAllowance } from '../booklet/allowance.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounterState, useMedia, useSiteZone } from '../context.ts'
import { messages } from '../messages.ts'
import type { Room } from '../session/machine/state.ts'
import { type CounterState, unsentHere } from '../state.ts'
import { clockTime, inWhoseName } from '../words.ts'
import { teamMessages } from './team/team-messages.ts'
import { toSendWords } from './unsent-words.ts'

type BarState =
  | 'waiting-room'
  | 'connected'
  | 'extended'
  | 'renewing'
  | 'signed-out'
  | 'busy'
  | 'offline'

const barStateOf = ({
  link,
  isSessionLost,
  isRenewalDue,
  session,
  room,
}: CounterState): BarState => {
  if (room !== null && link.state === 'online') return 'waiting-room'
  if (isSessionLost) return 'signed-out'
  if (link.state === 'online' && isRenewalDue) return 'renewing'
  if (link.state === 'online') return session?.extended === true ? 'extended' : 'connected'
  return link.state
}

const icons: Record<BarState, IconName> = {
  connected: 'connected',
  'waiting-room': 'clock',
  extended: 'clock',
  renewing: 'clock',
  'signed-out': 'warning',
  busy: 'clock',
  offline: 'disconnected',
}

const roomWords = (t: Translate<(typeof messages)['fr']>, room: Room | null): string => {
  if (room?.isTurn === true) return t('stateTurn')
  return room === null || room.waitSeconds === null
    ? t('stateWaitingRoom')
    : t('stateWaitingRoomFor', { count: Math.ceil(Math.max(room.waitSeconds, 1) / 60) })
}

/** Words that end with the site's name: cut off where they need more than a line, whole to a reader and when pressed. */
const OneLine = ({ words }: { readonly words: string }) => {
  const [isWhole, setIsWhole] = useState(false)
  return (
    <button
      type="button"
      className="state-words"
      aria-expanded={isWhole}
      onClick={() => setIsWhole((is) => !is)}
    >
      {words}
    </button>
  )
}

/** Always there, always true, in words; the colour only repeats them. */
export const StateBar = () => {
  const t = useMessages(messages)
  const tt = useMessages(teamMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const state = useCounterState()
  const { link, session, room, storage } = state
  const bar = barStateOf(state)
  const isNarrow = useMedia('(max-width: 40rem)')
  const booklet = useAllowance()
  const tBooklet = useMessages(bookletMessages)
  const hasBooklet = booklet.allowance.until !== null
  const saysBooklet = bar === 'offline' || bar === 'busy' || bar === 'signed-out'
  const words = (): string => {
    if (storage === 'unavailable' && link.state !== 'online')
      return link.state === 'offline'
        ? t('unkeptOffline')
        : t('unkeptBusy', { time: clockTime(link.retryAt, localeOf[language], timeZone) })
    if (storage === 'unavailable' && bar === 'signed-out') return t('unkeptSignedOut')
    switch (bar) {
      case 'connected':
        return t('stateConnected', { site: session?.site?.name ?? '' })
      case 'waiting-room':
        return roomWords(t, room)
      case 'extended':
        return t('stateExtended', { site: session?.site?.name ?? '' })
      case 'renewing':
        return t('stateRenewing')
      case 'signed-out':
        return hasBooklet ? tBooklet('signedOut', { booklet: booklet.words }) : t('stateSignedOut')
      case 'offline':
        return tBooklet('offline', { booklet: booklet.words })
      case 'busy': {
        const time =
          link.state === 'online' ? '' : clockTime(link.retryAt, localeOf[language], timeZone)
        return hasBooklet
          ? tBooklet('busy', { time, booklet: booklet.words })
          : t('stateBusy', { time })
      }
    }
  }
  const operator =
    session?.operator && bar !== 'waiting-room' ? tt('operatorFor', inWhoseName(session)) : null
  const namesSite = storage === 'kept' && (bar === 'connected' || bar === 'extended')
  return (
    <div className={`state-bar ${bar}`} role="status" aria-label={t('stateLabel')}>
      <span className="state">
        <Icon name={icons[bar]} />
        {isNarrow && namesSite ? <OneLine words={words()} /> : words()}
        {operator !== null && !isNarrow && <> · {operator}</>}
      </span>
      {operator !== null && isNarrow && <span className="state">{operator}</span>}
      {booklet.isLow && !saysBooklet && booklet.end !== null && (
        <span className="state booklet-low">
          <Icon name="warning" />
          {tBooklet('bookletLow', {
            count: booklet.allowance.left,
            time: booklet.end,
          })}
        </span>
      )}
      {toSendWords(t, unsentHere(state)).map((said) => (
        <span key={said} className="state to-send">
          <Icon name="clock" />
          {said}
        </span>
      ))}
    </div>
  )
}
