import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { commonMessages, useMessages } from '../messages/index.ts'
import { Button } from './button.tsx'
import type { DialogProps } from './dialog-props.ts'

/** A modal dialog: focus goes in, stays in, and comes back where it was. */
export const AriaDialog = ({
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
        <Dialog className="dialog" role={role}>
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
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
