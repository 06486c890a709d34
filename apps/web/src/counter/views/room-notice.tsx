import { routes } from '@sidep/contracts'
import { useEffect } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Notice } from '../../shared/ui/index.ts'
import { useCounter, useCounterState, useDraftValue } from '../context.ts'
import { isTouched } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { ErrorNotice } from './error-notice.tsx'
import { useSignIn } from './use-sign-in.ts'

/** In the waiting room: that one can type, one's place; and in turn the way to the door. */
export const RoomNotice = () => {
  const t = useMessages(messages)
  const counter = useCounter()
  const { room, doors, phone } = useCounterState()
  const isTyping = useDraftValue(isTouched)
  const { go, error, isAsking } = useSignIn()
  const isTurn = room?.isTurn === true
  const door = room?.door ?? 'ecps'
  const url =
    doors?.find((known) => known.door === door)?.url ??
    (door === 'card' ? routes.loginCard : routes.loginEcps)

  // Nobody is taken away in the middle of a name; who types nothing need not press anything.
  const isFree = phone === null || phone.step === 'queued'
  const goesByItself = isTurn && !isTyping && error === null && !isAsking && isFree
  // Who was on the way to the phone goes on there: the number is still typed, and the phone rings when one says so.
  const goOn = (): void => (phone === null ? go(door, url) : counter.phone.open())
  useEffect(() => {
    if (goesByItself) goOn()
  })

  if (room === null) return null
  return (
    <>
      {error && <ErrorNotice error={error} />}
      {isTurn ? (
        <Notice tone="good" live="alert" title={t('roomTurnTitle')}>
          {isTyping && <p>{t('roomTurnHelp')}</p>}
          <div className="actions">
            <Button variant="primary" isDisabled={isAsking} onPress={goOn}>
              {t('roomGo')}
            </Button>
          </div>
        </Notice>
      ) : (
        <Notice tone="info" title={t('roomTitle')}>
          <p>{t('roomHelp')}</p>
          {room.position !== null && room.position > 0 && (
            <p className="number">{t('roomPosition', { count: room.position })}</p>
          )}
          <div>
            <Button onPress={counter.leaveRoom}>{t('roomLeave')}</Button>
          </div>
        </Notice>
      )}
    </>
  )
}
