import type { DelegationView } from '@sidep/contracts'
import { useState } from 'react'
import type { ApiError } from '../../../shared/api/index.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Dialog } from '../../../shared/ui/index.ts'
import { useTeam } from '../../context.ts'
import { ActError } from '../fresh-sign-in.tsx'
import { teamMessages } from './team-messages.ts'

/** Says what will happen, and takes a permission back. */
export const WithdrawConfirm = ({
  delegation,
  onClose,
  onWithdrawn,
}: {
  /** Null: nobody asked. */
  readonly delegation: DelegationView | null
  readonly onClose: () => void
  readonly onWithdrawn: (delegation: DelegationView) => void
}) => {
  const t = useMessages(teamMessages)
  const team = useTeam()
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const close = (): void => {
    setError(null)
    onClose()
  }
  const withdraw = async (): Promise<void> => {
    if (delegation === null || isSending) return
    setError(null)
    setIsSending(true)
    const failed = await team.withdraw(delegation.id)
    setIsSending(false)
    if (failed === null) onWithdrawn(delegation)
    else setError(failed)
  }
  return (
    <Dialog
      title={t('withdrawTitle')}
      isOpen={delegation !== null}
      onClose={close}
      size="compact"
      role="alertdialog"
      isDismissable={!isSending}
    >
      <p>{t('withdrawHelp', { name: delegation?.staff.name ?? '' })}</p>
      {error && (
        <ActError error={error} title={t('withdrawFailed')} act="withdraw" typed={delegation?.id} />
      )}
      <div className="actions end">
        <Button autoFocus onPress={close}>
          {t('withdrawBack')}
        </Button>
        <Button variant="danger" isPending={isSending} onPress={() => void withdraw()}>
          {t('withdraw')}
        </Button>
      </div>
    </Dialog>
  )
}
