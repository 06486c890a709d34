import type { Catalogue } from '@sidep/contracts'
import { memo, type ReactNode } from 'react'
import { useMessages } from '../../../shared/messages/index.ts'
import type { RowStanding } from '../../catch-up/checker.ts'
import { columns } from '../../catch-up/columns.ts'
import { isOpen, type Row } from '../../catch-up/row.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { useCellWords } from './cell-words.ts'
import { shownFaults } from './faults.ts'
import { RowState } from './row-state.tsx'

export interface GridRowProps {
  /** Null: the blank line at the end. */
  readonly row: Row | null
  readonly index: number
  readonly standing: RowStanding | null
  readonly isFlying: boolean
  readonly catalogue: Catalogue | null
  /** Chosen cells of this line; -1 for none. */
  readonly left: number
  readonly right: number
  readonly activeColumn: number
  /** What stands in the active cell. */
  readonly field: ReactNode
}

/** A line; drawn again only when it, or what is said of it, changed. */
export const GridRow = memo(
  ({
    row,
    index,
    standing,
    isFlying,
    catalogue,
    left,
    right,
    activeColumn,
    field,
  }: GridRowProps) => {
    const t = useMessages(catchUpMessages)
    const words = useCellWords()
    const isActive = activeColumn >= 0
    const isLocked = row !== null && !isOpen(row)
    const faults = isLocked ? {} : shownFaults(standing?.faults ?? {}, isActive)
    return (
      <tr aria-rowindex={index + 2} data-row={index} {...(isLocked ? { className: 'locked' } : {})}>
        <th scope="row">{index + 1}</th>
        {columns.map((column, place) => {
          const text = row?.cells[column] ?? ''
          const fault = faults[column]
          const isHere = place === activeColumn
          return (
            // biome-ignore lint/a11y/useAriaPropsSupportedByRole: within role=grid a td is a gridcell (HTML-AAM)
            <td
              key={column}
              data-column={place}
              className={isHere ? 'active' : ''}
              aria-colindex={place + 2}
              aria-selected={isHere || (place >= left && place <= right)}
              {...(fault === undefined ? {} : { 'aria-invalid': true })}
              {...(isLocked ? { 'aria-readonly': true } : {})}
            >
              {isHere ? (
                field
              ) : column === 'slip' && text === '' && row !== null ? (
                <span className="muted">{t('noSlip')}</span>
              ) : (
                <span className="cell-text">{words.shown(column, text, catalogue)}</span>
              )}
              <span id={`fault-${index}-${place}`} className="cell-fault">
                {fault !== undefined && words.fault(fault)}
              </span>
            </td>
          )
        })}
        <td aria-colindex={columns.length + 2} className="row-state">
          {row !== null && <RowState row={row} standing={standing} isFlying={isFlying} />}
        </td>
      </tr>
    )
  },
  (before, after) =>
    before.activeColumn === -1 &&
    after.activeColumn === -1 &&
    before.row === after.row &&
    before.index === after.index &&
    before.isFlying === after.isFlying &&
    before.catalogue === after.catalogue &&
    before.left === after.left &&
    before.right === after.right &&
    isSameRowStanding(before.standing, after.standing),
)

/** Lines are checked anew at each change of any: what counts is what is said of this one. */
const isSameRowStanding = (a: RowStanding | null, b: RowStanding | null): boolean => {
  if (a === b) return true
  if (a === null || b === null) return false
  return (
    a.isReady === b.isReady &&
    a.isAlike === b.isAlike &&
    a.doubleOf === b.doubleOf &&
    a.isRefusedElsewhere === b.isRefusedElsewhere &&
    columns.every((column) => a.faults[column] === b.faults[column])
  )
}
