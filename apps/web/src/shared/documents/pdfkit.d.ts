/** The part of pdfkit 0.20 that the certificate's PDF uses; the package brings no types of its own. */
declare module 'pdfkit' {
  import type { Font } from 'fontkit'

  export interface StructureElement {
    add(child: StructureElement | StructureContent): this
    end(): void
  }

  /** Marks on a page that an element of the structure holds. */
  export interface StructureContent {
    readonly refs: readonly unknown[]
  }

  export interface StructureOptions {
    readonly alt?: string
    readonly lang?: string
    readonly scope?: 'Row' | 'Column'
    /** Left, top, right, bottom in points from the page's top left corner. */
    readonly bbox?: readonly [number, number, number, number]
  }

  export interface DocumentOptions {
    readonly pdfVersion: '1.7'
    readonly tagged: boolean
    readonly displayTitle: boolean
    readonly lang: string
    readonly autoFirstPage: boolean
    /** Null: none until one is chosen. */
    readonly font: null
    readonly info: Readonly<Record<'Title' | 'Creator', string> & { CreationDate: Date }>
  }

  export default class PDFDocument {
    readonly info: { Title: string }
    constructor(options: DocumentOptions)

    addPage(options: { readonly size: readonly [number, number]; readonly margin: 0 }): this
    registerFont(name: string, font: Font): this
    font(name: string, sizePoints: number): this
    widthOfString(text: string): number
    text(
      text: string,
      x: number,
      y: number,
      options: { readonly lineBreak: false; readonly baseline: 'alphabetic' },
    ): this

    save(): this
    restore(): this
    moveTo(x: number, y: number): this
    lineTo(x: number, y: number): this
    translate(x: number, y: number): this
    scale(factor: number): this
    /** As in SVG. */
    path(commands: string): this
    lineWidth(points: number): this
    dash(points: number): this
    stroke(): this
    fill(): this
    addContent(operators: string): this

    struct(type: string, options?: StructureOptions): StructureElement
    addStructure(element: StructureElement): this
    markStructureContent(type: string): StructureContent
    markContent(
      tag: 'Span' | 'Artifact',
      options: { readonly lang: string } | { readonly type: 'Layout' },
    ): this
    endMarkedContent(): this

    appendXML(xml: string): void
    /** Called by `end`, once the document's information is written. */
    endMetadata(): void
    end(): void
  }
}

declare module 'pdfkit/output' {
  import type PDFDocument from 'pdfkit'

  /** What the document has written by its end. */
  export const toBytes: (document: PDFDocument) => Promise<Uint8Array>
}
