import type { ModuleMatrix } from './module-matrix.ts'
import type { Weight } from './text-layout.ts'

/** What a text is to whoever hears it: heading, paragraph, or a cell (ISO 32000-1 §14.8.4). */
export type Role = 'H1' | 'H2' | 'P' | 'TH' | 'TD'

/** A text that may be set in several marks: they follow each other and name the same one. */
export interface Part {
  readonly role: Role
  /** Cells that name the same one are a row; rows that follow each other are a table. */
  readonly row?: object
}

export interface TextMark {
  readonly kind: 'text'
  readonly x: number
  /** Baseline. */
  readonly y: number
  readonly text: string
  /** From this character on it is English; absent: none of it. */
  readonly englishFrom?: number
  readonly part: Part
  readonly weight: Weight
  readonly sizePoints: number
  /** 0 black to 1 white. */
  readonly grey: number
}

export interface LineMark {
  readonly kind: 'line'
  readonly from: readonly [x: number, y: number]
  readonly to: readonly [x: number, y: number]
  readonly thickness: number
  readonly grey: number
  /** Length of dash and gap; absent: solid. */
  readonly dash?: number
}

export interface CodeMark {
  readonly kind: 'code'
  readonly x: number
  readonly y: number
  /** Side of the modules alone, quiet zone not included. */
  readonly side: number
  readonly matrix: ModuleMatrix
  /** What a screen reader says. */
  readonly label: string
}

/**
 * A drawn page before it is a PDF or a print: a flat list of marks in millimetres from the top left corner, in the order
 * in which they are read aloud. Both renderers draw exactly this list, so what is printed from the browser and what is
 * downloaded agree.
 */
export type Mark = TextMark | LineMark | CodeMark

export interface Sheet {
  readonly widthMillimetres: number
  readonly heightMillimetres: number
  readonly title: string
  /** RFC 3339: when the file says that it was made; the same each time that it is drawn. */
  readonly dated: string
  /** BCP 47 language of most of the text. */
  readonly language: string
  readonly marks: readonly Mark[]
}

/** ISO 216. */
export const a4 = { widthMillimetres: 210, heightMillimetres: 297 } as const

/** A point is 1/72 inch. */
export const millimetresPerPoint = 25.4 / 72
