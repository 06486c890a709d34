import { useEffectEvent, useLayoutEffect, useState } from 'react'
import { createKeyStream, type KeyPress, type KeyStream } from './key-stream.ts'
import { mayBeCode } from './may-be-code.ts'

const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type))

const pressOf = (event: KeyboardEvent): KeyPress => ({
  key: event.key,
  code: event.code,
  ctrlKey: event.ctrlKey,
  altKey: event.altKey,
  metaKey: event.metaKey,
  repeat: event.repeat,
  at: event.timeStamp,
  isInField: isTextField(event.target),
})

const afterMilliseconds = (milliseconds: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, milliseconds)
  return () => clearTimeout(timer)
}

/**
 * Sees every key of the page first, while it is mounted: what a hand scanner types is a scan wherever the focus is.
 *
 * @param begins a first key, of which nobody knows yet whether a scan follows: what may have to be put back is noted
 * @param scanned the text, as typed: the keyboard's layout may have changed it
 * @returns null before the first drawing
 */
export const useScanner = (
  begins: () => void,
  scanned: (text: string) => void,
): KeyStream | null => {
  const onBegins = useEffectEvent(begins)
  const onScanned = useEffectEvent(scanned)
  const [stream, setStream] = useState<KeyStream | null>(null)
  // From the moment the page is seen: a scan may follow at once.
  useLayoutEffect(() => {
    const keys = createKeyStream({
      after: afterMilliseconds,
      begins: () => onBegins(),
      scanned: (text) => onScanned(text),
      isCode: mayBeCode,
    })
    setStream(keys)
    const down = (event: KeyboardEvent): void => {
      if (event.isComposing || keys.press(pressOf(event)) === 'passed') return
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    const up = (event: KeyboardEvent): void => keys.release(event.key)
    addEventListener('pointerdown', keys.moved, { capture: true, passive: true })
    addEventListener('keydown', down, { capture: true })
    addEventListener('keyup', up, { capture: true })
    return () => {
      removeEventListener('pointerdown', keys.moved, { capture: true })
      removeEventListener('keydown', down, { capture: true })
      removeEventListener('keyup', up, { capture: true })
      keys.stop()
    }
  }, [])
  return stream
}
