import { type ReactNode, useEffect, useId, useState } from 'react'
import { commonMessages, useMessages } from '../messages/index.ts'
import { loadPart } from '../offline/load-part.ts'
import { Button } from './button.tsx'
import type { DialogProps } from './dialog-props.ts'
import { Modal } from './modal.tsx'

/** What draws dialogs. It is a tenth of the counter's page, which never begins with one. */
let library: typeof import('./aria-dialog.tsx') | null = null

/** Brings the code of dialogs ahead of the first one. */
export const bringDialogs = async (): Promise<void> => {
  library ??= await loadPart(() => import('./aria-dialog.tsx'))
}

/**
 * A modal dialog: focus goes in, stays in, and comes back where it was. Where its code does not come, as after a
 * deployment, the browser's own dialog takes its place.
 */
export const Dialog = (props: DialogProps) => {
  const [code, setCode] = useState<'coming' | 'here' | 'failed'>('coming')
  const isMissing = props.isOpen && library === null
  useEffect(() => {
    if (!isMissing) return
    let isCurrent = true
    bringDialogs()
      .then(() => {
        if (isCurrent) setCode('here')
      })
      .catch((error: unknown) => {
        console.error('DIALOG_NOT_LOADED', error)
        if (isCurrent) setCode('failed')
      })
    return () => {
      isCurrent = false
    }
  }, [isMissing])
  if (library !== null) return <library.AriaDialog {...props} />
  return isMissing && code === 'failed' ? <PlainDialog {...props} /> : null
}

const PlainDialog = ({
  title,
  onClose,
  children,
  size = 'normal',
  isDismissable = true,
}: DialogProps) => {
  const t = useMessages(commonMessages)
  const id = useId()
  const close = (): void => {
    if (isDismissable) onClose()
  }
  return (
    <Modal labelledBy={id} className={`modal ${size}`} onClose={close}>
      <div className="dialog">
        <div className="dialog-head">
          <h2 id={id}>{title}</h2>
          {size === 'normal' && (
            <Button variant="quiet" icon="cross" onPress={close} isDisabled={!isDismissable}>
              {t('close')}
            </Button>
          )}
        </div>
        {children}
      </div>
    </Modal>
  )
}

export interface ConfirmProps {
  readonly title: string
  readonly isOpen: boolean
  readonly confirmLabel: string
  readonly cancelLabel?: string
  readonly danger?: boolean
  readonly onConfirm: () => void
  readonly onCancel: () => void
  readonly children: ReactNode
}

/** A question before an act with consequences. Focus starts on the way back, so that one key too many does nothing. */
export const Confirm = ({
  title,
  isOpen,
  confirmLabel,
  cancelLabel,
  danger = false,
  onConfirm,
  onCancel,
  children,
}: ConfirmProps) => {
  const t = useMessages(commonMessages)
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onCancel} size="compact" role="alertdialog">
      {children}
      <div className="actions end">
        <Button autoFocus onPress={onCancel}>
          {cancelLabel ?? t('cancel')}
        </Button>
        <Button variant={danger ? 'danger' : 'primary'} onPress={onConfirm}>
          {confirmLabel}
        </Button>
      </div>
    </Dialog>
  )
}
