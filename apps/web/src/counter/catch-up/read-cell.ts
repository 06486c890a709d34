/**
 * Reads cells as people type, paste and import them. What can be read gets one writing (`F`, `03/04/1980`,
 * `14:30`, a device's id); what cannot stays as it was typed, next to its fault.
 */
import { parseSlipSerial, readSlip, type SlipSerialCode, writeSlipSerial } from '@sidep/continuity'
import type { Catalogue, Result } from '@sidep/contracts'
import { cleanText, parseFiness } from '@sidep/identifiers'
import type { Device } from '@sidep/screening'
import { dayIn } from '@sidep/time'
import { deviceLabel, shownDevice } from '../../shared/documents/catalogue-words.ts'
import { dayFirst, parseTypedDate, type TypedDate } from '../../shared/typing/dates.ts'
import { searchDevices } from '../form/device-search.ts'
import { readClock } from '../typing/times.ts'
import type { Column } from './columns.ts'

export interface CellContext {
  readonly now: Date
  /** Of the site: days and times are on its calendar and clock. */
  readonly timeZone: string
  readonly siteId: string
  readonly catalogue: Catalogue | null
  /** Ids of the devices used here, the last first. */
  readonly recentDevices: readonly string[]
}

const plain = (text: string): string =>
  cleanText(text).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

export type SlipFault = SlipSerialCode | 'SERIAL_OTHER_SITE'
export type ReadSlipCell =
  | {
      readonly ok: true /** 21 characters; empty: a paper without number. */
      readonly serial: string
    }
  | { readonly ok: false; readonly code: SlipFault }

/** A number as printed, with or without its site, or the code's whole address from a scanner. */
export const readSlipCell = (text: string, siteId: string): ReadSlipCell => {
  const typed = text.trim()
  if (typed === '') return { ok: true, serial: '' }
  const scanned = readSlip(typed)
  const site = parseFiness(siteId)
  const serial = scanned.ok
    ? { ok: true as const, value: scanned.slip.serial }
    : parseSlipSerial(typed.replace(/^n\s*[°o]\s*/i, ''), site.ok ? site.value : undefined)
  if (!serial.ok) return { ok: false, code: serial.code }
  return serial.value.siteId === siteId
    ? { ok: true, serial: serial.value.text }
    : { ok: false, code: 'SERIAL_OTHER_SITE' }
}

/** `Neg.`, `NÉGATIF (-)`, `-` */
const wordOf = (text: string): string =>
  plain(text)
    .replace('\u2212', '-')
    .replace(/(?<=\p{L})[\s.:!]*(?:\([+-]\))?$/u, '')

/** A word of a list; `Féminin (F)` and `F - Féminin` are two of them that say the same. */
const oneOf = <Said>(text: string, said: Readonly<Record<string, Said>>): Said | undefined => {
  const [, word = '', again = ''] = /^(\p{L}+)\s*[-(:/]\s*(\p{L}+)\)?$/u.exec(plain(text)) ?? []
  const [first, second] = [said[word], said[again]]
  return said[wordOf(text)] ?? (first === second ? first : undefined)
}

const sexes: Readonly<Record<string, 'F' | 'M' | 'U'>> = {
  f: 'F',
  fem: 'F',
  feminin: 'F',
  fille: 'F',
  femme: 'F',
  female: 'F',
  mme: 'F',
  madame: 'F',
  mlle: 'F',
  mademoiselle: 'F',
  m: 'M',
  h: 'M',
  masc: 'M',
  masculin: 'M',
  garcon: 'M',
  homme: 'M',
  male: 'M',
  mr: 'M',
  monsieur: 'M',
  i: 'U',
  u: 'U',
  indetermine: 'U',
  unknown: 'U',
}
export const readSex = (text: string): 'F' | 'M' | 'U' | undefined => oneOf(text, sexes)

const results: Readonly<Record<string, Result>> = {
  n: 'negative',
  neg: 'negative',
  negatif: 'negative',
  negative: 'negative',
  '-': 'negative',
  p: 'positive',
  pos: 'positive',
  positif: 'positive',
  positive: 'positive',
  '+': 'positive',
  i: 'inconclusive',
  ind: 'inconclusive',
  indet: 'inconclusive',
  indetermine: 'inconclusive',
  inconclusive: 'inconclusive',
}
export const readResult = (text: string): Result | undefined => oneOf(text, results)
const resultLetter: Record<Result, string> = { negative: 'N', positive: 'P', inconclusive: 'I' }

