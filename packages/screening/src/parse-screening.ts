/**
 * What a screening is: the one reading of it, for the counter's form, the grid, files of papers and the gate. At which
 * places which rules are broken is said all at once. Two steps: the shape by the contract's schema, then meaning
 * field by field. Reading what was read changes nothing.
 */

import { defaultDisease, type FieldFault, ScreeningInput } from '@sidep/contracts'
import {
  departmentOfPostalCode,
  easternmostDay,
  isCalendarDate,
  parseUuidV7,
} from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'
import { type CatalogueTables, isDeviceValidOn } from './catalogue.ts'
import { Faults } from './faults.ts'
import { isCatchUp, isInFuture, isLate, type ScreeningLimits } from './limits.ts'
import { parseMoment } from './moment.ts'
import { parsePerson } from './parse-person.ts'
import { parseResultAt } from './parse-result.ts'
import { otherDevice, type Screening } from './screening.ts'
import { type Shape, shapeFaults, walkedShape } from './shape.ts'

export type ParsedScreening =
  | { readonly ok: true; readonly value: Screening }
  | {
      readonly ok: false
      readonly faults: readonly FieldFault[]
      /**
       * Set when the shape is right: what was sound when it was acknowledged may be too old, or its device gone from
       * the list, when it is sent again.
       */
      readonly replayable: { readonly id: string; readonly sent: ScreeningInput } | null
    }

/** A name that can be printed: letters, digits, spaces and punctuation, no control or invisible characters. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u

const parseDevice = (
  input: ScreeningInput,
  catalogue: CatalogueTables,
  faults: Faults,
): Pick<Screening, 'device' | 'deviceName'> => {
  if (input.device === otherDevice) {
    const name = input.deviceName?.normalize('NFC').trim() ?? ''
    if (name === '') faults.add('/deviceName', 'DEVICE_NAME_REQUIRED')
    else if (!printable.test(name)) faults.add('/deviceName', 'MALFORMED')
    return { device: null, deviceName: name }
  }
  const device = catalogue.device(input.device)
  if (device === undefined) faults.add('/device', 'DEVICE_UNKNOWN')
  else if (faults.isClean('/sampledAt') && !isDeviceValidOn(device, input.sampledAt.slice(0, 10))) {
    faults.add('/device', 'DEVICE_NOT_VALID_THEN')
  }
  return { device: device ?? null, deviceName: null }
}

/** The day of a sample where it was taken; in UTC nobody says where, and it is the latest that it can be. */
const lastDayOf = (text: string, moment: Date): string =>
  /(?:Z|[+-]00:00)$/.test(text) ? easternmostDay(moment) : text.slice(0, 10)

const parseSampledAt = (
  { sampledAt, catchUp, person: { birthDate } }: ScreeningInput,
  { catchUpDaysMax, way }: ScreeningLimits,
  at: Date,
  faults: Faults,
): Date | undefined => {
  const moment = parseMoment(sampledAt)
  if (moment === undefined) {
    faults.add('/sampledAt', 'MALFORMED')
    return undefined
  }
  const mayBeOld = catchUp === true || way === 'laboratory'
  const isTooOld = mayBeOld
    ? at.getTime() - moment.getTime() > catchUpDaysMax * dayMilliseconds
    : isCatchUp(moment, at)
  const lastDay = lastDayOf(sampledAt, moment).slice(0, birthDate.length)
  if (isInFuture(moment, at)) faults.add('/sampledAt', 'SAMPLED_IN_FUTURE')
  else if (isTooOld) faults.add('/sampledAt', 'SAMPLED_TOO_OLD')
  else if (faults.isClean('/person/birthDate') && lastDay < birthDate) {
    faults.add('/sampledAt', 'SAMPLED_BEFORE_BIRTH')
  }
  return moment
}

const checkSymptoms = ({ symptoms }: ScreeningInput, at: Date, faults: Faults): void => {
  const onset = symptoms?.onset
  if (onset === undefined) return
  const sound =
    symptoms?.presence === 'present' && isCalendarDate(onset) && onset <= easternmostDay(at)
  if (!sound) faults.add('/symptoms/onset', 'SYMPTOM_ONSET_INVALID')
}

const walked = walkedShape(ScreeningInput)

/**
 * Reads one screening.
 *
 * @param input anything; bounded by the body limit
 * @param at now, by the portal's clock
 * @param shape how the schema is checked, when not by walking it
 * @returns the screening, or its faults: pointers from the root of `input`
 */
export const parseScreening = (
  input: unknown,
  catalogue: CatalogueTables,
  limits: ScreeningLimits,
  at: Date,
  shape: Shape<ScreeningInput> = walked,
): ParsedScreening => {
  if (!shape.Check(input)) {
    return { ok: false, faults: shapeFaults(shape.Errors(input)), replayable: null }
  }
  const faults = new Faults()
  const id = parseUuidV7(input.id)
  if (!id.ok) faults.add('/id', id.code)
  const person = parsePerson(input.person, at, faults)
  const kind = catalogue.kind(input.kind)
  const isFromLaboratory = limits.way === 'laboratory'
  if (kind === undefined || !(kind.atCounter || isFromLaboratory))
    faults.add('/kind', 'KIND_NOT_PERMITTED')
  const disease = input.disease ?? defaultDisease
  if (!catalogue.hasDisease(disease)) faults.add('/disease', 'DISEASE_UNKNOWN')
  const sampledAt = parseSampledAt(input, limits, at, faults)
  const isUnexplained =
    !isFromLaboratory && input.lateReason === undefined && sampledAt !== undefined
  if (isUnexplained && faults.isClean('/sampledAt') && isLate(sampledAt, at)) {
    faults.add('/lateReason', 'LATE_REASON_REQUIRED')
  }
  const device = parseDevice(input, catalogue, faults)
  checkSymptoms(input, at, faults)
  if (input.result === undefined && input.resultAt !== undefined) {
    faults.add('/resultAt', 'NOT_ALLOWED')
  }
  const resultAt =
    input.result === undefined ? null : parseResultAt(input.resultAt, sampledAt, at, faults)
  if (!id.ok || kind === undefined || sampledAt === undefined || faults.list.length > 0) {
    const replayable = id.ok ? { id: id.value, sent: input } : null
    return { ok: false, faults: faults.list, replayable }
  }
  return {
    ok: true,
    value: {
      id: id.value,
      person,
      kind,
      disease,
      ...device,
      sampledAt,
      result: input.result ?? null,
      resultAt,
      symptoms: input.symptoms?.presence ?? null,
      symptomsOnset: input.symptoms?.onset ?? null,
      reason: input.reason ?? null,
      catchUp: input.catchUp ?? false,
      department: departmentOfPostalCode(input.person.postalCode ?? '') ?? null,
      sent: input,
    },
  }
}
