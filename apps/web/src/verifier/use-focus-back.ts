import { useEffect, useRef } from 'react'
import { afterDrawing } from './after-drawing.ts'

/**
 * Gives the focus back to where it was before something took it: whoever works by keyboard goes on there, not from the top of
 * the page. Nothing is done when the focus has been moved elsewhere meanwhile.
 */
export const useFocusBack = (isTaken: boolean): void => {
  const before = useRef<Element | null>(null)
  useEffect(() => {
    if (isTaken) {
      before.current = document.activeElement
      return
    }
    const element = before.current
    if (!(element instanceof HTMLElement)) return
    before.current = null
    // Not before: it is out of reach until the page is drawn anew.
    return afterDrawing(() => {
      if (document.activeElement === document.body && element.isConnected) element.focus()
    })
  }, [isTaken])
}
