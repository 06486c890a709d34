import {
  createContext,
  type ReactNode,
  useContext,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react'
import { createKeyStream, type KeyPress, type KeyStream } from '../form/key-stream.ts'
import { mayBeCode } from '../form/keys.ts'

const Keys = createContext<Pick<KeyStream, 'result'> | null>(null)

/** What the keys of the counter know: whether one of them may be a result's. */
export const useKeys = (): Pick<KeyStream, 'result'> => {
  const keys = useContext(Keys)
  if (keys === null) throw new Error('no keys around this component')
  return keys
}

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

export interface KeysProviderProps {
  readonly begins: () => void
  readonly scanned: (text: string) => void
  readonly children: ReactNode
}

/** Sees every key of the page first: a scan is one wherever the focus is. */
export const KeysProvider = ({ begins, scanned, children }: KeysProviderProps) => {
  const onBegins = useEffectEvent(begins)
  const onScanned = useEffectEvent(scanned)
  const [stream, setStream] = useState<KeyStream | null>(null)
  // From the moment the form is seen: a scan may follow at once.
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
  const value = useMemo(
    () => ({ result: (key: string, act: () => void) => stream?.result(key, act) ?? false }),
    [stream],
  )
  return <Keys.Provider value={value}>{children}</Keys.Provider>
}
