import type { ReactNode } from 'react'

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