/** A birth date: as any date, or as much of it as is known. */
export const readBirthDate = (text: string): TypedDate =>
  parseTypedDate(text, { isPartial: true, isSpreadsheet: true })

/** A sampling day: as any date, or without its year when it is the last such day. YYYY-MM-DD. */
export const readDay = (
  text: string,
  { now, timeZone }: Pick<CellContext, 'now' | 'timeZone'>,
): TypedDate => parseTypedDate(text, { today: dayIn(now, timeZone), isSpreadsheet: true })

/** `14:30` of what is typed or what a spreadsheet makes of it; undefined when it is no time. */
export const readCellClock = (text: string): string | undefined =>
  readClock(text, { isSpreadsheet: true })

/** A device off the list. */
const other = /^(?:autre|other)\s*[:,]\s*(\S.*)$/i

const isLabelOf = (device: Device, text: string, catalogue: Catalogue): boolean =>
  [shownDevice(device), deviceLabel({ device: device.id, deviceName: null }, catalogue)].some(
    (label) => plain(label) === plain(text),
  )

/** Whether a text says which device, by its number, its whole name or as another, so that nothing is guessed. */
export const isDeviceNamed = (
  text: string,
  { catalogue }: Pick<CellContext, 'catalogue'>,
): boolean => {
  const typed = text.trim()
  if (typed === '' || other.test(typed) || catalogue === null) return true
  return catalogue.devices.some(
    (device) => device.id === typed || isLabelOf(device, typed, catalogue),
  )
}

export type ReadDevice =
  | { readonly ok: true; readonly device: string; readonly deviceName?: string }
  | { readonly ok: false; readonly code: 'REQUIRED' | 'DEVICE_NONE' | 'DEVICE_SEVERAL' }

/**
 * A device by its id, its whole label, or words that only one has, of those used here if not of all; `autre : NAME`
 * for one that is not on the list.
 */
export const readDevice = (
  text: string,
  { catalogue, recentDevices, now, timeZone }: CellContext,
): ReadDevice => {
  const typed = text.trim()
  if (typed === '') return { ok: false, code: 'REQUIRED' }
  const named = other.exec(typed)?.[1]
  if (named !== undefined) return { ok: true, device: 'other', deviceName: named.trim() }
  // Without the list nothing can be looked up; the server will say.
  if (catalogue === null) return { ok: true, device: typed }
  const byId = catalogue.devices.find(({ id }) => id === typed)
  if (byId !== undefined) return { ok: true, device: byId.id }
  const byLabel = catalogue.devices.filter((device) => isLabelOf(device, typed, catalogue))
  if (byLabel[0] !== undefined) return { ok: true, device: byLabel[0].id }
  const found = searchDevices(
    catalogue.devices.map((device) => ({ ...device, validFrom: null, validUntil: null })),
    typed,
    recentDevices,
    dayIn(now, timeZone),
  )
  const used = found.filter(({ id }) => recentDevices.includes(id))
  const only = found.length === 1 ? found[0] : used.length === 1 ? used[0] : undefined
  if (only !== undefined) return { ok: true, device: only.id }
  return { ok: false, code: found.length === 0 ? 'DEVICE_NONE' : 'DEVICE_SEVERAL' }
}

/** One writing for what can be read. Reading its own writing changes nothing. */
export const settleCell = (column: Column, text: string, context: CellContext): string => {
  const typed = text.trim()
  if (typed === '') return ''
  switch (column) {
    case 'slip': {
      const read = readSlipCell(typed, context.siteId)
      return read.ok ? writeSlipSerial({ text: read.serial }) : typed
    }
    case 'birthDate': {
      const read = readBirthDate(typed)
      return read.ok ? dayFirst(read.value) : typed
    }
    case 'sampledDay': {
      const read = readDay(typed, context)
      return read.ok ? dayFirst(read.value) : typed
    }
    case 'sampledTime':
      return readCellClock(typed) ?? typed
    case 'sex': {
      const sex = readSex(typed)
      return sex === 'U' ? 'I' : (sex ?? typed)
    }
    case 'result': {
      const result = readResult(typed)
      return result === undefined ? typed : resultLetter[result]
    }
    case 'device': {
      const read = readDevice(typed, context)
      if (!read.ok) return typed
      return read.deviceName === undefined ? read.device : `autre : ${read.deviceName}`
    }
    default:
      return typed
  }
}
