import type { OpenSession } from '@sidep/contracts'
import { useState } from 'react'
import type { ApiError } from '../../../shared/api/index.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Dialog } from '../../../shared/ui/index.ts'
import { useOpenSessions } from '../../context.ts'
import { ActError } from '../fresh-sign-in.tsx'
import { sessionsMessages } from './sessions-messages.ts'

/** What is about to be ended. */
export type Ending =
  | { readonly kind: 'one'; readonly session: OpenSession; readonly what: string }
  | { readonly kind: 'others'; readonly count: number }

/** Says what will happen, and ends sessions elsewhere. */
export const EndConfirm = ({
  ending,
  onClose,
  onEnded,
}: {
  /** Null: nobody asked. */
  readonly ending: Ending | null
  readonly onClose: () => void
  readonly onEnded: (ending: Ending) => void
}) => {
  const t = useMessages(sessionsMessages)
  const open = useOpenSessions()
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const isOne = ending?.kind === 'one'
  const close = (): void => {
    setError(null)
    onClose()
  }
  const end = async (): Promise<void> => {
    if (ending === null || isSending) return
    setError(null)
    setIsSending(true)
    const failed = await (ending.kind === 'one'
      ? open.endOne(ending.session.sessionId)
      : open.endOthers())
    setIsSending(false)
    if (failed === null) onEnded(ending)
    else setError(failed)
  }
  return (
    <Dialog
      title={t(isOne ? 'endTitle' : 'endOthersTitle')}
      isOpen={ending !== null}
      onClose={close}
      size="compact"
      role="alertdialog"
      isDismissable={!isSending}
    >
      {ending?.kind === 'one' && (
        <>
          <p>
            <strong>{ending.what}</strong>
          </p>
          <p>{t('endHelp')}</p>
        </>
      )}
      {ending?.kind === 'others' && <p>{t('endOthersHelp', { count: ending.count })}</p>}
      <p>{t('endKept')}</p>
      <p className="muted">{t('endOffline')}</p>
      {error && (
        <ActError
          error={error}
          title={t('endFailed')}
          act="end-sessions"
          typed={ending?.kind === 'one' ? ending.session.sessionId : 'others'}
        />
      )}
      <div className="actions end">
        <Button autoFocus onPress={close}>
          {t('endBack')}
        </Button>
        <Button variant="danger" isPending={isSending} onPress={() => void end()}>
          {t(isOne ? 'end' : 'endOthers')}
        </Button>
      </div>
    </Dialog>
  )
}
