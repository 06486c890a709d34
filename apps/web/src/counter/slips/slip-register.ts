import {
  bilingual,
  drawBox,
  english,
  type Pen,
  paleGrey,
  partOf,
  type Spoken,
  write,
  writeBeside,
  writeWrapped,
} from '../../shared/documents/pen.ts'
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

type Cell = readonly [share: number, label: string | Spoken]

const dated = bilingual(words.birthDate)

const person: readonly Cell[] = [
  [0.42, bilingual(words.familyName)],
  [0.33, bilingual(words.firstNames)],
  [0.25, { ...dated, text: `${dated.text}  JJ/MM/AAAA` }],
]
const screening: readonly Cell[] = [
  [0.1, 'F / M'],
  [0.21, words.phone.fr],
  [0.27, bilingual(words.device)],
  [0.26, 'Prélevé · Sampled  JJ/MM  HH:MM'],
  [0.16, 'N / P / Ind.'],
]

/** One page of the register: a row a slip, its number printed already. */
export const drawRegister = (pen: Pen, siteName: string, slips: readonly PrintedSlip[]): void => {
  const title = { sizePoints: 13, weight: 'bold', englishPoints: 9, gap: 2 } as const
  writeBeside(pen, margin, 15, words.registerTitle, { ...title, part: partOf('H1') })
  const y = writeWrapped(pen, margin, 17, width, siteName, { sizePoints: 9, weight: 'bold' })
  const next = writeWrapped(pen, margin, y + 0.5, width, words.registerHelp.fr, { sizePoints: 7 })
  writeWrapped(pen, margin, next, width, english(words.registerHelp.en), {
    sizePoints: 6,
    grey: paleGrey,
  })
  slips.forEach((slip, index) => {
    drawRow(pen, rowsTop + index * rowHeight, slip)
  })
}

const numberWidth = 33

const drawRow = (pen: Pen, top: number, { printed }: PrintedSlip): void => {
  // The site is the page's: what tells the slips apart is the rest.
  const short = printed.slice(printed.indexOf('-') + 1)
  const row = {}
  const head = { sizePoints: 8.5, weight: 'bold', part: partOf('TH', row) } as const
  write(pen, margin, top + 6, short, head)
  const left = margin + numberWidth
  drawCells(pen, left, top, person, row)
  drawCells(pen, left, top + lineHeight, screening, row)
}

const drawCells = (
  pen: Pen,
  left: number,
  y: number,
  cells: readonly Cell[],
  row: object,
): void => {
  let x = left
  for (const [share, label] of cells) {
    const cellWidth = share * (width - numberWidth)
    drawBox(pen, x, y, cellWidth, lineHeight)
    write(pen, x + 0.8, y + 2.2, label, {
      sizePoints: 5,
      grey: 0.45,
      part: partOf('TD', row),
    })
    x += cellWidth
  }
}
