/**
 * Files of papers: read whatever a spreadsheet saves, line by line, and written so that one reads them again.
 * Nothing is rejected for a bad line: its cells come into the grid as they are, next to their faults.
 */
import Papa from 'papaparse'
import {
  type Cells,
  type Column,
  cellCharactersMax,
  columns,
  emptyCells,
  rowsMax,
} from './columns.ts'
import type { Imported } from './grid-state.ts'

/** A thousand lines of long names have 200 kB. */
export const fileBytesMax = 1024 * 1024

/** The first line of a file; French, as the people who fill it in. */
export const headers: Readonly<Record<Column, string>> = {
  slip: 'Numéro de fiche',
  familyName: 'Nom de naissance',
  firstNames: 'Prénoms',
  birthDate: 'Date de naissance',
  sex: 'Sexe',
  contact: 'Téléphone ou e-mail',
  device: 'Test utilisé',
  sampledDay: 'Date du prélèvement',
  sampledTime: 'Heure du prélèvement',
  result: 'Résultat',
}

/** Other words that people and programs put there; compared without case, accents or signs. */
const aliases: Readonly<Record<Column, readonly string[]>> = {
  slip: ['fiche', 'n fiche', 'no fiche', 'numero', 'n', 'serie', 'slip number', 'slip', 'serial'],
  familyName: ['nom', 'nom de famille', 'family name', 'name at birth', 'last name', 'surname'],
  firstNames: ['prenom', 'prenom s', 'first names', 'first name', 'given names'],
  birthDate: ['ne le', 'ne e le', 'naissance', 'ddn', 'birth date', 'date of birth', 'born'],
  sex: ['sex', 'genre'],
  contact: [
    'telephone',
    'tel',
    'portable',
    'mobile',
    'e mail',
    'email',
    'mail',
    'contact',
    'phone',
  ],
  device: ['test', 'dispositif', 'device', 'test used'],
  sampledDay: [
    'date',
    'preleve le',
    'date prelevement',
    'date du test',
    'sampled on',
    'sampling date',
  ],
  sampledTime: [
    'heure',
    'preleve a',
    'heure prelevement',
    'heure du test',
    'sampled at',
    'sampling time',
  ],
  result: ['resultat du test', 'result', 'test result'],
}

/** Columns without which a line can never be whole. */
const needed: readonly Column[] = ['familyName', 'firstNames', 'birthDate']

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()

const columnOf = (header: string): Column | undefined => {
  const sought = plain(header)
  return sought === ''
    ? undefined
    : columns.find(
        (column) => plain(headers[column]) === sought || aliases[column].includes(sought),
      )
}

export type FileFault =
  | 'FILE_EMPTY'
  | 'FILE_TOO_LARGE'
  | 'FILE_NOT_TEXT'
  | 'FILE_COLUMNS'
  | 'FILE_TOO_MANY_ROWS'

export type ReadFile =
  | {
      readonly ok: true
      readonly lines: readonly Imported[]
      /** Headers that nothing was taken from. */
      readonly ignored: readonly string[]
    }
  | {
      readonly ok: false
      readonly code: FileFault
      /** Of FILE_COLUMNS: which are missing. */
      readonly missing: readonly Column[]
    }

const refused = (code: FileFault, missing: readonly Column[] = []): ReadFile => ({
  ok: false,
  code,
  missing,
})

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte)

