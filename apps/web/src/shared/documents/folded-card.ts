/**
 * An A4 page that folds to a card, as every certificate on paper is. The upper half is the card's two outsides, side by side: a
 * code, the name and the birth date, which is all a doorman needs. The lower half is folded in, with what is nobody else's.
 */
import type { Bilingual, CertificateDocument } from './certificate-document.ts'
import { documentTexts as texts } from './document-words.ts'
import { numericDate } from './local-time.ts'
import type { ModuleMatrix } from './module-matrix.ts'
import {
  bilingual,
  both,
  paleGrey as dim,
  drawBox,
  english,
  type Pen,
  partOf,
  type Spoken,
  type TextStyle,
  write,
  writeBeside,
  writeLines,
  writeWrapped,
} from './pen.ts'
import { a4, millimetresPerPoint, type Sheet } from './sheet.ts'
import { fitText, type MeasureText } from './text-layout.ts'

export const margin = 12
export const cardWidth = a4.widthMillimetres / 2
export const cardHeight = a4.heightMillimetres / 2
export const cardTextWidth = cardWidth - 2 * margin

/** Printed sides of the modules; both far above the 35 mm that worn paper needs. */
export const qrSide = 68
export const dataMatrixSide = 48

const faint = 0.65

/**
 * The page of a certificate, named for whoever has many of them.
 *
 * @param measure Widths in the font that the sheet will be drawn in.
 * @param draw In the order in which it is read aloud.
 */
export const foldedSheet = (
  {
    person: { familyName, firstNames },
    sampledAt,
  }: Pick<CertificateDocument, 'person' | 'sampledAt'>,
  words: Bilingual,
  measure: MeasureText,
  draw: (pen: Pen) => void,
): Sheet => {
  const pen: Pen = { marks: [], measure }
  draw(pen)
  drawFolds(pen)
  return {
    ...a4,
    title: `${both(words)} – ${`${familyName} ${firstNames}`.trim()}`,
    dated: sampledAt,
    language: 'fr-FR',
    marks: pen.marks,
  }
}

/** What the certificate is, at the head of the half that is folded in. @returns where its facts begin */
export const drawInsideHead = (pen: Pen, words: Bilingual): number => {
  const top = cardHeight + 14
  const style = { sizePoints: 15, weight: 'bold', englishPoints: 12, gap: 3 } as const
  writeBeside(pen, margin, top, words, { ...style, part: partOf('H1') })
  return top + 6
}

/** Below the facts: how it is verified, and how the page is folded. */
export const drawInsideFeet = (pen: Pen, factsEnd: number, verifierAddress: string): void => {
  const feet = Math.max(factsEnd + 4, cardHeight + 104)
  drawVerifying(pen, feet, verifierAddress)
  drawFolding(pen, feet)
}

/** The back's last words: that it counts with an identity document, and where it is verified. */
export const drawBackFeet = (pen: Pen, y: number, verifierAddress: string): void => {
  const end = drawWithIdentity(pen, cardWidth + margin, y)
  const style = { sizePoints: 8, weight: 'bold' } as const
  writeWrapped(pen, cardWidth + margin, end + 2, cardTextWidth, verifierAddress, style)
}

export const drawCardHead = (pen: Pen, x: number, words: Bilingual): void => {
  const part = partOf('H2')
  const style = { sizePoints: 11, weight: 'bold', englishPoints: 9, gap: 2 } as const
  writeBeside(pen, x + margin, 15, words, { ...style, part })
}

export const drawCode = (
  pen: Pen,
  x: number,
  side: number,
  matrix: ModuleMatrix,
  label: string,
): void => {
  pen.marks.push({ kind: 'code', x, y: 25, side, matrix, label })
}

/** Name, birth date and number of the certificate, under a code. */
export const drawIdentity = (
  pen: Pen,
  x: number,
  y: number,
  { familyName, firstNames, birthDate }: CertificateDocument['person'],
  uvci: string,
): void => {
  const bounds = { widthMillimetres: cardTextWidth, linesMax: 1, sizeMax: 15, sizeMin: 8 }
  const family = fitText(familyName, 'bold', pen.measure, bounds)
  const next = writeLines(pen, x, y, family.lines, {
    sizePoints: family.sizePoints,
    weight: 'bold',
  })
  const first = fitText(firstNames, 'regular', pen.measure, { ...bounds, sizeMax: 13 })
  const after = writeLines(pen, x, next, first.lines, { sizePoints: first.sizePoints })
  const baseline = after + 5.5
  const part = partOf('P')
  write(pen, x, baseline, bilingual(texts.born), { sizePoints: 8, grey: dim, part })
  const bornWidth = pen.measure(both(texts.born), 'regular', 8)
  write(pen, x + bornWidth + 2, baseline, numericDate(birthDate), {
    sizePoints: 11,
    weight: 'bold',
    part,
  })
  writeWrapped(pen, x, baseline + 2.5, cardTextWidth, uvci, {
    sizePoints: 7,
    grey: dim,
  })
}

