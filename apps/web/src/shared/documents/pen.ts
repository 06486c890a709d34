/** Setting marks on a sheet that is being laid out. */
import type { Bilingual } from './certificate-document.ts'
import { type Mark, millimetresPerPoint, type Part, type Role } from './sheet.ts'
import { type MeasureText, type Weight, wrapText } from './text-layout.ts'

/** Of what is said again in English, and of what explains. */
export const paleGrey = 0.35

export interface Pen {
  readonly marks: Mark[]
  readonly measure: MeasureText
}

/** Both languages on one line. */
export const both = (words: Bilingual): string => `${words.fr} · ${words.en}`

/** A text whose end is English, from a character on. */
export interface Spoken {
  readonly text: string
  readonly englishFrom?: number
}

/** Both languages on one line, or once when they say the same (COVID-19). */
export const bilingual = (words: Bilingual): Spoken =>
  words.fr === words.en
    ? { text: words.fr }
    : { text: both(words), englishFrom: both(words).length - words.en.length }

export const english = (text: string): Spoken => ({ text, englishFrom: 0 })

export interface TextStyle {
  readonly weight?: Weight
  readonly sizePoints: number
  readonly grey?: number
  /** What it belongs to; absent: a paragraph of its own. */
  readonly part?: Part
}

/** A new part, of one mark or of several that follow each other. */
export const partOf = (role: Role, row?: object): Part =>
  row === undefined ? { role } : { role, row }

const spokenOf = (text: string | Spoken): Spoken => (typeof text === 'string' ? { text } : text)

export const write = (
  pen: Pen,
  x: number,
  y: number,
  text: string | Spoken,
  { weight = 'regular', sizePoints, grey = 0, part = partOf('P') }: TextStyle,
): void => {
  pen.marks.push({ kind: 'text', x, y, ...spokenOf(text), part, weight, sizePoints, grey })
}

/** Writes French and, smaller and paler beside it, English: one part. @returns where the English begins */
export const writeBeside = (
  pen: Pen,
  x: number,
  y: number,
  words: Bilingual,
  style: TextStyle & { readonly englishPoints: number; readonly gap: number },
): number => {
  const { englishPoints, gap, part = partOf('P'), ...french } = style
  write(pen, x, y, words.fr, { ...french, part })
  const left = x + pen.measure(words.fr, style.weight ?? 'regular', style.sizePoints) + gap
  write(pen, left, y, english(words.en), { sizePoints: englishPoints, grey: paleGrey, part })
  return left
}

/** Writes wrapped text below `y` and returns where the next line may begin. */
export const writeWrapped = (
  pen: Pen,
  x: number,
  y: number,
  width: number,
  text: string | Spoken,
  style: TextStyle,
): number => {
  const spoken = spokenOf(text)
  const weight = style.weight ?? 'regular'
  const lines = wrapText(spoken.text, width, (part) => pen.measure(part, weight, style.sizePoints))
  return writeLines(pen, x, y, spokenLines(lines, spoken), style)
}

/** Where the English begins in each line of a text. */
const spokenLines = (
  lines: readonly string[],
  { text, englishFrom }: Spoken,
): readonly Spoken[] => {
  if (englishFrom === undefined) return lines.map(spokenOf)
  let at = 0
  return lines.map((line) => {
    const start = Math.max(at, text.indexOf(line, at))
    at = start + line.length
    return englishFrom >= at
      ? { text: line }
      : { text: line, englishFrom: Math.max(0, englishFrom - start) }
  })
}

export const writeLines = (
  pen: Pen,
  x: number,
  y: number,
  lines: readonly (string | Spoken)[],
  style: TextStyle,
): number => {
  const part = style.part ?? partOf('P')
  const size = style.sizePoints * millimetresPerPoint
  const lead = size * 1.3
  lines.forEach((line, index) => {
    write(pen, x, y + size + index * lead, line, { ...style, part })
  })
  return y + lines.length * lead
}

/** The outline of a box, its corner at `x`, `y`. */
export const drawBox = (
  pen: Pen,
  x: number,
  y: number,
  width: number,
  height: number,
  { thickness = 0.2, grey = 0.35 }: { readonly thickness?: number; readonly grey?: number } = {},
): void => {
  const [right, bottom] = [x + width, y + height]
  const edge = { kind: 'line', thickness, grey } as const
  pen.marks.push(
    { ...edge, from: [x, y], to: [right, y] },
    { ...edge, from: [right, y], to: [right, bottom] },
    { ...edge, from: [right, bottom], to: [x, bottom] },
    { ...edge, from: [x, bottom], to: [x, y] },
  )
}
