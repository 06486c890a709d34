/**
 * Files of papers: read whatever a spreadsheet saves, line by line, and written so that one reads them again.
 * Nothing is rejected for a bad line: its cells come into the grid as they are, next to their faults.
 */
import { cleanText } from '@sidep/identifiers'
import { clockIn, dayIn } from '@sidep/time'
import Papa from 'papaparse'
import { dayFirst } from '../../shared/typing/dates.ts'
import { type Column, cellCharactersMax, columns, emptyCells, rowsMax } from './columns.ts'
import { decodeFile, type Encoding } from './decode-file.ts'
import type { Imported } from './grid-state.ts'
import type { Row } from './row.ts'
import {
  columnsNamed,
  findHead,
  type Head,
  headers,
  insHeader,
  insOf,
  joinedCell,
  titlesIn,
} from './titles.ts'

/** A thousand lines of long names have 200 kB. */
const fileBytesMax = 1024 * 1024

/** Columns without which a line can never be whole. */
const needed: readonly Column[] = ['familyName', 'firstNames', 'birthDate']

export type FileFault =
  | 'FILE_EMPTY'
  | 'FILE_TOO_LARGE'
  | 'FILE_NOT_TEXT'
  | 'FILE_ENCODING'
  | 'FILE_COLUMNS'
  | 'FILE_TOO_MANY_ROWS'

export type ReadFile =
  | {
      readonly ok: true
      readonly lines: readonly Imported[]
      /** Titles that nothing was taken from. */
      readonly ignored: readonly string[]
      /** Lines that are no papers: a title above, a total below. */
      readonly leftOut: readonly string[]
      /** What it was read as, when that was not plain UTF-8 or UTF-16. */
      readonly encoding: Encoding | 'utf-8-twice' | null
    }
  | {
      readonly ok: false
      readonly code: FileFault
      /** Of FILE_COLUMNS: which are missing. */
      readonly missing: readonly Column[]
      /** Of FILE_ENCODING: what it seems to be. */
      readonly encoding: Encoding | null
    }

const refused = (
  code: FileFault,
  missing: readonly Column[] = [],
  encoding: Encoding | null = null,
): ReadFile => ({ ok: false, code, missing, encoding })

const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** A cell as it was meant: without what nobody sees, a spreadsheet's `="…"`, and the quote that keeps a formula from being one. */
const cellOf = (text: string): string =>
  text
    .replace(controls, '')
    .split(/[\r\n\t]+| /)
    // Word by word: how many blanks are between two is for whoever reads the cell to say.
    .map(cleanText)
    .join(' ')
    .trim()
    .replace(/^="(.*)"$/, '$1')
    .replace(/^'(?=[=+\-@])/, '')
    .trim()
    // One more than is allowed: what is cut is said to be too long, and nothing swells.
    .slice(0, cellCharactersMax + 1)

/** A spreadsheet takes a phone number for a number, and its first nought for nothing: `612345678`, `612345678.0`, `6,12345678E+08`; or is kept from that by a quote. */
const contactOf = (text: string): string => {
  const [, whole] = /^'?0?([1-9]\d{8})(?:[.,]0)?$/.exec(text) ?? []
  const [, first, rest] = /^([1-9])[.,](\d{8})E\+?0?8$/i.exec(text) ?? []
  const digits = whole ?? (first === undefined ? undefined : `${first}${rest}`)
  return digits === undefined ? text : `0${digits}`
}

/** What a program writes behind a day that has no time. */
const midnight = /[T ]00:00(?::00(?:[.,]0+)?)? ?(?:Z|[+-]00:?00)$/i

/** A moment, as programs write it (RFC 3339): said by another clock than the site's. */
const moment =
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)? ?(?:Z|[+-]\d{2}:?\d{2})$/i

const momentOf = (text: string): Date | null => {
  if (!moment.test(text) || midnight.test(text)) return null
  const at = new Date(
    text
      .replace(' ', 'T')
      .replace(' ', '')
      .replace(',', '.')
      .replace(/([+-]\d{2})(\d{2})$/, '$1:$2'),
  )
  return Number.isNaN(at.getTime()) ? null : at
}