/** UTF-8 if it is, else what French Windows writes; UTF-16 by its mark. Undefined when it is no text. */
const decode = (bytes: Uint8Array): string | undefined => {
  if (startsWith(bytes, 0xff, 0xfe)) return new TextDecoder('utf-16le').decode(bytes)
  if (startsWith(bytes, 0xfe, 0xff)) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // Not UTF-8: every byte is a character of Windows-1252.
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** A cell as it was meant: without a spreadsheet's `="…"`, and the quote that keeps a formula from being one. */
const cellOf = (text: string): string =>
  text
    .replace(controls, '')
    .replace(/[\r\n\t]+/g, ' ')
    .trim()
    .replace(/^="(.*)"$/, '$1')
    .replace(/^'(?=[=+\-@])/, '')
    .trim()
    // One more than is allowed: what is cut is said to be too long, and nothing swells.
    .slice(0, cellCharactersMax + 1)

/** A spreadsheet takes a phone number for a number, and its first nought for nothing. */
const contactOf = (text: string): string => (/^[1-9]\d{8}$/.test(text) ? `0${text}` : text)

const cellsOf = (line: readonly string[], places: readonly (Column | undefined)[]): Cells => {
  const cells: Record<Column, string> = { ...emptyCells }
  for (const [index, column] of places.entries()) {
    if (column !== undefined) cells[column] = cellOf(line[index] ?? '')
  }
  cells.contact = contactOf(cells.contact)
  // Day and time in one cell, as a spreadsheet's date has them.
  const both = /^(\S+)[ T](\d{1,2}[:h]\d{2})(?::\d{2})?$/.exec(cells.sampledDay)
  if (both !== null && cells.sampledTime === '') {
    cells.sampledDay = both[1] ?? ''
    cells.sampledTime = both[2] ?? ''
  }
  return cells
}

/** What stands between the titles: people name columns without any of these. */
const delimiterOf = (text: string): string => {
  const titles = text.trimStart().split(/[\r\n]/, 1)[0] ?? ''
  const countOf = (sign: string): number => titles.split(sign).length
  return [';', ',', '\t'].toSorted((a, b) => countOf(b) - countOf(a))[0] ?? ';'
}

/** A quote that ends lines later, or never, swallows what is between: then quotes are letters like others. */
const linesOf = (text: string, delimiter: string): string[][] => {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter })
  const isSwallowed = data.flat().some((cell) => /[\r\n]/.test(cell) && cell.includes(delimiter))
  if (!isSwallowed && !errors.some(({ type }) => type === 'Quotes')) return data
  return Papa.parse<string[]>(text, { delimiter, quoteChar: '\u0001' }).data
}

/** Reads a file. */
export const readCsv = (bytes: Uint8Array): ReadFile => {
  if (bytes.length > fileBytesMax) return refused('FILE_TOO_LARGE')
  const decoded = decode(bytes)
  if (decoded === undefined) return refused('FILE_NOT_TEXT')
  const announced = /^\ufeff?sep=(.)\r?\n/.exec(decoded)
  const text = decoded
    .replace(/^\ufeff/, '')
    .slice(announced === null ? 0 : 6)
    .replace(/^\n/, '')
  const data = linesOf(text, announced?.[1] ?? delimiterOf(text))
  const firstLine = announced === null ? 1 : 2
  const numbered = data
    .map((line, index) => ({ line, number: firstLine + index }))
    .filter(({ line }) => line.some((cell) => cell.trim() !== ''))
  const [head, ...body] = numbered
  if (head === undefined) return refused('FILE_EMPTY')
  const places = head.line.map(columnOf)
  const missing = needed.filter((column) => !places.includes(column))
  if (missing.length > 0) return refused('FILE_COLUMNS', missing)
  if (body.length === 0) return refused('FILE_EMPTY')
  if (body.length > rowsMax) return refused('FILE_TOO_MANY_ROWS')
  return {
    ok: true,
    lines: body.map(({ line, number }) => ({ cells: cellsOf(line, places), line: number })),
    ignored: head.line.filter(
      (header, index) => header.trim() !== '' && places[index] === undefined,
    ),
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

/** Lines as a file, to be kept or to go on with elsewhere. */
export const writeCsv = (rows: readonly Cells[]): Uint8Array =>
  write([
    columns.map((column) => headers[column]),
    ...rows.map((cells) => columns.map((column) => cells[column])),
  ])