/** That it counts with an identity document. @returns where the next line begins */
export const drawWithIdentity = (pen: Pen, x: number, y: number): number => {
  const small = { sizePoints: 8 } as const
  const next = writeWrapped(pen, x, y, cardTextWidth, texts.withIdentity.fr, small)
  return writeWrapped(pen, x, next, cardTextWidth, english(texts.withIdentity.en), {
    ...small,
    grey: dim,
  })
}

const drawFolds = (pen: Pen): void => {
  const fold = { kind: 'line', thickness: 0.2, grey: faint, dash: 1.5 } as const
  pen.marks.push(
    { ...fold, from: [0, cardHeight], to: [a4.widthMillimetres, cardHeight] },
    { ...fold, from: [cardWidth, 0], to: [cardWidth, cardHeight] },
  )
}

/** A label and the lines of its value. */
export type Fact = readonly [label: Bilingual, values: readonly (string | Spoken)[]]

/** Whose it is and of which disease: the first facts of every certificate. */
export const personFacts = ({
  person,
  disease,
}: Pick<CertificateDocument, 'person' | 'disease'>): readonly Fact[] => [
  [texts.name, [person.familyName]],
  ...(person.firstNames === '' ? [] : [[texts.firstNames, [person.firstNames]] as const]),
  [texts.birthDate, [numericDate(person.birthDate)]],
  [texts.disease, [bilingual(disease)]],
]

const labelWidth = 62
const labelBounds = { widthMillimetres: labelWidth - 2, linesMax: 1, sizeMin: 6.5 }
const factWidth = a4.widthMillimetres - 2 * margin - labelWidth

export const drawFact = (pen: Pen, y: number, [label, values]: Fact, style: TextStyle): number => {
  const row = {}
  const part = partOf('TD', row)
  const words = bilingual(label)
  const { sizePoints } = fitText(words.text, 'regular', pen.measure, {
    ...labelBounds,
    sizeMax: Math.min(8.5, style.sizePoints),
  })
  // The label stands on the value's first baseline, whatever their sizes.
  const labelTop = y + (style.sizePoints - sizePoints) * millimetresPerPoint
  const labelEnd = writeWrapped(pen, margin, labelTop, labelBounds.widthMillimetres, words, {
    sizePoints,
    grey: dim,
    part: partOf('TH', row),
  })
  let next = y
  for (const value of values) {
    next = writeWrapped(pen, margin + labelWidth, next, factWidth, value, { ...style, part })
  }
  next = Math.max(next, labelEnd)
  pen.marks.push({
    kind: 'line',
    from: [margin, next + 0.8],
    to: [a4.widthMillimetres - margin, next + 0.8],
    thickness: 0.1,
    grey: 0.75,
  })
  return next + 2.6
}

const columnWidth = (a4.widthMillimetres - 2 * margin - 8) / 2

const drawVerifying = (pen: Pen, top: number, verifierAddress: string): void => {
  const write8 = (y: number, text: string | Spoken, style: Partial<TextStyle> = {}): number =>
    writeWrapped(pen, margin, y, columnWidth, text, { sizePoints: 8, ...style })
  let y = write8(top, texts.verify.fr)
  y = write8(y, english(texts.verify.en), { grey: dim })
  y = write8(y + 0.8, verifierAddress, { weight: 'bold' })
  y = write8(y + 0.8, texts.acceptance.fr)
  write8(y, english(texts.acceptance.en), { grey: dim })
}

/** Three small pictures of the folding, with their words beside them. */
const drawFolding = (pen: Pen, top: number): void => {
  const left = margin + columnWidth + 8
  const head = writeLines(pen, left, top, [bilingual(texts.fold)], {
    sizePoints: 8,
    weight: 'bold',
    part: partOf('H2'),
  })
  const steps = [
    { words: texts.foldBottom, sheet: [7, 10], fold: 'across' },
    { words: texts.foldRight, sheet: [7, 5], fold: 'down' },
    { words: texts.folded, sheet: [3.5, 5], fold: 'none' },
  ] as const
  let y = head + 1.5
  for (const { words, sheet, fold } of steps) {
    drawFoldPicture(pen, left, y + 0.5, sheet[0], sheet[1], fold)
    const width = columnWidth - 11
    const next = writeWrapped(pen, left + 11, y, width, words.fr, { sizePoints: 8 })
    const after = writeWrapped(pen, left + 11, next, width, english(words.en), {
      sizePoints: 8,
      grey: dim,
    })
    y = Math.max(after, y + sheet[1]) + 2
  }
}

const drawFoldPicture = (
  pen: Pen,
  x: number,
  y: number,
  width: number,
  height: number,
  fold: 'across' | 'down' | 'none',
): void => {
  const edge = { kind: 'line', thickness: 0.25, grey: dim } as const
  const [right, bottom] = [x + width, y + height]
  drawBox(pen, x, y, width, height, edge)
  if (fold === 'across') {
    pen.marks.push({ ...edge, from: [x, y + height / 2], to: [right, y + height / 2], dash: 0.8 })
  }
  if (fold === 'down') {
    pen.marks.push({ ...edge, from: [x + width / 2, y], to: [x + width / 2, bottom], dash: 0.8 })
  }
}
