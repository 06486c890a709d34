import type { ModuleMatrix } from './module-matrix.ts'
import type { Weight } from './text-layout.ts'

/**
 * A drawn page before it is a PDF or a print: a flat list of marks in millimetres from the top left corner.
 * Both renderers draw exactly this list, so what is printed from the browser and what is downloaded agree.
 */
export type Mark =
  | {
      readonly kind: 'text'
      readonly x: number
      /** Baseline. */
      readonly y: number
      readonly text: string
      readonly weight: Weight
      readonly sizePoints: number
      /** 0 black to 1 white. */
      readonly grey: number
    }
  | {
      readonly kind: 'line'
      readonly from: readonly [x: number, y: number]
      readonly to: readonly [x: number, y: number]
      readonly thickness: number
      readonly grey: number
      /** Length of dash and gap; absent: solid. */
      readonly dash?: number
    }
  | {
      readonly kind: 'code'
      readonly x: number
      readonly y: number
      /** Side of the modules alone, quiet zone not included. */
      readonly side: number
      readonly matrix: ModuleMatrix
      /** What a screen reader says. */
      readonly label: string
    }

export interface Sheet {
  readonly widthMillimetres: number
  readonly heightMillimetres: number
  readonly title: string
  /** BCP 47 language of most of the text. */
  readonly language: string
  readonly marks: readonly Mark[]
}

/** ISO 216. */
export const a4 = { widthMillimetres: 210, heightMillimetres: 297 } as const

/** A point is 1/72 inch. */
export const millimetresPerPoint = 25.4 / 72