/**
 * Day and time in one cell, as a spreadsheet's date has them: `28/11/2026 14:30:00`, `28/11/2026 à 14h30`,
 * `46354,604166667`; of a moment, those that the site's clock showed then.
 */
const withTimeApart = (cells: Record<Column, string>, timeZone: string): void => {
  const at = cells.sampledTime === '' ? momentOf(cells.sampledDay) : null
  if (at !== null) {
    cells.sampledDay = dayFirst(dayIn(at, timeZone))
    cells.sampledTime = clockIn(at, timeZone)
    return
  }
  const serial = /^(\d{5})([.,]\d+)$/.exec(cells.sampledDay)
  const both =
    serial ?? /^(\S+)(?:[ T]| à )(\d{1,2}[:h]\d{2}(?::\d{2})?(?: ?[AP]M)?)$/i.exec(cells.sampledDay)
  if (both === null || cells.sampledTime !== '') return
  cells.sampledDay = both[1] ?? ''
  cells.sampledTime = both[2] ?? ''
}

const takenOf = (
  line: readonly string[],
  { places }: Pick<Head, 'places'>,
  timeZone: string,
): Pick<Imported, 'cells' | 'ins'> => {
  const texts = Map.groupBy(
    places.flatMap((column, index) =>
      column === undefined ? [] : [{ column, text: cellOf(line[index] ?? '') }],
    ),
    ({ column }) => column,
  )
  const cells: Record<Column, string> = { ...emptyCells }
  for (const [column, said] of texts) {
    if (column === 'ins') continue
    const joined = said.map(({ text }) => (column === 'contact' ? contactOf(text) : text))
    cells[column] = joinedCell(column, joined)
  }
  withTimeApart(cells, timeZone)
  const ins = insOf((texts.get('ins') ?? []).map(({ text }) => text))
  return { cells, ...(ins === undefined ? {} : { ins }) }
}

/** A quote that ends lines later, or never, swallows what is between: then quotes are letters like others. */
const linesOf = (text: string, delimiter: string): string[][] => {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter })
  const isSwallowed = data.flat().some((cell) => /[\r\n]/.test(cell) && cell.includes(delimiter))
  if (!isSwallowed && !errors.some(({ type }) => type === 'Quotes')) return data
  return Papa.parse<string[]>(text, { delimiter, quoteChar: '\u0001' }).data
}

interface Line {
  readonly cells: readonly string[]
  readonly number: number
}

/** A text parted by one sign. */
interface Reading {
  readonly lines: readonly Line[]
  readonly head: Head | undefined
}

/** Titles may be parted by one sign and the lines below by another, when two programs wrote them: no line has then a second cell. */
const withBodyParted = (best: Reading, others: readonly Reading[]): readonly Line[] => {
  const { lines, head } = best
  if (head === undefined) return lines
  const isWhole = ({ cells }: Line): boolean =>
    cells.filter((cell) => cell.trim() !== '').length < 2
  const body = lines.slice(head.index + 1)
  if (body.length === 0 || !body.every(isWhole)) return lines
  const last = lines[head.index]?.number ?? 0
  const parted = others
    .map((other) => other.lines.filter(({ number }) => number > last))
    .find((below) => below.length === body.length && below.every((line) => !isWhole(line)))
  return parted === undefined ? lines : [...lines.slice(0, head.index + 1), ...parted]
}

/** The lines with something in them, parted by whichever sign parts the most titles. */
const partedLines = (
  text: string,
  announced: string | undefined,
  first: number,
): readonly Line[] => {
  const signs = announced === undefined ? [';', ',', '\t', '|'] : [announced]
  const readings = signs.map((sign) => {
    const lines = linesOf(text, sign)
      .map((cells, index) => ({ cells, number: first + index }))
      .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    const head = findHead(
      lines.map(({ cells }) => cells),
      1,
    )
    const titles = new Set(head?.places.filter((column) => column !== undefined)).size
    return { lines, head, titles }
  })
  const best = readings.reduce((best, other) => (other.titles > best.titles ? other : best))
  return withBodyParted(best, readings)
}

