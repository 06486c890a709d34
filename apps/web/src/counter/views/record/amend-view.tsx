import type { ScreeningEntry } from '@sidep/contracts'
import { useEffect, useState } from 'react'
import type { ApiError } from '../../../shared/api/index.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Notice, Working } from '../../../shared/ui/index.ts'
import { useCounter } from '../../context.ts'
import type { Correctable } from '../../form/correction.ts'
import { inputOf, isWithdrawn, type Row } from '../../lists/rows.ts'
import { correctionMessages } from '../../record/correction-messages.ts'
import { isPortalAtHand } from '../../state.ts'
import { ErrorNotice } from '../error-notice.tsx'
import type { AmendViewProps } from './amend-view-props.ts'
import { CorrectionForm } from './correction-form.tsx'
import { WithdrawalForm } from './withdrawal-form.tsx'

interface Read {
  readonly row: Row
  readonly isContactShown: boolean
}

/** What is held here is shown as it was typed; what only the portal has, as the lists tell it. */
const asListed = (row: Row): Read => ({
  row,
  isContactShown: row.held !== null && !row.held.screening.isRegistered,
})

const asRead = (row: Row, entry: ScreeningEntry): Read => {
  const { change: _, confirmation: _old, ...rest } = row
  return { row: { ...rest, ...entry }, isContactShown: entry.contactHint === undefined }
}

/** Puts a screening right, or takes it back: from what the portal has of it now, where it can be asked. */
export const AmendView = ({ act, row, scanTarget, onBack, onDone }: AmendViewProps) => {
  const t = useMessages(correctionMessages)
  const counter = useCounter()
  const [read, setRead] = useState<Read | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const isKnown = row.held === null
  // As the lists had it when it was opened: what is typed does not go because they are read again.
  const [listed] = useState(row)

  const isWanted = read === null && error === null
  useEffect(() => {
    if (!isWanted) return
    let isCurrent = true
    if (!isKnown || !isPortalAtHand(counter.store.get())) {
      setRead(asListed(listed))
      return
    }
    void counter.recorded(listed.id).then((answer) => {
      if (!isCurrent) return
      if (answer.ok) setRead(asRead(listed, answer.value))
      else if (answer.error.kind === 'problem') setError(answer.error)
      else setRead(asListed(listed))
    })
    return () => {
      isCurrent = false
    }
  }, [counter, listed, isKnown, isWanted])

  const reread = (): void => {
    setRead(null)
    setError(null)
  }
  if (error !== null)
    return (
      <div className="stack">
        <ErrorNotice error={error} />
        <div className="actions">
          <Button onPress={reread}>{t('again')}</Button>
          <Button onPress={onBack}>{t('back')}</Button>
        </div>
      </div>
    )
  if (read === null) return <Working>{t('reading')}</Working>
  if (isWithdrawn(read.row))
    return (
      <div className="stack">
        <Notice tone="warn" live="alert" title={t('withdrawn')} />
        <div className="actions">
          <Button autoFocus onPress={onBack}>
            {t('back')}
          </Button>
        </div>
      </div>
    )
  const now = { ...read.row, amendment: row.amendment }
  const common = { row: now, onBack, onDone, onReread: reread }
  if (act === 'withdraw') return <WithdrawalForm {...common} />
  const { row: shown, isContactShown } = read
  const { result, held } = shown
  const input = { ...inputOf(shown), ...(result === null || held ? {} : { result }) }
  const correctable: Correctable = { input, isContactShown }
  return <CorrectionForm {...common} correctable={correctable} scanTarget={scanTarget} />
}
