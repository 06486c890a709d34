import type { CellFault, CellFaults } from '../../catch-up/check-row.ts'
import type { RowStanding } from '../../catch-up/checker.ts'
import { type Column, columns } from '../../catch-up/columns.ts'
import type { Spot } from '../../catch-up/grid-state.ts'
import { isOpen, type Row } from '../../catch-up/row.ts'

export interface Fault {
  readonly spot: Spot
  readonly column: Column
  readonly fault: CellFault
}

/** Faults of a line in the order of its cells. */
export const faultsOfRow = (faults: CellFaults, row: number): Fault[] =>
  columns.flatMap((column, index) => {
    const fault = faults[column]
    return fault === undefined ? [] : [{ spot: { row, column: index }, column, fault }]
  })

/**
 * Faults of all lines that a person can change.
 *
 * @param active the line being typed: what is missing in it is no fault yet
 */
export const allFaults = (
  rows: readonly Row[],
  standings: ReadonlyMap<string, RowStanding>,
  active = -1,
): Fault[] =>
  rows.flatMap((row, index) =>
    isOpen(row)
      ? faultsOfRow(shownFaults(standings.get(row.id)?.faults ?? {}, index === active), index)
      : [],
  )

/** The first fault after a spot, round to the beginning; null when there is none. */
export const nextFault = (
  rows: readonly Row[],
  standings: ReadonlyMap<string, RowStanding>,
  from: Spot,
): Spot | null => {
  const faults = allFaults(rows, standings)
  const isAfter = ({ spot }: Fault): boolean =>
    spot.row > from.row || (spot.row === from.row && spot.column > from.column)
  return (faults.find(isAfter) ?? faults[0])?.spot ?? null
}

/** While one is still on a line, what is missing in it is not yet a fault to be told of. */
export const shownFaults = (faults: CellFaults, isActive: boolean): CellFaults =>
  isActive
    ? Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault !== 'REQUIRED'))
    : faults
