import {
  type ClipboardEvent,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react'
import { shownDevice } from '../../../shared/documents/catalogue-words.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { notFilled } from '../../../shared/ui/index.ts'
import type { RowStanding } from '../../catch-up/checker.ts'
import { isSeveralCells, parseClipboard, writeClipboard } from '../../catch-up/clipboard.ts'
import { columns, rowsMax } from '../../catch-up/columns.ts'
import type { DeskState } from '../../catch-up/desk.ts'
import { columnAt, type GridAction, rangeOf, type Spot } from '../../catch-up/grid-state.ts'
import { isOpen } from '../../catch-up/row.ts'
import { useCatchUpDesk, useCounterState } from '../../context.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { editTextOf, useCellWords } from './cell-words.ts'
import { nextFault } from './faults.ts'
import { type GridKey, gridKeyOf } from './grid-keys.ts'
import { GridRow } from './grid-row.tsx'
import { RowBar } from './row-bar.tsx'

export interface GridTableHandle {
  readonly goTo: (spot: Spot) => void
}

interface GridTableProps {
  readonly ref: Ref<GridTableHandle>
  readonly state: DeskState
  readonly standings: ReadonlyMap<string, RowStanding>
  /** Where Escape leads out to. */
  readonly leaveTo: () => void
}

/**
 * A grid that one types into as into a spreadsheet. The active cell holds the only field: letters, accents and
 * input methods work as in any field, and a screen reader hears its row, column and fault.
 */
export const GridTable = ({ ref, state, standings, leaveTo }: GridTableProps) => {
  const t = useMessages(catchUpMessages)
  const words = useCellWords()
  const desk = useCatchUpDesk()
  const { catalogue } = useCounterState()
  const { grid, inFlight } = state
  const { active, editing, rows } = grid
  const table = useRef<HTMLTableElement>(null)
  const field = useRef<HTMLInputElement>(null)
  /** The caret moves within the text: arrows are its own, and Delete takes one letter. */
  const isInText = useRef(false)
  const wantsFocus = useRef(false)
  /** The cursor was here last: it comes back when its line moves because others left. */
  const hasFocus = useRef(false)
  const column = columnAt(active)
  const row = rows[active.row]
  const range = rangeOf(grid)
  const isRange = range.top !== range.bottom || range.left !== range.right

  const act = (action: GridAction): void => {
    wantsFocus.current = true
    desk.dispatch(action)
  }
  const goTo = (spot: Spot, extend = false): void => act({ type: 'goto', spot, extend })
  useImperativeHandle(ref, () => ({ goTo }))

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new spot is what it waits for
  useLayoutEffect(() => {
    const isLost = hasFocus.current && document.activeElement === document.body
    if (!wantsFocus.current && !isLost) return
    wantsFocus.current = false
    isInText.current = false
    field.current?.focus({ preventScroll: true })
    if (editing === null) field.current?.select()
    field.current?.closest('td')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [active.row, active.column, grid.past.length])
  useEffect(() => {
    if (editing === null && !isInText.current && document.activeElement === field.current)
      field.current?.select()
  }, [editing])

  const toNextFault = (): void => {
    const spot = nextFault(rows, standings, active)
    if (spot !== null) goTo(spot)
  }

  const keyAction = (key: GridKey): GridAction | null => {
    switch (key.kind) {
      case 'action':
        return key.action
      case 'remove-row':
        return row === undefined ? null : { type: 'remove', ids: [row.id] }
      default:
        return null
    }
  }

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return
    const isFirst = active.row === 0 && active.column === 0
    const isLast = active.row >= rows.length && active.column === columns.length - 1
    const key = gridKeyOf(event, {
      isTyping: editing !== null,
      isInText: isInText.current,
      hasList: column === 'device' && editing !== null,
      isEnd: event.shiftKey ? isFirst : isLast,
    })
    if (key === null) return
    if (key.kind === 'leave-by-tab') {
      desk.dispatch({ type: 'settle' })
      return
    }
    event.preventDefault()
    switch (key.kind) {
      case 'leave':
        desk.dispatch({ type: 'dismiss' })
        leaveTo()
        return
      case 'edit':
        isInText.current = true
        field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
        return
      case 'next-fault':
        toNextFault()
        return
      default: {
        const action = keyAction(key)
        if (action !== null) act(action)
      }
    }
  }

  const chosenCells = (): string[][] =>
    rows
      .slice(range.top, range.bottom + 1)
      .map(({ cells }) => columns.slice(range.left, range.right + 1).map((name) => cells[name]))

  const onCopy = (event: ClipboardEvent): void => {
    if (!isRange) return
    event.preventDefault()
    event.clipboardData.setData('text/plain', writeClipboard(chosenCells()))
    if (event.type === 'cut') act({ type: 'clear' })
  }
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain')
    const isWhole = editing === null && !isInText.current
    if (text === '' || (!isWhole && !isSeveralCells(text))) return
    event.preventDefault()
    act({ type: 'paste', cells: parseClipboard(text) })
  }
  const onMouseDown = (event: MouseEvent): void => {
    const cell = event.target instanceof Element ? event.target.closest('td[data-column]') : null
    if (!(cell instanceof HTMLElement)) return
    const spot = {
      row: Number(cell.parentElement?.dataset.row),
      column: Number(cell.dataset.column),
    }
    if (spot.row === active.row && spot.column === active.column) {
      isInText.current = true
      return
    }
    event.preventDefault()
    goTo(spot, event.shiftKey)
  }
  const onBlur = (event: FocusEvent): void => {
    if (table.current?.contains(event.relatedTarget)) return
    // Without a next element the field itself went, or the window: the cursor is still here.
    if (event.relatedTarget !== null) hasFocus.current = false
    desk.dispatch({ type: 'settle' })
  }

  const text = editing?.text ?? editTextOf(column, row?.cells[column] ?? '', catalogue)
  const isLocked = row !== undefined && !isOpen(row)
  const shownRows = Math.min(rows.length + 1, rowsMax)

  return (
    <>
      <div className="grid-frame">
        <table
          ref={table}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table of cells to type into; its td are gridcells then (HTML-AAM)
          role="grid"
          className="catch-up-grid"
          aria-label={t('title')}
          aria-rowcount={shownRows + 1}
          aria-colcount={columns.length + 2}
          aria-describedby="grid-keys"
          aria-multiselectable="true"
          onMouseDown={onMouseDown}
          onFocus={() => {
            hasFocus.current = true
          }}
          onBlur={onBlur}
        >
          <thead>
            <tr>
              <th scope="col">
                <abbr title={t('line')}>#</abbr>
              </th>
              {columns.map((name) => (
                <th key={name} scope="col" className={`column-${name}`}>
                  {words.column(name)}
                </th>
              ))}
              <th scope="col" className="column-state">
                {t('state')}
              </th>
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: shownRows }, (_, index) => {
              const line = rows[index]
              const isActive = index === active.row
              const isChosen = isRange && index >= range.top && index <= range.bottom
              return (
                <GridRow
                  // The blank line that becomes one keeps its field, and the caret in it.
                  // biome-ignore lint/suspicious/noArrayIndexKey: see above
                  key={index}
                  row={line ?? null}
                  index={index}
                  standing={line === undefined ? null : (standings.get(line.id) ?? null)}
                  isFlying={line !== undefined && inFlight.has(line.id)}
                  catalogue={catalogue}
                  left={isChosen ? range.left : -1}
                  right={isChosen ? range.right : -1}
                  activeColumn={isActive ? active.column : -1}
                  field={
                    isActive ? (
                      <input
                        ref={field}
                        className="cell-field"
                        value={text}
                        readOnly={isLocked}
                        aria-label={t('cell', { column: words.column(column), line: index + 1 })}
                        aria-describedby={`fault-${index}-${active.column} grid-keys`}
                        spellCheck={false}
                        {...notFilled}
                        {...(column === 'device' ? { list: 'grid-devices' } : {})}
                        onChange={(event) =>
                          desk.dispatch({ type: 'type', text: event.currentTarget.value })
                        }
                        onKeyDown={onKeyDown}
                        onCopy={onCopy}
                        onCut={onCopy}
                        onPaste={onPaste}
                      />
                    ) : null
                  }
                />
              )
            })}
          </tbody>
        </table>
        <p id="grid-keys" className="visually-hidden">
          {t('gridKeys')}
        </p>
        <datalist id="grid-devices">
          {catalogue?.devices.map((device) => (
            <option key={device.id} value={shownDevice(device)} />
          ))}
        </datalist>
      </div>
      <RowBar
        rows={rows}
        row={row ?? null}
        line={active.row + 1}
        standing={row === undefined ? null : (standings.get(row.id) ?? null)}
        canUndo={grid.past.length > 0}
        onDone={() => {
          wantsFocus.current = true
        }}
      />
    </>
  )
}
