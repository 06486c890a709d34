import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/index.ts'
import { verifierMessages } from './verifier-messages.ts'

/** Longer than any touch by mistake. */
const holdMilliseconds = 700
/** The words how to press it stay this long. */
const hintMilliseconds = 4_000

/**
 * A screen reader presses for a person who chose to: its touch has no width and no pressure (Pointer Events §4.1: what a
 * device cannot tell is 1 or 0).
 */
const isVirtual = ({ width, height, pressure }: PointerEvent): boolean =>
  width <= 1 && height <= 1 && pressure === 0

interface HoldButtonProps {
  readonly children: ReactNode
  readonly onPress: () => void
  readonly variant?: 'quiet'
}

/**
 * A button that a glove, a sleeve or a pocket does not press: a finger has to stay on it. Keys, a mouse and a screen reader
 * press it as any.
 */
export const HoldButton = ({ children, onPress, variant }: HoldButtonProps) => {
  const t = useMessages(verifierMessages)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  /** The click that is about to come is of a finger that did not stay, or has pressed already. */
  const isTouched = useRef(false)
  const [hint, setHint] = useState(false)
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (!hint) return
    const ending = setTimeout(() => setHint(false), hintMilliseconds)
    return () => clearTimeout(ending)
  }, [hint])

  const begin = (event: PointerEvent): void => {
    isTouched.current = event.pointerType !== 'mouse' && !isVirtual(event)
    if (!isTouched.current) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      setHint(false)
      onPress()
    }, holdMilliseconds)
  }
  const end = (): void => {
    if (timer.current === undefined) return
    clearTimeout(timer.current)
    timer.current = undefined
    setHint(true)
  }
  const press = (): void => {
    if (!isTouched.current) onPress()
    isTouched.current = false
  }
  return (
    <div className="hold">
      <Button
        {...(variant === undefined ? {} : { variant })}
        onPointerDown={begin}
        onPointerUp={end}
        onPointerCancel={end}
        onPointerLeave={end}
        onClickCapture={(event) => {
          // A key's, or a screen reader's: no finger has anything to do with it.
          if (event.detail === 0) isTouched.current = false
        }}
        onContextMenu={(event) => event.preventDefault()}
        onPress={press}
      >
        {children}
      </Button>
      <p className="hold-hint small" role="status">
        {hint && t('holdHint')}
      </p>
    </div>
  )
}
