import type { CellFaults, CheckContext, CheckedRow } from './check-row.ts'
import { checkRow, faultsOfRefusal } from './check-row.ts'
import type { Column } from './columns.ts'
import { findDoubles } from './duplicates.ts'
import { isOpen, type Row } from './row.ts'

/** What stands in the way of sending a line. */
export interface RowStanding {
  readonly faults: CellFaults
  /** A refusal that is about no cell. */
  readonly isRefusedElsewhere: boolean
  /** Another line here about this person at this time. */
  readonly doubleOf: string | null
  /** The site has this person at this time already. */
  readonly isAlike: boolean
  /** Guessed cells, or such as look wrong, that nobody has looked at. */
  readonly toConfirm: readonly Column[]
  readonly checked: CheckedRow
  /** Nothing does. */
  readonly isReady: boolean
}

const minuteOf = ({ now }: CheckContext): number => Math.floor(now.getTime() / 60_000)

/** Checks lines, each again only when it or what it is checked against has changed. */
export const createChecker = (): ((
  rows: readonly Row[],
  context: CheckContext,
) => ReadonlyMap<string, RowStanding>) => {
  const known = new WeakMap<Row, { readonly context: CheckContext; readonly checked: CheckedRow }>()

  const checkedRow = (row: Row, context: CheckContext): CheckedRow => {
    const before = known.get(row)
    if (
      before !== undefined &&
      before.context.catalogue === context.catalogue &&
      before.context.siteId === context.siteId &&
      before.context.timeZone === context.timeZone &&
      before.context.recentDevices === context.recentDevices &&
      before.context.lateReason === context.lateReason &&
      minuteOf(before.context) === minuteOf(context)
    ) {
      return before.checked
    }
    const checked = checkRow(row.id, row.cells, context, row.ins)
    known.set(row, { context, checked })
    return checked
  }

  return (rows, context) => {
    const doubles = findDoubles(rows, context)
    return new Map(
      rows.map((row) => {
        const checked = checkedRow(row, context)
        const double = doubles.get(row.id)
        const refused =
          row.refusal === null
            ? { cells: {}, elsewhere: false }
            : faultsOfRefusal(row.refusal.code, row.refusal.faults)
        const faults: CellFaults = {
          ...refused.cells,
          ...(checked.ok ? {} : checked.faults),
          ...(double?.serial === true ? { slip: 'SERIAL_TWICE' as const } : {}),
        }
        const doubleOf = row.isNoDuplicate ? null : (double?.person ?? null)
        const isAlike = row.alike !== null
        const isReady =
          isOpen(row) &&
          checked.ok &&
          Object.keys(faults).length === 0 &&
          !refused.elsewhere &&
          doubleOf === null &&
          row.toConfirm.length === 0 &&
          !isAlike
        return [
          row.id,
          {
            faults,
            isRefusedElsewhere: refused.elsewhere,
            doubleOf,
            isAlike,
            toConfirm: row.toConfirm,
            checked,
            isReady,
          },
        ]
      }),
    )
  }
}
