import { addressQrCode } from '../../shared/documents/address-qr-code.ts'
import type { Bilingual } from '../../shared/documents/certificate-document.ts'
import { numericDate } from '../../shared/documents/local-time.ts'
import {
  bilingual,
  both,
  paleGrey as dim,
  drawBox,
  english,
  type Pen,
  partOf,
  write,
  writeBeside,
  writeWrapped,
} from '../../shared/documents/pen.ts'
import { a4, type Sheet } from '../../shared/documents/sheet.ts'
import { fitText, type MeasureText } from '../../shared/documents/text-layout.ts'
import type { PrintedSlip, PrintedSlips } from './printed-slip.ts'
import { drawRegister, slipsPerRegister } from './slip-register.ts'
import { slipWords as words } from './slip-words.ts'
import { slipsPerPage } from './slips-per-page.ts'

/**
 * Four slips on an A4 page, each a quarter (A6) that is cut off and handed to a person, and after them the
 * register that stays: what the person takes along cannot be typed later.
 *
 * A slip has two codes. The large one, with the number, is for whoever checks it, and opens nothing. The one that opens
 * the result, with the birth date, is below the fold, and is all that is there: folded, the sheet shows who it is of
 * and not how to read their result.
 */

const quarterWidth = a4.widthMillimetres / 2
const quarterHeight = a4.heightMillimetres / 2
const margin = 8
const textWidth = quarterWidth - 2 * margin
const qrSide = 38
const personQrSide = 17
/** From the top of a slip. */
const foldTop = 124

/**
 * Lays out the pages of slips, then those of their register.
 *
 * @param measure Widths in the font that the sheets will be drawn in.
 * @throws RangeError when there is no slip to print
 */
export const slipSheets = (
  print: PrintedSlips,
  measure: MeasureText,
): readonly [Sheet, ...Sheet[]] => {
  const title = titleOf(print)
  // Without a slip there is no sheet.
  const dated = print.slips[0]?.issuedAt ?? ''
  const sheetWith = (draw: (pen: Pen) => void): Sheet => {
    const pen: Pen = { marks: [], measure }
    draw(pen)
    return { ...a4, title, dated, language: 'fr-FR', marks: pen.marks }
  }
  const [first, ...others] = [
    ...inPages(print.slips, slipsPerPage).map((page) =>
      sheetWith((pen) => drawPage(pen, print.siteName, page)),
    ),
    ...inPages(print.slips, slipsPerRegister).map((page) =>
      sheetWith((pen) => drawRegister(pen, print.siteName, page)),
    ),
  ]
  if (first === undefined) throw new RangeError('no slip to print')
  return [first, ...others]
}

const inPages = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  )

const fiveDigits = (number: number): string => String(number).padStart(5, '0')

/** `00041–00052`. */
export const numbersOf = (slips: readonly Pick<PrintedSlip, 'number'>[]): string => {
  const [first, last] = [slips[0], slips.at(-1)]
  if (first === undefined || last === undefined) return ''
  return first === last
    ? fiveDigits(first.number)
    : `${fiveDigits(first.number)}–${fiveDigits(last.number)}`
}

const titleOf = ({ siteName, slips }: PrintedSlips): string =>
  `Fiches de test ${numbersOf(slips)} – ${siteName}`

const drawPage = (pen: Pen, siteName: string, slips: readonly PrintedSlip[]): void => {
  slips.forEach((slip, index) => {
    const left = (index % 2) * quarterWidth
    const top = Math.floor(index / 2) * quarterHeight
    drawSlip(pen, left + margin, top, siteName, slip)
  })
  const cut = { kind: 'line', thickness: 0.2, grey: 0.65, dash: 1.5 } as const
  pen.marks.push(
    { ...cut, from: [0, quarterHeight], to: [a4.widthMillimetres, quarterHeight] },
    { ...cut, from: [quarterWidth, 0], to: [quarterWidth, a4.heightMillimetres] },
  )
}

