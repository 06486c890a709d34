import { both, drawBox, type Pen, write, writeWrapped } from '../../shared/documents/pen.ts'
import { a4 } from '../../shared/documents/sheet.ts'
import type { PrintedSlip } from './printed-slip.ts'
import { slipWords as words } from './slip-words.ts'

/** Twelve people on a page, each two lines high: room for a hurried hand. */
export const slipsPerRegister = 12

const margin = 12
const width = a4.widthMillimetres - 2 * margin
const rowsTop = 33
const rowHeight = 20.6
const lineHeight = 9.4
const dim = 0.35

type Cell = readonly [share: number, label: string]

const person: readonly Cell[] = [
  [0.42, both(words.familyName)],
  [0.33, both(words.firstNames)],
  [0.25, `${both(words.birthDate)}  JJ/MM/AAAA`],
]
const screening: readonly Cell[] = [
  [0.1, 'F / M'],
  [0.21, words.phone.fr],
  [0.27, both(words.device)],
  [0.26, 'Prélevé · Sampled  JJ/MM  HH:MM'],
  [0.16, 'N / P / Ind.'],
]

/** One page of the register: a row a slip, its number printed already. */
export function drawRegister(pen: Pen, siteName: string, slips: readonly PrintedSlip[]): void {
  write(pen, margin, 15, words.registerTitle.fr, { sizePoints: 13, weight: 'bold' })
  const titleWidth = pen.measure(words.registerTitle.fr, 'bold', 13)
  write(pen, margin + titleWidth + 2, 15, words.registerTitle.en, { sizePoints: 9, grey: dim })
  const y = writeWrapped(pen, margin, 17, width, siteName, { sizePoints: 9, weight: 'bold' })
  const next = writeWrapped(pen, margin, y + 0.5, width, words.registerHelp.fr, { sizePoints: 7 })
  writeWrapped(pen, margin, next, width, words.registerHelp.en, { sizePoints: 6, grey: dim })
  slips.forEach((slip, index) => {
    drawRow(pen, rowsTop + index * rowHeight, slip)
  })
}

const numberWidth = 33

function drawRow(pen: Pen, top: number, { printed }: PrintedSlip): void {
  // The site is the page's: what tells the slips apart is the rest.
  const short = printed.slice(printed.indexOf('-') + 1)
  write(pen, margin, top + 6, short, { sizePoints: 8.5, weight: 'bold' })
  const left = margin + numberWidth
  drawCells(pen, left, top, person)
  drawCells(pen, left, top + lineHeight, screening)
}

function drawCells(pen: Pen, left: number, y: number, cells: readonly Cell[]): void {
  let x = left
  for (const [share, label] of cells) {
    const cellWidth = share * (width - numberWidth)
    drawBox(pen, x, y, cellWidth, lineHeight)
    write(pen, x + 0.8, y + 2.2, label, { sizePoints: 5, grey: 0.45 })
    x += cellWidth
  }
}
