import type { FieldFault, ProblemCode, ScreeningInput } from '@sidep/contracts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { emptyFields, type FieldName } from '../form/draft.ts'
import {
  type FormFault,
  type FormFaults,
  faultsOnFields,
  fieldOrder,
  validateDraft,
} from '../form/validate.ts'
import { rfc3339 } from '../typing/times.ts'
import { type Cells, type Column, cellCharactersMax, columns } from './columns.ts'
import {
  type CellContext,
  readClock,
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
  const day = readDay(cells.sampledDay, context.now)
  if (!day.ok) faults.sampledDay = day.code === 'DATE_EMPTY' ? 'REQUIRED' : day.code
  if (readClock(cells.sampledTime) === undefined) {
    faults.sampledTime = cells.sampledTime === '' ? 'REQUIRED' : 'CLOCK_UNREADABLE'
  }
  const device = readDevice(cells.device, context)
  if (!device.ok) faults.device = device.code
  return faults
}

const deviceFault = (
  device: string,
  day: string,
  { catalogue }: CheckContext,
): CellFault | undefined => {
  const listed = catalogue?.devices.find(({ id }) => id === device)
  if (listed === undefined) return undefined
  const { validFrom, validUntil } = listed
  const isListedThen =
    (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil)
  return isListedThen ? undefined : 'DEVICE_NOT_VALID_THEN'
}

/**
 * A line as the request that it becomes, or what is wrong in it, cell by cell.
 * The times are those of the paper: nothing is taken from the moment of typing.
 */
export const checkRow = (id: string, cells: Cells, context: CheckContext): CheckedRow => {
  const own = ownFaults(cells, context)
  const sex = readSex(cells.sex)
  const day = readDay(cells.sampledDay, context.now)
  const clock = readClock(cells.sampledTime)
  const device = readDevice(cells.device, context)
  const result = readResult(cells.result)
  const slip = readSlipCell(cells.slip, context.siteId)
  const validated = validateDraft(
    {
      ...emptyFields(device.ok ? device.device : ''),
      familyName: cells.familyName,
      firstNames: cells.firstNames,
      birthDate: cells.birthDate,
      sex: sex ?? '',
      contact: cells.contact,
      deviceName: (device.ok ? device.deviceName : undefined) ?? '',
      sampledAt: day.ok && clock !== undefined ? `${dayFirst(day.value)} ${clock}` : '',
      catchUp: true,
    },
    { id, now: context.now, kind: context.kind.code },
    result,
  )
  const faults: CellFaults = validated.ok ? {} : onColumns(validated.faults).cells
  Object.assign(faults, own)
  if (device.ok && day.ok && faults.device === undefined) {
    const fault = deviceFault(device.device, day.value, context)
    if (fault !== undefined) faults.device = fault
  }
  if (!validated.ok || !slip.ok || Object.keys(faults).length > 0) return { ok: false, faults }
  if (cells.birthDate !== '' && day.ok && day.value < validated.input.person.birthDate) {
    return { ok: false, faults: { sampledDay: 'SAMPLED_BEFORE_BIRTH' } }
  }
  return {
    ok: true,
    slip: slip.serial === '' ? null : slip.serial,
    input: { ...validated.input, resultAt: readAt(validated.input.sampledAt, context) },
  }
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
const readAt = (sampledAt: string, { now, kind }: CheckContext): string => {
  const due = Date.parse(sampledAt) + kind.minutesToResult * 60_000
  return rfc3339(new Date(Math.max(Math.min(due, now.getTime()), Date.parse(sampledAt))))
}

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
