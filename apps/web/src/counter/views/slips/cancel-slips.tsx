import type { WithdrawalReason } from '@sidep/contracts'
import { useState } from 'react'
import type { ApiError } from '../../../shared/api/index.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Dialog, Select } from '../../../shared/ui/index.ts'
import { useSlips } from '../../context.ts'
import { ActError } from '../fresh-sign-in.tsx'
import { slipMessages } from './slip-messages.ts'

export const reasons = [
  'lost',
  'stolen',
  'misused',
  'replaced',
] as const satisfies WithdrawalReason[]

/** Asks why, says what will happen, and cancels. */
export const CancelSlips = ({
  serials,
  reasonBefore = 'lost',
  onClose,
  onCancelled,
}: {
  /** Null: nobody asked. */
  readonly serials: readonly string[] | 'all' | null
  /** What was chosen before a fresh sign-in. */
  readonly reasonBefore?: WithdrawalReason
  readonly onClose: () => void
  readonly onCancelled: (count: number) => void
}) => {
  const t = useMessages(slipMessages)
  const slips = useSlips()
  const [reason, setReason] = useState<WithdrawalReason>(reasonBefore)
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)

  const close = (): void => {
    setError(null)
    onClose()
  }
  const cancel = async (): Promise<void> => {
    if (serials === null || isSending) return
    setError(null)
    setIsSending(true)
    const outcome = await slips.cancel(serials, reason)
    setIsSending(false)
    if (typeof outcome === 'number') onCancelled(outcome)
    else setError(outcome)
  }

  return (
    <Dialog
      title={
        serials === 'all'
          ? t('cancelAllTitle')
          : t('cancelTitle', { count: serials === null ? 0 : serials.length })
      }
      isOpen={serials !== null}
      onClose={close}
      size="compact"
      role="alertdialog"
      isDismissable={!isSending}
    >
      <p>{t('cancelHelp')}</p>
      <Select
        label={t('reason')}
        options={reasons.map((value) => ({ value, label: t(`reason_${value}`) }))}
        value={reason}
        onChange={setReason}
      />
      {error && (
        <ActError
          error={error}
          title={t('cancelFailed')}
          act="cancel-slips"
          typed={{ serials, reason }}
        />
      )}
      <div className="actions end">
        <Button autoFocus onPress={close}>
          {t('cancelBack')}
        </Button>
        <Button variant="danger" isPending={isSending} onPress={() => void cancel()}>
          {t('cancelDo')}
        </Button>
      </div>
    </Dialog>
  )
}
