import type { Bilingual, CertificateDocument } from './certificate-document.ts'
import { dataMatrix } from './data-matrix.ts'
import { documentTexts as texts } from './document-words.ts'
import { localDateTime, numericDate } from './local-time.ts'
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
import { qrCode } from './qr-code.ts'
import { a4, millimetresPerPoint, type Sheet } from './sheet.ts'
import { fitText, type MeasureText } from './text-layout.ts'

/**
 * The A4 page. The upper half is a card's two outsides, side by side: a code, the name and the birth date,
 * which is all a doorman needs. The lower half is folded in: test, device, time, place and result, so
 * that the folded card does not show a health result to whoever stands by.
 */

const margin = 12
const cardWidth = a4.widthMillimetres / 2
const cardHeight = a4.heightMillimetres / 2
const cardTextWidth = cardWidth - 2 * margin

/** Printed sides of the modules; both far above the 35 mm that worn paper needs. */
const qrSide = 68
const dataMatrixSide = 48
/** A provisional code is twice as dense; at 40 mm it is still read. */
const provisionalSide = 76
const addressSide = 42

const faint = 0.65

/**
 * Lays a certificate out.
 *
 * @param measure Widths in the font that the sheet will be drawn in.
 */
export const documentSheet = (document: CertificateDocument, measure: MeasureText): Sheet => {
  const pen: Pen = { marks: [], measure }
  // As it is read aloud: what it says, then the codes.
  drawInside(pen, document)
  drawFront(pen, document)
  drawBack(pen, document)
  drawFolds(pen)
  const { familyName, firstNames } = document.person
  return {
    ...a4,
    title: `${both(document.provisional === undefined ? texts.title : texts.provisional)} – ${`${familyName} ${firstNames}`.trim()}`,
    dated: document.sampledAt,
    language: 'fr-FR',
    marks: pen.marks,
  }
}

const drawFront = (pen: Pen, document: CertificateDocument): void => {
  const { hcert, twoddoc } = document.certificate
  if (document.provisional !== undefined) {
    drawCardHead(pen, 0, texts.provisional)
    // 105 modules: a level that corrects more would make them too small to survive a fold.
    const code = qrCode(document.provisional.code, 'M')
    drawCode(pen, (cardWidth - provisionalSide) / 2, provisionalSide, code, both(texts.provisional))
    drawIdentity(pen, margin, document, 25 + provisionalSide + 7)
    return
  }
  if (hcert !== null) {
    drawCardHead(pen, 0, texts.euCode)
    const x = (cardWidth - qrSide) / 2
    drawCode(pen, x, qrSide, qrCode(hcert, 'Q'), both(texts.euCode))
  } else {
    drawCardHead(pen, 0, texts.frenchCode)
    const x = (cardWidth - dataMatrixSide) / 2
    drawCode(pen, x, dataMatrixSide, dataMatrix(twoddoc), both(texts.frenchCode))
  }
  drawIdentity(pen, margin, document, hcert === null ? 82 : 102)
}

const drawBack = (pen: Pen, document: CertificateDocument): void => {
  const left = cardWidth + margin
  if (document.provisional !== undefined) {
    drawDefinitive(pen, left, document.provisional.address)
    return
  }
  if (document.certificate.hcert === null) {
    drawCardHead(pen, cardWidth, texts.title)
    const next = writeWrapped(pen, left, 25, cardTextWidth, texts.noEuCode.fr, { sizePoints: 10 })
    writeWrapped(pen, left, next + 3, cardTextWidth, english(texts.noEuCode.en), {
      sizePoints: 10,
      grey: dim,
    })
  } else {
    drawCardHead(pen, cardWidth, texts.frenchCode)
    const x = cardWidth + (cardWidth - dataMatrixSide) / 2
    const matrix = dataMatrix(document.certificate.twoddoc)
    drawCode(pen, x, dataMatrixSide, matrix, both(texts.frenchCode))
  }
  drawIdentity(pen, left, document, 82)
  const y = writeWrapped(pen, left, 121, cardTextWidth, texts.withIdentity.fr, { sizePoints: 8 })
  const end = writeWrapped(pen, left, y, cardTextWidth, english(texts.withIdentity.en), {
    sizePoints: 8,
    grey: dim,
  })
  writeWrapped(pen, left, end + 2, cardTextWidth, document.verifierAddress, {
    sizePoints: 8,
    weight: 'bold',
  })
}

/** Where the definitive certificate will be: as a code for a telephone, and in words. */
const drawDefinitive = (pen: Pen, left: number, address: string): void => {
  drawCardHead(pen, cardWidth, texts.definitive)
  const x = cardWidth + (cardWidth - addressSide) / 2
  drawCode(pen, x, addressSide, qrCode(address, 'Q'), both(texts.definitive))
  const small = { sizePoints: 8 } as const
  let y = writeWrapped(pen, left, 74, cardTextWidth, texts.definitiveHelp.fr, small)
  y = writeWrapped(pen, left, y + 0.8, cardTextWidth, english(texts.definitiveHelp.en), {
    ...small,
    grey: dim,
  })
  y = writeWrapped(pen, left, y + 1.5, cardTextWidth, address, { ...small, weight: 'bold' })
  y = writeWrapped(pen, left, y + 3, cardTextWidth, texts.withIdentity.fr, small)
  writeWrapped(pen, left, y, cardTextWidth, english(texts.withIdentity.en), { ...small, grey: dim })
}

