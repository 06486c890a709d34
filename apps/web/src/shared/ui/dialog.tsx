import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { commonMessages, useMessages } from '../messages/index.ts'
import { Button } from './button.tsx'

export interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  /** `compact` stays a card on a phone. */
  readonly size?: 'normal' | 'compact'
  readonly role?: 'dialog' | 'alertdialog'
  /** Whether Escape and the cross close it; false while something is being sent. */
  readonly isDismissable?: boolean
}

/** A modal dialog: focus goes in, stays in, and comes back where it was. */
export const Dialog = ({
  title,
  isOpen,
  onClose,
  children,
  size = 'normal',
  role = 'dialog',
  isDismissable = true,
}: DialogProps) => {
  const t = useMessages(commonMessages)
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      isKeyboardDismissDisabled={!isDismissable}
    >
      <Modal className={`modal ${size}`}>
        <AriaDialog className="dialog" role={role}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {size === 'normal' && (
              <Button variant="quiet" icon="cross" onPress={onClose} isDisabled={!isDismissable}>
                {t('close')}
              </Button>
            )}
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
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
