import { useRef, useState } from 'react'
import { noteField, useScanner } from '../../../shared/scanner/index.ts'
import type { GridAction, Spot } from '../../catch-up/grid-state.ts'
import { type PaperScan, placeScan, readPaperScan } from '../../catch-up/scan.ts'
import { useCatchUpDesk, useCounterState } from '../../context.ts'

/** What became of the last scan; `line` from 1. */
export type PaperScanned =
  | { readonly kind: 'slip' | 'person'; readonly line: number }
  | Extract<PaperScan, { kind: 'refused' }>

/** Whether the field that has the focus is the grid's own, whose text the grid keeps. */
const isInGrid = (): boolean => document.activeElement?.closest('[role="grid"]') != null

/**
 * Takes what a hand scanner types while papers are entered, wherever the focus is.
 *
 * @param goOn puts the cursor where one goes on after a scan
 */
export const usePaperScanner = (goOn: (spot: Spot) => void): PaperScanned | null => {
  const desk = useCatchUpDesk()
  const { session } = useCounterState()
  const [scanned, setScanned] = useState<PaperScanned | null>(null)
  const putBack = useRef<() => void>(() => undefined)

  const note = (): (() => void) => {
    const { editing } = desk.store.get().grid
    if (!isInGrid()) return noteField()
    const before: GridAction =
      editing === null ? { type: 'cancel' } : { type: 'type', text: editing.text }
    return () => desk.dispatch(before)
  }

  useScanner(
    () => {
      putBack.current = note()
      setScanned(null)
    },
    (text) => {
      putBack.current()
      const scan = readPaperScan(text)
      if (scan.kind === 'refused') {
        setScanned(scan)
        return
      }
      const { grid } = desk.store.get()
      const { spot, actions } = placeScan(grid, scan, session?.site?.id ?? '')
      for (const action of actions) desk.dispatch(action)
      goOn(spot)
      setScanned({ kind: scan.kind, line: spot.row + 1 })
    },
  )
  return scanned
}
