import { create, type Font } from 'fontkit'
import PDFDocument from 'pdfkit'
import { toBytes } from 'pdfkit/output'
import { modulePath } from './module-matrix.ts'
import { createPdfStructure, type PdfStructure } from './pdf-structure.ts'
import {
  type CodeMark,
  type LineMark,
  millimetresPerPoint,
  type Sheet,
  type TextMark,
} from './sheet.ts'
import type { MeasureText, Weight } from './text-layout.ts'

/** The two font files, as bytes. */
export type DocumentFonts = Readonly<Record<Weight, Uint8Array>>

/** Stands for a character that the embedded font lacks; the codes carry the name whatever happens. */
const replacement = '\u{FFFD}'

/**
 * Draws laid-out sheets as a tagged PDF (PDF/UA-1, ISO 14289-1), one a page: text in a subset of the embedded fonts,
 * codes as vector shapes. The same input gives the same bytes: no date of now, no random names.
 *
 * @param layOut Called once with the font's measure; the first sheet names and dates the document.
 */
export const renderPdf = async (
  layOut: (measure: MeasureText) => readonly [Sheet, ...Sheet[]],
  files: DocumentFonts,
): Promise<Uint8Array> => {
  const fonts: Fonts = { regular: fontOf(files.regular), bold: fontOf(files.bold) }
  const sheets = layOut(
    (text, weight, sizePoints) =>
      widthInEms(fonts[weight], printable(fonts, text, weight)) * sizePoints * millimetresPerPoint,
  )
  const [first] = sheets
  const pdf = new AccessibleDocument({
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: first.language,
    autoFirstPage: false,
    font: null,
    info: {
      Title: printable(fonts, first.title, 'regular'),
      Creator: 'sidep',
      CreationDate: new Date(first.dated),
    },
  })
  const bytes = toBytes(pdf)
  pdf.registerFont('regular', fonts.regular)
  pdf.registerFont('bold', fonts.bold)
  const structure = createPdfStructure(pdf)
  for (const sheet of sheets) {
    pdf.addPage({
      size: [points(sheet.widthMillimetres), points(sheet.heightMillimetres)],
      margin: 0,
    })
    for (const mark of sheet.marks) {
      if (mark.kind === 'text') drawText(pdf, structure, fonts, mark)
      else if (mark.kind === 'line') drawLine(pdf, structure, mark)
      else drawCode(pdf, structure, mark)
    }
  }
  pdf.end()
  return bytes
}

/** Says in its metadata that it keeps to PDF/UA; the title is put there as XML. */
class AccessibleDocument extends PDFDocument {
  override endMetadata(): void {
    this.appendXML(
      '<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about=""><pdfuaid:part>1</pdfuaid:part></rdf:Description>',
    )
    // The library writes it between tags as it is.
    this.info.Title = escapedForXml(this.info.Title)
    super.endMetadata()
  }
}

const escapedForXml = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)

type Fonts = Readonly<Record<Weight, Font>>

const fontOf = (bytes: Uint8Array): Font => {
  const font = create(bytes as Buffer)
  if (!('layout' in font)) throw new Error('a collection of fonts where one is expected')
  return font
}

const points = (millimetres: number): number => millimetres / millimetresPerPoint

/** Composed (NFC), each character the font lacks replaced by one sign. */
const printable = (fonts: Fonts, text: string, weight: Weight): string =>
  Array.from(text.normalize('NFC'), (character) =>
    fonts[weight].hasGlyphForCodePoint(character.codePointAt(0) ?? 0) ? character : replacement,
  ).join('')

const widthInEms = (font: Font, text: string): number =>
  font.layout(text).advanceWidth / font.unitsPerEm

/** Line by line as the sheet has it; what is English in it says so. */
const drawText = (
  pdf: PDFDocument,
  structure: PdfStructure,
  fonts: Fonts,
  mark: TextMark,
): void => {
  const { weight, text, englishFrom = text.length } = mark
  const french = printable(fonts, text.slice(0, englishFrom), weight)
  const english = printable(fonts, text.slice(englishFrom), weight)
  const [x, y] = [points(mark.x), points(mark.y)]
  const put = (part: string, left: number): void => {
    pdf.text(part, left, y, { lineBreak: false, baseline: 'alphabetic' })
  }
  pdf.font(weight, mark.sizePoints)
  structure.text(mark.part, () => {
    pdf.addContent(`${mark.grey} g`)
    if (french !== '') put(french, x)
    if (english === '') return
    pdf.markContent('Span', { lang: 'en' })
    put(english, x + pdf.widthOfString(french))
    pdf.endMarkedContent()
  })
}

const drawLine = (pdf: PDFDocument, structure: PdfStructure, mark: LineMark): void => {
  structure.decoration(() => {
    pdf.save()
    pdf.addContent(`${mark.grey} G`)
    pdf.lineWidth(points(mark.thickness))
    if (mark.dash !== undefined) pdf.dash(points(mark.dash))
    pdf.moveTo(points(mark.from[0]), points(mark.from[1]))
    pdf.lineTo(points(mark.to[0]), points(mark.to[1]))
    pdf.stroke()
    pdf.restore()
  })
}

/** All dark modules as one filled path. */
const drawCode = (pdf: PDFDocument, structure: PdfStructure, mark: CodeMark): void => {
  const [left, top, side] = [points(mark.x), points(mark.y), points(mark.side)]
  structure.picture(mark.label, [left, top, left + side, top + side], () => {
    pdf.save()
    pdf.addContent('0 g')
    pdf.translate(left, top)
    pdf.scale(side / mark.matrix.size)
    pdf.path(modulePath(mark.matrix))
    pdf.fill()
    pdf.restore()
  })
}