/** `(JJ/MM/AAAA)`, `[F/M]`: what is to be written in a column. */
const isHint = (cell: string): boolean => /^[([].*[)\]]$/.test(cell.trim())

/**
 * `Total : 12` under a table, a line of titles that is there again or in another language, and one of hints below them are
 * no papers.
 */
const isPaper = (line: Line, titles: readonly string[]): boolean => {
  const said = line.cells.filter((cell) => cell.trim() !== '')
  const isSum = said.slice(1).every((cell) => /^[\s\d.,]+$/.test(cell))
  if (isSum && /^(?:sous-)?(?:tota(?:l|ux)|nombre|somme|fin)\b/i.test(said[0]?.trim() ?? ''))
    return false
  const named = columnsNamed(line.cells)
  const isTitles = named >= needed.length && 2 * named > said.length
  if (said.every(isHint) || isTitles) return false
  return !line.cells.every((cell, index) => cell === (titles[index] ?? ''))
}

const wordsOf = ({ cells }: Line): string => cells.filter((cell) => cell.trim() !== '').join(' ')

/** Reads a file. @param timeZone of the site: moments of other clocks are told by its own */
export const readCsv = (bytes: Uint8Array, timeZone: string): ReadFile => {
  if (bytes.length > fileBytesMax) return refused('FILE_TOO_LARGE')
  const decoded = decodeFile(bytes, titlesIn)
  if (!decoded.ok) {
    return refused(decoded.code, [], decoded.code === 'FILE_ENCODING' ? decoded.encoding : null)
  }
  const announced = /^\ufeff?sep=(.)\r?\n/.exec(decoded.text)
  const text = decoded.text
    .replace(/^\ufeff/, '')
    .slice(announced === null ? 0 : 6)
    .replace(/^\n/, '')
  const lines = partedLines(text, announced?.[1], announced === null ? 1 : 2)
  if (lines.length === 0) return refused('FILE_EMPTY')
  const head = findHead(
    lines.map(({ cells }) => cells),
    1,
  )
  const missing = needed.filter((column) => head?.places.includes(column) !== true)
  if (head === undefined || missing.length > 0) return refused('FILE_COLUMNS', missing)
  const titles = lines[head.index]?.cells ?? []
  const body = lines.slice(head.index + 1)
  const papers = body.filter((line) => isPaper(line, titles))
  const others = [...lines.slice(0, head.index), ...body.filter((line) => !papers.includes(line))]
  if (papers.length === 0) return refused('FILE_EMPTY')
  if (papers.length > rowsMax) return refused('FILE_TOO_MANY_ROWS')
  const { encoding, wasTwice } = decoded
  return {
    ok: true,
    lines: papers.map(({ cells, number }) => ({ ...takenOf(cells, head, timeZone), line: number })),
    ignored: head.ignored,
    leftOut: others.map(wordsOf),
    encoding: wasTwice ? 'utf-8-twice' : encoding.startsWith('utf') ? null : encoding,
  }
}

/** `;` between cells and a mark at the start: what a French spreadsheet opens as it should. */
const write = (lines: readonly (readonly string[])[]): Uint8Array =>
  new TextEncoder().encode(
    `\ufeff${Papa.unparse(
      lines.map((line) => [...line]),
      // A cell that begins like a formula gets a quote before it: a name must not become a command.
      { delimiter: ';', newline: '\r\n', escapeFormulae: true },
    )}\r\n`,
  )

/** An empty file to fill in. */
export const csvTemplate = (): Uint8Array => write([columns.map((column) => headers[column])])

/** Lines as a file, to be kept or to go on with elsewhere; with a column for matricules where one has any. */
export const writeCsv = (rows: readonly Pick<Row, 'cells' | 'ins'>[]): Uint8Array => {
  const hasIns = rows.some(({ ins }) => ins !== null)
  return write([
    [...columns.map((column) => headers[column]), ...(hasIns ? [insHeader] : [])],
    ...rows.map(({ cells, ins }) => [
      ...columns.map((column) => cells[column]),
      ...(hasIns ? [ins ?? ''] : []),
    ]),
  ])
}
