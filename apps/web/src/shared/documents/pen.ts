/** Setting marks on a sheet that is being laid out. */
import type { Bilingual } from './certificate-document.ts'
import { type Mark, millimetresPerPoint } from './sheet.ts'
import { type MeasureText, type Weight, wrapText } from './text-layout.ts'

export interface Pen {
  readonly marks: Mark[]
  readonly measure: MeasureText
}

/** Both languages on one line. */
export const both = (words: Bilingual): string => `${words.fr} · ${words.en}`

export interface TextStyle {
  readonly weight?: Weight
  readonly sizePoints: number
  readonly grey?: number
}

export function write(pen: Pen, x: number, y: number, text: string, style: TextStyle): void {
  pen.marks.push({
    kind: 'text',
    x,
    y,
    text,
    weight: style.weight ?? 'regular',
    sizePoints: style.sizePoints,
    grey: style.grey ?? 0,
  })
}

/** Writes wrapped text below `y` and returns where the next line may begin. */
export function writeWrapped(
  pen: Pen,
  x: number,
  y: number,
  width: number,
  text: string,
  style: TextStyle,
): number {
  const weight = style.weight ?? 'regular'
  const lines = wrapText(text, width, (part) => pen.measure(part, weight, style.sizePoints))
  return writeLines(pen, x, y, lines, style)
}

export function writeLines(
  pen: Pen,
  x: number,
  y: number,
  lines: readonly string[],
  style: TextStyle,
): number {
  const size = style.sizePoints * millimetresPerPoint
  const lead = size * 1.3
  lines.forEach((line, index) => {
    write(pen, x, y + size + index * lead, line, style)
  })
  return y + lines.length * lead
}

/** The outline of a box, its corner at `x`, `y`. */
export function drawBox(
  pen: Pen,
  x: number,
  y: number,
  width: number,
  height: number,
  { thickness = 0.2, grey = 0.35 }: { readonly thickness?: number; readonly grey?: number } = {},
): void {
  const [right, bottom] = [x + width, y + height]
  const edge = { kind: 'line', thickness, grey } as const
  pen.marks.push(
    { ...edge, from: [x, y], to: [right, y] },
    { ...edge, from: [right, y], to: [right, bottom] },
    { ...edge, from: [right, bottom], to: [x, bottom] },
    { ...edge, from: [x, bottom], to: [x, y] },
  )
}