const drawSlip = (pen: Pen, x: number, top: number, siteName: string, slip: PrintedSlip): void => {
  drawHead(pen, x, top + 5.5, siteName, slip)
  pen.marks.push({
    kind: 'code',
    x: x + textWidth - qrSide,
    y: top + 5.5,
    side: qrSide,
    matrix: addressQrCode(slip.check),
    label: `${both(words.title)} ${slip.printed}`,
  })
  drawPersonFields(pen, x, top + 45.4)
  drawTestFields(pen, x, top + 85)
  drawPersonsCode(pen, x, top + foldTop, slip)
}

/** Below the fold: what opens the result, for the person alone. */
const drawPersonsCode = (pen: Pen, x: number, top: number, slip: PrintedSlip): void => {
  pen.marks.push({
    kind: 'line',
    thickness: 0.25,
    grey: 0.3,
    dash: 0.8,
    from: [x, top],
    to: [x + textWidth, top],
  })
  pen.marks.push({
    kind: 'code',
    x: x + textWidth - personQrSide,
    y: top + 2.3,
    side: personQrSide,
    matrix: addressQrCode(slip.address),
    label: both(words.persons),
  })
  const width = textWidth - personQrSide - 4
  write(pen, x, top + 3.2, words.persons.fr, {
    sizePoints: 6,
    weight: 'bold',
    part: partOf('H2'),
  })
  const code = fitText(slip.code, 'bold', pen.measure, {
    widthMillimetres: width,
    linesMax: 1,
    sizeMax: 13,
    sizeMin: 8,
  })
  write(pen, x, top + 8.2, code.lines.join(''), { sizePoints: code.sizePoints, weight: 'bold' })
  const page = slip.address.slice(0, slip.address.indexOf('#'))
  const french = words.where.fr.replace('{page}', page)
  const next = writeWrapped(pen, x, top + 9.2, width, french, { sizePoints: 5.4 })
  const again = english(`${words.persons.en}. ${words.where.en}`)
  writeWrapped(pen, x, next, width, again, { sizePoints: 4.6, grey: dim })
}

/** Beside the code: whose sheet it is, until when, and what the code does not say. */
const drawHead = (
  pen: Pen,
  x: number,
  top: number,
  siteName: string,
  { printed, expiresAt }: PrintedSlip,
): void => {
  const width = textWidth - qrSide - 4
  const titleStyle = { sizePoints: 12, weight: 'bold', englishPoints: 7, gap: 1.5 } as const
  writeBeside(pen, x, top + 4, words.title, { ...titleStyle, part: partOf('H1') })
  const site = fitText(siteName, 'bold', pen.measure, {
    widthMillimetres: width,
    linesMax: 2,
    sizeMax: 9,
    sizeMin: 6,
  })
  let y = top + 5.5
  const sitePart = partOf('P')
  for (const line of site.lines) {
    const siteStyle = { sizePoints: site.sizePoints, weight: 'bold', part: sitePart } as const
    y = writeWrapped(pen, x, y, width, line, siteStyle)
  }
  // For the counter's register and catch-up, which know the site: the person types the code below the fold.
  const afterSite = printed.indexOf('-') + 1
  const number = partOf('P')
  write(pen, x, y + 4.2, `N° ${printed.slice(0, afterSite)}`, { sizePoints: 8, part: number })
  const rest = { sizePoints: 9, weight: 'bold', part: number } as const
  write(pen, x, y + 8.2, printed.slice(afterSite), rest)
  y += 9.4
  const valid = bilingual(words.validUntil)
  const until = { ...valid, text: `${valid.text} ${numericDate(expiresAt.slice(0, 10))}` }
  y = writeWrapped(pen, x, y, width, until, { sizePoints: 6 })
  y = writeWrapped(pen, x, y + 0.8, width, words.checking.fr, { sizePoints: 5.8 })
  writeWrapped(pen, x, y + 0.6, width, english(words.checking.en), { sizePoints: 5.2, grey: dim })
}

const fieldHeight = 6.6
const labelHeight = 2.9

const drawLabel = (pen: Pen, x: number, y: number, label: Parameters<typeof both>[0]): void => {
  writeBeside(pen, x, y + 2.1, label, {
    sizePoints: 6.5,
    weight: 'bold',
    englishPoints: 6,
    gap: 1,
  })
}

