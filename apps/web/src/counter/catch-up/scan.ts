/** What a hand scanner typed while papers are entered: a slip's number, a person's identity, or neither. */
import { readSlip, writeSlipSerial } from '@sidep/continuity'
import {
  cleanScannedText,
  type InsIdentity,
  looksLikeCode,
  parseInsDataMatrix,
  restoreLayout,
} from '@sidep/identifiers'
import { mayBeCode } from '../../shared/scanner/index.ts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { typedNames } from '../form/draft.ts'
import { looksLikeIns } from '../form/keys.ts'
import { isWholeCode } from '../form/whole-code.ts'
import { type Cells, type Column, columns } from './columns.ts'
import type { Grid, GridAction, Spot } from './grid-state.ts'
import { readSlipCell } from './read-cell.ts'
import { isOpen } from './row.ts'

export type PaperScan =
  /** The address in a slip's large code. */
  | { readonly kind: 'slip'; readonly address: string }
  /** `ins`: the matricule, which no column shows. */
  | { readonly kind: 'person'; readonly cells: Partial<Cells>; readonly ins: string }
  /** An INS code that cannot be read, the code of something else, or a scanner set for another keyboard. */
  | { readonly kind: 'refused'; readonly why: 'ins' | 'other' | 'layout' }

const isSlip = (text: string): boolean => readSlip(cleanScannedText(text)).ok
const isIns = (text: string): boolean => parseInsDataMatrix(text.trim()).ok

const cellsOf = ({ familyName, firstNames, birthDate, sex }: InsIdentity): Partial<Cells> => ({
  familyName,
  firstNames: typedNames(firstNames),
  birthDate: dayFirst(birthDate),
  sex: sex === 'U' ? 'I' : sex,
})

/** @param typed as the computer wrote it: through another layout, or under Caps Lock, perhaps */
export const readPaperScan = (typed: string): PaperScan => {
  const slip = restoreLayout(typed, isSlip)
  if (slip !== null) return { kind: 'slip', address: cleanScannedText(slip.text) }
  const ins = restoreLayout(typed, isIns)
  const identity = ins === null ? null : parseInsDataMatrix(ins.text.trim())
  if (identity?.ok) {
    const { matricule } = identity.value
    return { kind: 'person', cells: cellsOf(identity.value), ins: matricule }
  }
  if (looksLikeIns(typed)) return { kind: 'refused', why: 'ins' }
  const isOther = looksLikeCode(typed) || isWholeCode(typed) || !mayBeCode(typed)
  return { kind: 'refused', why: isOther ? 'other' : 'layout' }
}

export interface PlacedScan {
  /** Where one goes on from there. */
  readonly spot: Spot
  /** What puts it in; none when it is there already. */
  readonly actions: readonly GridAction[]
}

const placeOf = (column: Column): number => columns.indexOf(column)

/** A slip's number as cells have it; an address that names another site stays whole, beside its fault. */
const slipCell = (address: string, siteId: string): string => {
  const read = readSlipCell(address, siteId)
  return read.ok ? writeSlipSerial({ text: read.serial }) : address
}

/**
 * Where a scan goes: into the line that has this slip already, into the one under the cursor while its place there is
 * empty, else into a new one.
 */
export const placeScan = (
  { rows, active }: Pick<Grid, 'rows' | 'active'>,
  scan: Exclude<PaperScan, { kind: 'refused' }>,
  siteId: string,
): PlacedScan => {
  const cells = scan.kind === 'slip' ? { slip: slipCell(scan.address, siteId) } : scan.cells
  // The cells of each kind of scan stand side by side.
  const names = columns.filter((column) => cells[column] !== undefined)
  const known = scan.kind === 'slip' ? rows.findIndex((row) => row.cells.slip === cells.slip) : -1
  const here = rows[active.row]
  const isFree = here === undefined || (isOpen(here) && names.every((name) => !here.cells[name]))
  const row = known >= 0 ? known : isFree ? active.row : rows.length
  const spot = { row, column: placeOf(scan.kind === 'slip' ? 'familyName' : 'contact') }
  if (known >= 0) return { spot, actions: [] }
  const column = Math.min(...names.map(placeOf))
  const texts = names.map((name) => cells[name] ?? '')
  return {
    spot,
    actions: [
      { type: 'goto', spot: { row, column } },
      { type: 'paste', cells: [texts], ...(scan.kind === 'person' ? { ins: scan.ins } : {}) },
      { type: 'goto', spot },
    ],
  }
}
