import { type Ref, useState } from 'react'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Confirm } from '../../../shared/ui/index.ts'
import type { RowStanding } from '../../catch-up/checker.ts'
import { countOf, type DeskState, isOwn } from '../../catch-up/desk.ts'
import { isOpen } from '../../catch-up/row.ts'
import { useCatchUpDesk, useCounterState, useSiteZone } from '../../context.ts'
import { unreachablePhone } from '../../form/unreachable-phone.ts'
import { ownerOf } from '../../state.ts'
import { catchUpMessages } from './catch-up-messages.ts'

/** How many there are of each, what is kept, and the way to the server. */
export const SendBar = ({
  state,
  standings,
  buttonRef,
}: {
  readonly state: DeskState
  readonly standings: ReadonlyMap<string, RowStanding>
  readonly buttonRef?: Ref<HTMLButtonElement>
}) => {
  const t = useMessages(catchUpMessages)
  const desk = useCatchUpDesk()
  const { session } = useCounterState()
  const timeZone = useSiteZone()
  const [isAsking, setIsAsking] = useState(false)
  const { rows } = state.grid
  const owner = ownerOf(session)
  const ready = rows.filter((row) => isOwn(row, owner) && standings.get(row.id)?.isReady === true)
  const positive = ready.filter(({ cells }) => cells.result === 'P').length
  // Looked at when it is said: a pile is long, and numbers are slow to read.
  const landline = isAsking
    ? ready.filter(({ cells }) => unreachablePhone(cells.contact, timeZone) === 'landline').length
    : 0
  const { toSend } = countOf(rows)
  const faulty = rows.filter(
    (row) => isOpen(row) && standings.get(row.id)?.isReady === false,
  ).length
  const isQueued = rows.some(({ id, stage }) => stage === 'queued' && !state.inFlight.has(id))
  const counts = [
    ...(ready.length > 0 ? [t('summaryReady', { count: ready.length })] : []),
    ...(faulty > 0 ? [t('summaryFaulty', { count: faulty })] : []),
    ...(toSend > 0 ? [t('summaryToSend', { count: toSend })] : []),
  ]

  return (
    <div className="send-bar">
      <div className="actions">
        <Button
          variant="primary"
          size="large"
          icon="send"
          isDisabled={ready.length === 0}
          onPress={() => setIsAsking(true)}
          {...(buttonRef ? { ref: buttonRef } : {})}
        >
          {ready.length === 0 ? t('sendNone') : t('send', { count: ready.length })}
        </Button>
        {isQueued && <Button onPress={desk.takeBack}>{t('takeBack')}</Button>}
      </div>
      <div role="status" className="stack-tight">
        <p>
          {t('summary', { count: rows.length })}
          {counts.length > 0 && ` : ${counts.join(', ')}`}.{' '}
          <span className="muted">
            {!state.hasSaveFailed && t(state.isSaved ? 'saved' : 'saving')}
          </span>
        </p>
        {state.done > 0 && <p className="said">{t('done', { count: state.done })}</p>}
      </div>
      <Confirm
        title={t('sendTitle', { count: ready.length })}
        isOpen={isAsking}
        confirmLabel={t('sendDo')}
        onCancel={() => setIsAsking(false)}
        onConfirm={() => {
          setIsAsking(false)
          desk.send()
        }}
      >
        <p>{t('sendHelp')}</p>
        {landline > 0 && <p>{t('sendLandline', { count: landline })}</p>}
        {positive > 0 && <p>{t('sendPositive', { count: positive })}</p>}
      </Confirm>
    </div>
  )
}
