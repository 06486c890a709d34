/**
 * The structure of a tagged PDF (ISO 32000-1 §14.8): what is read aloud, in which order, as heading, paragraph, cell or
 * picture; and what is decoration. Marks of one part that follow each other are one element, rows one table.
 */
import type PDFDocument from 'pdfkit'
import type { StructureContent, StructureElement, StructureOptions } from 'pdfkit'
import type { Part } from './sheet.ts'

export interface PdfStructure {
  /** What is drawn is text of this part. */
  readonly text: (part: Part, draw: () => void) => void
  /** What is drawn is a picture, said in words. @param box left, top, right, bottom, in points */
  readonly picture: (
    alternative: string,
    box: readonly [number, number, number, number],
    draw: () => void,
  ) => void
  /** What is drawn says nothing: lines and boxes. */
  readonly decoration: (draw: () => void) => void
}

/** @param pdf tagged, and with its first page */
export const createPdfStructure = (pdf: PDFDocument): PdfStructure => {
  const root = pdf.struct('Document')
  pdf.addStructure(root)
  let table: StructureElement | null = null
  let row: { readonly of: object; readonly element: StructureElement } | null = null
  let last: { readonly part: Part; readonly element: StructureElement } | null = null

  const addTo = (
    parent: StructureElement,
    type: string,
    options?: StructureOptions,
  ): StructureElement => {
    const element = pdf.struct(type, options)
    parent.add(element)
    return element
  }

  const outsideTables = (): StructureElement => {
    table = null
    row = null
    return root
  }

  const rowOf = (of: object): StructureElement => {
    table ??= addTo(root, 'Table')
    if (row?.of !== of) row = { of, element: addTo(table, 'TR') }
    return row.element
  }

  const elementOf = (part: Part): StructureElement => {
    if (last?.part === part) return last.element
    const parent = part.row === undefined ? outsideTables() : rowOf(part.row)
    const element = addTo(parent, part.role, part.role === 'TH' ? { scope: 'Row' } : {})
    last = { part, element }
    return element
  }

  const marked = (type: string, draw: () => void): StructureContent => {
    const content = pdf.markStructureContent(type)
    draw()
    pdf.endMarkedContent()
    return content
  }

  return {
    text: (part, draw) => {
      elementOf(part).add(marked(part.role, draw))
    },
    picture: (alt, bbox, draw) => {
      last = null
      addTo(outsideTables(), 'Figure', { alt, bbox }).add(marked('Figure', draw))
    },
    decoration: (draw) => {
      pdf.markContent('Artifact', { type: 'Layout' })
      draw()
      pdf.endMarkedContent()
    },
  }
}
