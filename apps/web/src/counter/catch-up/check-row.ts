import type { FieldFault, LateReason, ProblemCode, ScreeningInput } from '@sidep/contracts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { emptyFields, type FieldName } from '../form/draft.ts'
import {
  type FormFault,
  type FormFaults,
  faultsOnFields,
  fieldOrder,
  validateDraft,
} from '../form/validate.ts'
import { type Cells, type Column, cellCharactersMax, columns } from './columns.ts'
import {
  type CellContext,
  readBirthDate,
  readCellClock,
  readDay,
  readDevice,
  readResult,
  readSex,
  readSlipCell,
  type SlipFault,
} from './read-cell.ts'

/** What can be wrong with a cell. */
export type CellFault =
  | FormFault
  | SlipFault
  | 'SERIAL_TWICE'
  | 'SERIAL_UNKNOWN'
  | 'SERIAL_USED'
  | 'SEX_UNREADABLE'
  | 'RESULT_UNREADABLE'
  | 'CLOCK_UNREADABLE'
  | 'DEVICE_NONE'
  | 'DEVICE_SEVERAL'
  | 'CELL_TOO_LONG'
export type CellFaults = Partial<Record<Column, CellFault>>

export type CheckedRow =
  | { readonly ok: true; readonly input: ScreeningInput; readonly slip: string | null }
  | { readonly ok: false; readonly faults: CellFaults }

export interface CheckContext extends CellContext {
  /** Code of the kind of test entered here, and how long it takes until it is read. */
  readonly kind: { readonly code: string; readonly minutesToResult: number }
  /** Of the pile, for what was sampled more than a day ago. */
  readonly lateReason: LateReason
}

const columnOfField: Partial<Record<FieldName, Column>> = {
  familyName: 'familyName',
  firstNames: 'firstNames',
  birthDate: 'birthDate',
  sex: 'sex',
  contact: 'contact',
  device: 'device',
  deviceName: 'device',
  sampledAt: 'sampledDay',
}

const ownFaults = (cells: Cells, context: CheckContext): CellFaults => {
  const faults: CellFaults = {}
  for (const column of columns) {
    if (cells[column].length > cellCharactersMax) faults[column] = 'CELL_TOO_LONG'
  }
  const slip = readSlipCell(cells.slip, context.siteId)
  if (!slip.ok) faults.slip = slip.code
  if (readSex(cells.sex) === undefined)
    faults.sex = cells.sex === '' ? 'REQUIRED' : 'SEX_UNREADABLE'
  if (readResult(cells.result) === undefined) {
    faults.result = cells.result === '' ? 'REQUIRED' : 'RESULT_UNREADABLE'
  }
  const day = readDay(cells.sampledDay, context)
  if (!day.ok) faults.sampledDay = day.code === 'DATE_EMPTY' ? 'REQUIRED' : day.code
  if (readCellClock(cells.sampledTime) === undefined) {
    faults.sampledTime = cells.sampledTime === '' ? 'REQUIRED' : 'CLOCK_UNREADABLE'
  }
  const device = readDevice(cells.device, context)
  if (!device.ok) faults.device = device.code
  return faults
}

/**
 * A line as the request that it becomes, or what is wrong in it, cell by cell.
 * The times are those of the paper: nothing is taken from the moment of typing.
 *
 * @param ins matricule of the INS code that the identity was scanned from
 */
export const checkRow = (
  id: string,
  cells: Cells,
  context: CheckContext,
  ins: string | null = null,
): CheckedRow => {
  const own = ownFaults(cells, context)
  const day = readDay(cells.sampledDay, context)
  const clock = readCellClock(cells.sampledTime)
  const device = readDevice(cells.device, context)
  const birthDate = readBirthDate(cells.birthDate)
  const result = readResult(cells.result)
  const slip = readSlipCell(cells.slip, context.siteId)
  const { now, timeZone, catalogue, kind } = context
  const validated = validateDraft(
    {
      ...emptyFields(device.ok ? device.device : ''),
      familyName: cells.familyName,
      firstNames: cells.firstNames,
      birthDate: birthDate.ok ? dayFirst(birthDate.value) : cells.birthDate,
      sex: readSex(cells.sex) ?? '',
      ins: ins ?? '',
      contact: cells.contact,
      deviceName: (device.ok ? device.deviceName : undefined) ?? '',
      sampledAt: day.ok && clock !== undefined ? `${dayFirst(day.value)} ${clock}` : '',
      catchUp: true,
      lateReason: context.lateReason,
    },
    { id, now, timeZone, catalogue, kind: kind.code },
    result && { result, readAt: (sampledAt) => readAt(sampledAt, context) },
  )
  const faults = { ...(validated.ok ? {} : onColumns(validated.faults).cells), ...own }
  if (!validated.ok || !slip.ok || Object.keys(faults).length > 0) return { ok: false, faults }
  return { ok: true, slip: slip.serial === '' ? null : slip.serial, input: validated.input }
}

/** Faults of the form's fields on the columns that they came from. */
const onColumns = (faults: FormFaults): { cells: CellFaults; isElsewhere: boolean } => {
  const cells: CellFaults = {}
  let isElsewhere = false
  for (const field of fieldOrder) {
    const fault = faults[field]
    const column = columnOfField[field]
    if (fault === undefined) continue
    if (column === undefined) isElsewhere = true
    else cells[column] = fault
  }
  return { cells, isElsewhere }
}

/** A paper does not say when its result was read: when this kind of test is read, and never later than now. */
const readAt = (sampledAt: Date, { now, kind }: CheckContext): Date =>
  new Date(Math.min(sampledAt.getTime() + kind.minutesToResult * 60_000, now.getTime()))

const faultOfCode: Partial<Record<string, readonly [Column, CellFault]>> = {
  SLIP_SERIAL_INVALID: ['slip', 'SERIAL_FORM'],
  SLIP_UNKNOWN: ['slip', 'SERIAL_UNKNOWN'],
  SLIP_OTHER_SITE: ['slip', 'SERIAL_OTHER_SITE'],
  SLIP_USED: ['slip', 'SERIAL_USED'],
} satisfies Partial<Record<ProblemCode, readonly [Column, CellFault]>>

/** The server's refusal on the cells that it is about; `elsewhere` when it is about none. */
export const faultsOfRefusal = (
  code: string,
  faults: readonly FieldFault[],
): { readonly cells: CellFaults; readonly elsewhere: boolean } => {
  const known = faultOfCode[code]
  if (known !== undefined) return { cells: { [known[0]]: known[1] }, elsewhere: false }
  const { fields, elsewhere } = faultsOnFields(faults)
  const placed = onColumns(fields)
  const isElsewhere = placed.isElsewhere || elsewhere.length > 0 || faults.length === 0
  return { cells: placed.cells, elsewhere: isElsewhere }
}
