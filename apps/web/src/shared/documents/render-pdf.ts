import fontkit from '@pdf-lib/fontkit'
import {
  closePath,
  fill,
  grayscale,
  LineCapStyle,
  lineTo,
  moveTo,
  PDFDocument,
  type PDFFont,
  type PDFPage,
  popGraphicsState,
  pushGraphicsState,
  setFillingGrayscaleColor,
} from 'pdf-lib'
import { darkRuns, type ModuleMatrix, verticalMerge } from './module-matrix.ts'
import { type Mark, millimetresPerPoint, type Sheet } from './sheet.ts'
import type { MeasureText, Weight } from './text-layout.ts'

/** The two font files, as bytes. */
export type DocumentFonts = Readonly<Record<Weight, Uint8Array>>

/** Stands for a character that the embedded font lacks; the codes carry the name whatever happens. */
const replacement = '\u{FFFD}'

/** Says that a font is a subset (ISO 32000-1 §9.6.4: six capital letters). */
const subsetTag = 'SIDEPD'

/**
 * Draws laid-out sheets as a PDF, one a page: text in a subset of the embedded fonts, codes as vector shapes.
 * The same input gives the same bytes: no dates, no random names.
 *
 * @param layOut Called once with the font's measure; the first sheet names the document.
 */
export async function renderPdf(
  layOut: (measure: MeasureText) => readonly [Sheet, ...Sheet[]],
  fonts: DocumentFonts,
): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  pdf.registerFontkit(fontkit)
  const embedded = {
    regular: await pdf.embedFont(fonts.regular, {
      subset: true,
      customName: `${subsetTag}+Document-Regular`,
    }),
    bold: await pdf.embedFont(fonts.bold, {
      subset: true,
      customName: `${subsetTag}+Document-Bold`,
    }),
  }
  const drawable = {
    regular: new Set(embedded.regular.getCharacterSet()),
    bold: new Set(embedded.bold.getCharacterSet()),
  }
  const printable = (text: string, weight: Weight): string => printableText(text, drawable[weight])

  const sheets = layOut(
    (text, weight, size) =>
      embedded[weight].widthOfTextAtSize(printable(text, weight), size) * millimetresPerPoint,
  )
  pdf.setTitle(printable(sheets[0].title, 'regular'), { showInWindowTitleBar: true })
  pdf.setLanguage(sheets[0].language)
  pdf.setCreator('sidep')
  for (const sheet of sheets) {
    const page = pdf.addPage([points(sheet.widthMillimetres), points(sheet.heightMillimetres)])
    for (const mark of sheet.marks) drawMark(page, sheet, mark, embedded, printable)
  }
  return pdf.save()
}

const points = (millimetres: number): number => millimetres / millimetresPerPoint

/** Composed (NFC), each character the font lacks replaced by one sign. */
function printableText(text: string, drawable: ReadonlySet<number>): string {
  return Array.from(text.normalize('NFC'), (character) =>
    drawable.has(character.codePointAt(0) ?? 0) ? character : replacement,
  ).join('')
}

function drawMark(
  page: PDFPage,
  sheet: Sheet,
  mark: Mark,
  fonts: Readonly<Record<Weight, PDFFont>>,
  printable: (text: string, weight: Weight) => string,
): void {
  const x = (value: number): number => points(value)
  const y = (value: number): number => points(sheet.heightMillimetres - value)
  switch (mark.kind) {
    case 'text':
      page.drawText(printable(mark.text, mark.weight), {
        x: x(mark.x),
        y: y(mark.y),
        size: mark.sizePoints,
        font: fonts[mark.weight],
        color: grayscale(mark.grey),
      })
      return
    case 'line':
      page.drawLine({
        start: { x: x(mark.from[0]), y: y(mark.from[1]) },
        end: { x: x(mark.to[0]), y: y(mark.to[1]) },
        thickness: points(mark.thickness),
        color: grayscale(mark.grey),
        lineCap: LineCapStyle.Butt,
        ...(mark.dash === undefined ? {} : { dashArray: [points(mark.dash), points(mark.dash)] }),
      })
      return
    case 'code':
      drawModules(page, mark.matrix, x(mark.x), y(mark.y), points(mark.side))
  }
}

/** All dark modules as one filled path; `top` is the upper edge in PDF coordinates. */
function drawModules(
  page: PDFPage,
  matrix: ModuleMatrix,
  left: number,
  top: number,
  side: number,
): void {
  const module = side / matrix.size
  page.pushOperators(pushGraphicsState(), setFillingGrayscaleColor(0))
  for (const block of verticalMerge(darkRuns(matrix))) {
    const [x0, x1] = [left + block.x * module, left + (block.x + block.length) * module]
    const [y0, y1] = [top - block.y * module, top - (block.y + block.height) * module]
    page.pushOperators(moveTo(x0, y0), lineTo(x1, y0), lineTo(x1, y1), lineTo(x0, y1), closePath())
  }
  page.pushOperators(fill(), popGraphicsState())
}
