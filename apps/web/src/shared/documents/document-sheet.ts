import type { CertificateDocument } from './certificate-document.ts'
import { dataMatrix } from './data-matrix.ts'
import { documentTexts as texts } from './document-words.ts'
import {
  cardHeight,
  cardTextWidth,
  cardWidth,
  dataMatrixSide,
  drawBackFeet,
  drawCardHead,
  drawCode,
  drawFact,
  drawIdentity,
  drawInsideFeet,
  drawInsideHead,
  drawWithIdentity,
  type Fact,
  foldedSheet,
  margin,
  personFacts,
  qrSide,
} from './folded-card.ts'
import { localDateTime } from './local-time.ts'
import { bilingual, both, paleGrey as dim, english, type Pen, writeWrapped } from './pen.ts'
import { qrCode } from './qr-code.ts'
import type { Sheet } from './sheet.ts'
import type { MeasureText } from './text-layout.ts'

/**
 * The A4 page of a test: test, device, time, place and result are folded in, so that the card does not show a health result to
 * whoever stands by.
 */

/** A provisional code is twice as dense; at 40 mm it is still read. */
const provisionalSide = 76
const addressSide = 42

/**
 * Lays a certificate out.
 *
 * @param measure Widths in the font that the sheet will be drawn in.
 */
export const documentSheet = (document: CertificateDocument, measure: MeasureText): Sheet => {
  const words = document.provisional === undefined ? texts.title : texts.provisional
  // As it is read aloud: what it says, then the codes.
  return foldedSheet(document, words, measure, (pen) => {
    drawInside(pen, document)
    drawFront(pen, document)
    drawBack(pen, document)
  })
}

const drawFront = (pen: Pen, document: CertificateDocument): void => {
  const { hcert, twoddoc, uvci } = document.certificate
  if (document.provisional !== undefined) {
    drawCardHead(pen, 0, texts.provisional)
    // 105 modules: a level that corrects more would make them too small to survive a fold.
    const code = qrCode(document.provisional.code, 'M')
    drawCode(pen, (cardWidth - provisionalSide) / 2, provisionalSide, code, both(texts.provisional))
    drawIdentity(pen, margin, 25 + provisionalSide + 7, document.person, uvci)
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
  drawIdentity(pen, margin, hcert === null ? 82 : 102, document.person, uvci)
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
  drawIdentity(pen, left, 82, document.person, document.certificate.uvci)
  drawBackFeet(pen, 121, document.verifierAddress)
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
  drawWithIdentity(pen, left, y + 3)
}

const drawInside = (pen: Pen, document: CertificateDocument): void => {
  const isProvisional = document.provisional !== undefined
  const head = (language: 'fr' | 'en'): string =>
    isProvisional
      ? `${texts.title[language]} ${texts.provisional[language]}`
      : texts.title[language]
  const top = drawInsideHead(pen, { fr: head('fr'), en: head('en') })
  drawInsideFeet(pen, drawFacts(pen, document, top), document.verifierAddress)
}

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
  const { certificate, test, sampledAt, provisional } = document
  const result: Fact = [texts.result, [bilingual(texts[document.result])]]
  let y = drawFact(pen, top, result, { sizePoints: 14, weight: 'bold' })
  const facts: readonly Fact[] = [
    ...personFacts(document),
    [texts.test, [bilingual(test)]],
    [texts.device, [document.device]],
    [texts.sampledAt, [localDateTime(sampledAt, 'fr'), english(localDateTime(sampledAt, 'en'))]],
    [texts.site, [document.siteName]],
    [texts.uvci, [certificate.uvci]],
    ...retrievalFacts(certificate.retrieval),
    ...(provisional === undefined ? [] : [untilFact(provisional.acceptedUntil)]),
  ]
  for (const fact of facts) y = drawFact(pen, y, fact, { sizePoints })
  return y
}

/**
 * Where the result is found again, for whoever has neither telephone nor e-mail: on the half that is folded inside, for the
 * code is theirs alone.
 */
const retrievalFacts = (retrieval: string | undefined): readonly Fact[] => {
  const [page = '', code] = retrieval?.split('#') ?? []
  if (code === undefined) return []
  return [
    [texts.retrieval, [page]],
    [texts.retrievalCode, [code.replace(/(.{4})(?=.)/g, '$1 ')]],
  ]
}

const untilFact = (acceptedUntil: string): Fact => [
  texts.provisionalUntil,
  [localDateTime(acceptedUntil, 'fr'), english(localDateTime(acceptedUntil, 'en'))],
]
