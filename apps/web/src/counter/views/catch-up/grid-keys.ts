import type { GridAction } from '../../catch-up/grid-state.ts'

export type GridKey =
  | { readonly kind: 'action'; readonly action: GridAction }
  /** Tab at either end: on to what comes before or after the grid. */
  | { readonly kind: 'leave-by-tab' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'edit' }
  | { readonly kind: 'next-fault' }
  | { readonly kind: 'remove-row' }

export interface KeyPress {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

export interface KeySituation {
  /** Something was typed into the cell. */
  readonly isTyping: boolean
  /** The caret was put into the text. */
  readonly isInText: boolean
  /** A list of suggestions may be open, with its own arrows. */
  readonly hasList: boolean
  /** The cell is the first or the last, whichever way Tab goes. */
  readonly isEnd: boolean
}

const action = (act: GridAction): GridKey => ({ kind: 'action', action: act })
const pageRows = 10

const arrows: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-pageRows, 0],
  PageDown: [pageRows, 0],
}

/** Keys that mean the same whether one types or moves about. */
const always = (press: KeyPress, { isTyping, isInText, isEnd }: KeySituation): GridKey | null => {
  switch (press.key) {
    case 'Enter':
      return action({ type: 'enter', back: press.shiftKey })
    case 'Tab':
      return isEnd ? { kind: 'leave-by-tab' } : action({ type: 'tab', back: press.shiftKey })
    case 'Escape':
      return isTyping || isInText ? action({ type: 'cancel' }) : { kind: 'leave' }
    case 'F2':
      return { kind: 'edit' }
    case 'F8':
      return { kind: 'next-fault' }
    default:
      return null
  }
}

const withControl = (press: KeyPress, isMoving: boolean): GridKey | null => {
  switch (press.key) {
    case 'd':
    case 'D':
      return action({ type: 'fill-down' })
    case 'Delete':
      return { kind: 'remove-row' }
    case 'z':
    case 'Z':
      return isMoving ? action({ type: 'undo' }) : null
    case 'Home':
      return isMoving ? action({ type: 'edge', to: 'top' }) : null
    case 'End':
      return isMoving ? action({ type: 'edge', to: 'bottom' }) : null
    default:
      return null
  }
}

/** What a key does in the grid; null when it is the field's own. */
export const gridKeyOf = (press: KeyPress, situation: KeySituation): GridKey | null => {
  const { isTyping, isInText, hasList } = situation
  const isMoving = !isTyping && !isInText
  if (press.altKey) return null
  if (press.ctrlKey || press.metaKey) return withControl(press, isMoving)
  const same = always(press, situation)
  if (same !== null) return same
  const arrow = arrows[press.key]
  if (arrow !== undefined) {
    const [rows, columns] = arrow
    if (isInText && columns !== 0) return null
    if (hasList && rows !== 0) return null
    return action({ type: 'move', rows, columns, extend: press.shiftKey && isMoving })
  }
  if (!isMoving) return null
  switch (press.key) {
    case 'Home':
      return action({ type: 'edge', to: 'row-start' })
    case 'End':
      return action({ type: 'edge', to: 'row-end' })
    case 'Delete':
    case 'Backspace':
      return action({ type: 'clear' })
    default:
      return null
  }
}