const drawCardHead = (pen: Pen, x: number, words: Bilingual): void => {
  const part = partOf('H2')
  const style = { sizePoints: 11, weight: 'bold', englishPoints: 9, gap: 2 } as const
  writeBeside(pen, x + margin, 15, words, { ...style, part })
}

const drawCode = (
  pen: Pen,
  x: number,
  side: number,
  matrix: ReturnType<typeof qrCode>,
  label: string,
): void => {
  pen.marks.push({ kind: 'code', x, y: 25, side, matrix, label })
}

/** Name, birth date and number of the certificate, under a code. */
const drawIdentity = (pen: Pen, x: number, document: CertificateDocument, y: number): void => {
  const { familyName, firstNames, birthDate } = document.person
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
  writeWrapped(pen, x, baseline + 2.5, cardTextWidth, document.certificate.uvci, {
    sizePoints: 7,
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

const drawInside = (pen: Pen, document: CertificateDocument): void => {
  const top = cardHeight + 14
  const isProvisional = document.provisional !== undefined
  const head = (language: 'fr' | 'en'): string =>
    isProvisional
      ? `${texts.title[language]} ${texts.provisional[language]}`
      : texts.title[language]
  const words = { fr: head('fr'), en: head('en') }
  const style = { sizePoints: 15, weight: 'bold', englishPoints: 12, gap: 3 } as const
  writeBeside(pen, margin, top, words, { ...style, part: partOf('H1') })
  const end = drawFacts(pen, document, top + 6)
  const feet = Math.max(end + 4, cardHeight + 104)
  drawVerifying(pen, document, feet)
  drawFolding(pen, feet)
}

/** Lines of a fact's value. */
type Values = readonly (string | Spoken)[]

const labelWidth = 62
const labelBounds = { widthMillimetres: labelWidth - 2, linesMax: 1, sizeMin: 6.5 }
const factWidth = a4.widthMillimetres - 2 * margin - labelWidth

/** What is below the facts needs 42 mm; with the lower margin of a printer that leaves this much. */
const factsEndMax = cardHeight + 102

/** The facts in the largest letters that leave room for what stands below, however long the names are. */
const drawFacts = (pen: Pen, document: CertificateDocument, top: number): number => {
  const sizes = [10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5]
  const fits = (size: number): boolean =>
    drawFactsAt({ marks: [], measure: pen.measure }, document, top, size) <= factsEndMax
  return drawFactsAt(pen, document, top, sizes.find(fits) ?? 6.5)
}

/** One fact a row, label on the left in both languages; the result first and largest. */
const drawFactsAt = (
  pen: Pen,
  document: CertificateDocument,
  top: number,
  sizePoints: number,
): number => {
  const { person, certificate, test, disease, sampledAt, provisional } = document
  const result = texts[document.result]
  let y = drawFact(pen, top, texts.result, [bilingual(result)], { sizePoints: 14, weight: 'bold' })
  const rows: readonly [Bilingual, Values][] = [
    [texts.name, [person.familyName]],
    ...(person.firstNames === '' ? [] : [firstNamesRow(person.firstNames)]),
    [texts.birthDate, [numericDate(person.birthDate)]],
    [texts.disease, [bilingual(disease)]],
    [texts.test, [bilingual(test)]],
    [texts.device, [document.device]],
    [texts.sampledAt, [localDateTime(sampledAt, 'fr'), english(localDateTime(sampledAt, 'en'))]],
    [texts.site, [document.siteName]],
    [texts.uvci, [certificate.uvci]],
    ...retrievalRows(certificate.retrieval),
    ...(provisional === undefined ? [] : [untilRow(provisional.acceptedUntil)]),
  ]
  for (const [label, values] of rows) y = drawFact(pen, y, label, values, { sizePoints })
  return y
}

const firstNamesRow = (firstNames: string): [Bilingual, Values] => [texts.firstNames, [firstNames]]

/**
 * Where the result is found again, for whoever has neither telephone nor e-mail: on the half that is folded inside, for the
 * code is theirs alone.
 */
const retrievalRows = (retrieval: string | undefined): [Bilingual, Values][] => {
  const [page = '', code] = retrieval?.split('#') ?? []
  if (code === undefined) return []
  return [
    [texts.retrieval, [page]],
    [texts.retrievalCode, [code.replace(/(.{4})(?=.)/g, '$1 ')]],
  ]
}

const untilRow = (acceptedUntil: string): [Bilingual, Values] => [
  texts.provisionalUntil,
  [localDateTime(acceptedUntil, 'fr'), english(localDateTime(acceptedUntil, 'en'))],
]

const drawFact = (
  pen: Pen,
  y: number,
  label: Bilingual,
  values: Values,
  style: TextStyle,
): number => {
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

const drawVerifying = (pen: Pen, document: CertificateDocument, top: number): void => {
  const write8 = (y: number, text: string | Spoken, style: Partial<TextStyle> = {}): number =>
    writeWrapped(pen, margin, y, columnWidth, text, { sizePoints: 8, ...style })
  let y = write8(top, texts.verify.fr)
  y = write8(y, english(texts.verify.en), { grey: dim })
  y = write8(y + 0.8, document.verifierAddress, { weight: 'bold' })
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
