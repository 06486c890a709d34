import { type ReactNode, useLayoutEffect, useRef } from 'react'

export interface ModalProps {
  /** Id of the text in it that names it. */
  readonly labelledBy: string
  readonly className: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * The browser's own modal dialog, open while it is mounted: focus goes in, stays in, and comes back where it was; Escape
 * closes it. For pages that are to stay small.
 */
export const Modal = ({ labelledBy, className, onClose, children }: ModalProps) => {
  const element = useRef<HTMLDialogElement>(null)
  // Before the element is taken out of the page: closing it is what gives the focus back.
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      className={className}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      {children}
    </dialog>
  )
}
