import type { RecoveryCertificate } from '@sidep/contracts'
import type { Bilingual, CertificateDocument } from './certificate-document.ts'
import { documentTexts as texts } from './document-words.ts'
import {
  cardHeight,
  cardTextWidth,
  cardWidth,
  drawCardHead,
  drawCode,
  drawFact,
  drawFolding,
  drawFolds,
  drawIdentity,
  drawVerifying,
  drawWithIdentity,
  margin,
  qrSide,
  type Values,
} from './folded-card.ts'
import { numericDate } from './local-time.ts'
import { bilingual, both, type Pen, partOf, writeBeside, writeWrapped } from './pen.ts'
import { qrCode } from './qr-code.ts'
import { a4, type Sheet } from './sheet.ts'
import type { MeasureText } from './text-layout.ts'

/** Everything that a printed certificate of recovery says. */
export interface RecoveryDocument
  extends Pick<CertificateDocument, 'person' | 'disease' | 'sampledAt' | 'verifierAddress'> {
  readonly certificate: RecoveryCertificate
}

/**
 * Lays a certificate of recovery out: the code outside, what it says (Regulation (EU) 2021/953, annex, point 3) folded in.
 *
 * @param measure Widths in the font that the sheet will be drawn in.
 */
export const recoverySheet = (document: RecoveryDocument, measure: MeasureText): Sheet => {
  const pen: Pen = { marks: [], measure }
  drawInside(pen, document)
  drawOutside(pen, document)
  drawFolds(pen)
  const { familyName, firstNames } = document.person
  return {
    ...a4,
    title: `${both(texts.recovery)} – ${`${familyName} ${firstNames}`.trim()}`,
    dated: document.sampledAt,
    language: 'fr-FR',
    marks: pen.marks,
  }
}

const drawInside = (pen: Pen, document: RecoveryDocument): void => {
  const { person, disease, certificate, verifierAddress } = document
  const top = cardHeight + 14
  const style = { sizePoints: 15, weight: 'bold', englishPoints: 12, gap: 3 } as const
  writeBeside(pen, margin, top, texts.recovery, { ...style, part: partOf('H1') })
  const rows: readonly [Bilingual, Values][] = [
    [texts.name, [person.familyName]],
    ...(person.firstNames === '' ? [] : [firstNamesRow(person.firstNames)]),
    [texts.birthDate, [numericDate(person.birthDate)]],
    [texts.disease, [bilingual(disease)]],
    [texts.positiveOn, [numericDate(certificate.firstPositiveOn)]],
    [texts.validFrom, [numericDate(certificate.validFrom)]],
    [texts.validUntil, [numericDate(certificate.validUntil)]],
    [texts.uvci, [certificate.uvci]],
  ]
  let y = top + 6
  for (const [label, values] of rows) y = drawFact(pen, y, label, values, { sizePoints: 10 })
  const feet = Math.max(y + 4, cardHeight + 104)
  drawVerifying(pen, feet, verifierAddress)
  drawFolding(pen, feet)
}

const firstNamesRow = (firstNames: string): [Bilingual, Values] => [texts.firstNames, [firstNames]]

/** The code in front; on the back whose it is, without a word of what it proves. */
const drawOutside = (
  pen: Pen,
  { person, certificate, verifierAddress }: RecoveryDocument,
): void => {
  const { hcert, uvci } = certificate
  drawCardHead(pen, 0, texts.euCode)
  drawCode(pen, (cardWidth - qrSide) / 2, qrSide, qrCode(hcert, 'Q'), both(texts.euCode))
  drawIdentity(pen, margin, 102, person, uvci)
  const left = cardWidth + margin
  const end = drawWithIdentity(pen, left, 25)
  writeWrapped(pen, left, end + 2, cardTextWidth, verifierAddress, {
    sizePoints: 8,
    weight: 'bold',
  })
}