/** Boxes of one figure each, in groups: `2-2-4` is a date. @returns where they end */
const drawFigures = (
  pen: Pen,
  x: number,
  y: number,
  groups: readonly number[],
  side: number,
): number => {
  let left = x
  for (const [index, count] of groups.entries()) {
    if (index > 0) left += 1.6
    drawBox(pen, left, y, count * side, fieldHeight)
    for (let figure = 1; figure < count; figure += 1) {
      const line = left + figure * side
      pen.marks.push({
        kind: 'line',
        thickness: 0.15,
        grey: 0.6,
        from: [line, y],
        to: [line, y + fieldHeight],
      })
    }
    left += count * side
  }
  return left
}

/** What is written under boxes to say which figure goes where. */
const drawHints = (
  pen: Pen,
  y: number,
  hints: readonly (readonly [x: number, text: string])[],
): void => {
  for (const [x, text] of hints) write(pen, x, y, text, { sizePoints: 4.5, grey: 0.5 })
}

const drawTick = (pen: Pen, x: number, y: number, label: string | Bilingual): void => {
  drawBox(pen, x, y, 4.4, 4.4, { thickness: 0.35, grey: 0 })
  const [left, baseline] = [x + 5.8, y + 3.5]
  const style = { sizePoints: 9, weight: 'bold' } as const
  if (typeof label === 'string') write(pen, left, baseline, label, style)
  else writeBeside(pen, left, baseline, label, { ...style, englishPoints: 6.5, gap: 1.2 })
}

const rowHeight = 10

const drawPersonFields = (pen: Pen, x: number, top: number): void => {
  for (const [row, label] of [words.familyName, words.firstNames].entries()) {
    drawLabel(pen, x, top + row * rowHeight, label)
    drawBox(pen, x, top + row * rowHeight + labelHeight, textWidth, fieldHeight)
  }
  const birth = top + 2 * rowHeight
  drawLabel(pen, x, birth, words.birthDate)
  drawFigures(pen, x, birth + labelHeight, [2, 2, 4], 5.6)
  drawHints(pen, birth + labelHeight + 2, [
    [x + 0.5, 'J'],
    [x + 13.3, 'M'],
    [x + 26.1, 'A'],
  ])
  drawLabel(pen, x + 60, birth, words.sex)
  drawTick(pen, x + 60, birth + labelHeight + 1.1, 'F')
  drawTick(pen, x + 74, birth + labelHeight + 1.1, 'M')
  const phone = top + 3 * rowHeight
  drawLabel(pen, x, phone, words.phone)
  drawFigures(pen, x, phone + labelHeight, [2, 2, 2, 2, 2], 5.6)
}

const drawTestFields = (pen: Pen, x: number, top: number): void => {
  drawLabel(pen, x, top, words.device)
  drawBox(pen, x, top + labelHeight, textWidth, fieldHeight)
  const sampled = top + rowHeight
  drawLabel(pen, x, sampled, words.sampled)
  const end = drawFigures(pen, x, sampled + labelHeight, [2, 2, 4], 5.6)
  drawFigures(pen, end + 6, sampled + labelHeight, [2, 2], 5.6)
  drawHints(pen, sampled + labelHeight + 2, [
    [x + 0.5, 'J'],
    [x + 13.3, 'M'],
    [x + 26.1, 'A'],
    [end + 6.5, 'H'],
    [end + 19.3, 'MIN'],
  ])
  const result = top + 2 * rowHeight
  drawLabel(pen, x, result, words.result)
  for (const [row, label] of [words.negative, words.positive, words.inconclusive].entries()) {
    drawTick(pen, x, result + labelHeight + row * 5.2, label)
  }
  const stampX = x + 48
  write(pen, stampX, result + 2.1, words.stamp.fr, { sizePoints: 6.5, weight: 'bold' })
  write(pen, stampX + 0.8, result + labelHeight + 2.2, english(words.stamp.en), {
    sizePoints: 5.4,
    grey: dim,
  })
  drawBox(pen, stampX, result + labelHeight, textWidth - 48, 14.8)
}
