/** Cells as spreadsheets copy them: tabs between cells, a line each, quotes around what has either inside. */
import Papa from 'papaparse'

const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

const inCell = (text: string): string =>
  text
    .replace(/\r\n|\r|\n/g, ' ')
    .replace(controls, '')
    .trim()

const split = (text: string): string[][] => text.split(/\r\n|\r|\n/).map((line) => line.split('\t'))

/** Reads what was copied. A quote that is none of a spreadsheet's swallows nothing: then each line is a line. */
export const parseClipboard = (text: string): string[][] => {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: '\t' })
  const isSwallowed = data.flat().some((cell) => /[\r\n]/.test(cell) && cell.includes('\t'))
  const lines = isSwallowed || errors.some(({ type }) => type === 'Quotes') ? split(text) : data
  const last = lines.at(-1)
  // Spreadsheets end the last line too.
  const isEnded = lines.length > 1 && last !== undefined && last.every((cell) => cell === '')
  return (isEnded ? lines.slice(0, -1) : lines).map((line) => line.map(inCell))
}

/** Whether a text is several cells. */
export const isSeveralCells = (text: string): boolean => /[\t\n\r]/.test(text.trimEnd())

/** Writes cells for a spreadsheet. */
export const writeClipboard = (cells: readonly (readonly string[])[]): string =>
  Papa.unparse(
    cells.map((line) => [...line]),
    { delimiter: '\t', newline: '\r\n', escapeFormulae: true },
  )
