import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { type KeyStream, useScanner } from '../../shared/scanner/index.ts'

const Keys = createContext<Pick<KeyStream, 'result'> | null>(null)

/** What the keys of the counter know: whether one of them may be a result's. */
export const useKeys = (): Pick<KeyStream, 'result'> => {
  const keys = useContext(Keys)
  if (keys === null) throw new Error('no keys around this component')
  return keys
}

export interface KeysProviderProps {
  readonly begins: () => void
  readonly scanned: (text: string) => void
  readonly children: ReactNode
}

/** Hears what a hand scanner types, wherever the focus is, and judges the keys of results. */
export const KeysProvider = ({ begins, scanned, children }: KeysProviderProps) => {
  const stream = useScanner(begins, scanned)
  const value = useMemo(
    () => ({ result: (key: string, act: () => void) => stream?.result(key, act) ?? false }),
    [stream],
  )
  return <Keys.Provider value={value}>{children}</Keys.Provider>
}
