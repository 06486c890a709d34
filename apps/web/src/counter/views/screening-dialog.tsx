import type { Result } from '@sidep/contracts'
import { problemRegistry } from '@sidep/contracts'
import { useEffect, useEffectEvent, useState } from 'react'
import { deviceLabel } from '../../shared/documents/catalogue-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { Dialog, Notice, Working } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounter, useCounterState, useNowHere, useSiteZone } from '../context.ts'
import type { Row } from '../lists/rows.ts'
import { ripeness } from '../lists/timer.ts'
import { messages } from '../messages.ts'
import type { Refusal } from '../outbox/content.ts'
import { minutesToResult } from '../state.ts'
import { clockTime, fullName, resultOfKey } from '../words.ts'
import { DocumentView } from './document-view.tsx'
import { PositiveConfirm } from './positive-confirm.tsx'
import { ResultButtons } from './result-buttons.tsx'

export interface ScreeningDialogProps {
  /** The screening shown; null when none. */
  readonly row: Row | null
  readonly onClose: () => void
}

/** One screening: its result to be read, then its document at once. */
export const ScreeningDialog = ({ row, onClose }: ScreeningDialogProps) => {
  const t = useMessages(messages)
  const tBooklet = useMessages(bookletMessages)
  if (row === null) return null
  const isAsking = row.result === null
  const title = (): string => {
    if (isAsking) return t('resultTitle')
    if (row.state === 'provisional') return tBooklet('provisionalReady')
    return row.certificate ? t('documentReady') : t('resultRecorded')
  }
  return (
    <Dialog title={title()} isOpen onClose={onClose}>
      {isAsking ? <ResultChoice row={row} /> : <DocumentView row={row} onClose={onClose} />}
    </Dialog>
  )
}

const ResultChoice = ({ row }: { readonly row: Row }) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const counter = useCounter()
  const { catalogue } = useCounterState()
  const now = useNowHere(5_000)
  const [isSending, setIsSending] = useState(false)
  const [isConfirming, setIsConfirming] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const { isRipe, minutesLeft } = ripeness(row.sampledAt, minutesToResult(catalogue, row.kind), now)

  const record = async (result: Result): Promise<void> => {
    if (isSending) return
    setIsSending(true)
    setRefusal(null)
    try {
      const outcome = await counter.setResult(row, result)
      if (outcome.kind === 'refused') {
        setRefusal(outcome.refusal)
        counter.refresh()
      }
    } finally {
      setIsSending(false)
    }
  }
  const choose = (result: Result): void => {
    if (result === 'positive') setIsConfirming(true)
    else void record(result)
  }

  // The keys work wherever the focus is: nothing can be typed while this dialog is open.
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const result = resultOfKey(event)
    if (result !== undefined && !isConfirming && !event.repeat) choose(result)
  })
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  return (
    <div className="stack">
      <div className="result-person">
        <p className="name">{fullName(row.person)}</p>
        <p className="number">
          {t('born', { date: dayFirst(row.person.birthDate) })} ·{' '}
          {t('sampledTime', {
            time: clockTime(new Date(row.sampledAt), localeOf[language], timeZone),
          })}
        </p>
        <p className="muted">{deviceLabel(row, catalogue)}</p>
      </div>
      {!isRipe && (
        <Notice tone="warn">
          <p>{t('early', { count: minutesLeft })}</p>
        </Notice>
      )}
      {refusal && (
        <Notice tone="bad" live="alert" supportCode={refusal.support}>
          <p>{problemRegistry[refusal.code].title[language]}</p>
        </Notice>
      )}
      <ResultButtons onChoose={choose} isPending={isSending} isLarge />
      {isSending && <Working>{t('signing')}</Working>}
      <PositiveConfirm
        person={isConfirming ? row.person : null}
        onConfirm={() => {
          setIsConfirming(false)
          void record('positive')
        }}
        onCancel={() => setIsConfirming(false)}
      />
    </div>
  )
}
