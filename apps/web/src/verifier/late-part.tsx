import { type ReactNode, Suspense, useId } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button, ErrorBoundary, Modal } from '../shared/ui/index.ts'
import { verifierMessages } from './verifier-messages.ts'

interface LatePartProps {
  readonly children: ReactNode
  /** Takes it away again. */
  readonly onClose: () => void
}

/** A part that is loaded when it is asked for: where it does not come, or fails, that is said, and the page goes on. */
export const LatePart = ({ children, onClose }: LatePartProps) => (
  <ErrorBoundary instead={() => <PartMissing onClose={onClose} />}>
    <Suspense>{children}</Suspense>
  </ErrorBoundary>
)

const PartMissing = ({ onClose }: Pick<LatePartProps, 'onClose'>) => {
  const t = useMessages(verifierMessages)
  const id = useId()
  return (
    <Modal className="mode-dialog" labelledBy={id} onClose={onClose}>
      <h2 id={id}>{t('partMissing')}</h2>
      <p>{t('partMissingHelp')}</p>
      <Button variant="primary" wide onPress={onClose}>
        {t('partMissingGoOn')}
      </Button>
      <Button wide onPress={() => location.reload()}>
        {t('partMissingReload')}
      </Button>
    </Modal>
  )
}
