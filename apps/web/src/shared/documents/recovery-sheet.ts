import type { RecoveryCertificate } from '@sidep/contracts'
import type { CertificateDocument } from './certificate-document.ts'
import { documentTexts as texts } from './document-words.ts'
import {
  cardWidth,
  drawBackFeet,
  drawCardHead,
  drawCode,
  drawFact,
  drawIdentity,
  drawInsideFeet,
  drawInsideHead,
  type Fact,
  foldedSheet,
  margin,
  personFacts,
  qrSide,
} from './folded-card.ts'
import { numericDate } from './local-time.ts'
import { both, type Pen } from './pen.ts'
import { qrCode } from './qr-code.ts'
import type { Sheet } from './sheet.ts'
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
export const recoverySheet = (document: RecoveryDocument, measure: MeasureText): Sheet =>
  foldedSheet(document, texts.recovery, measure, (pen) => {
    drawInside(pen, document)
    drawOutside(pen, document)
  })

const drawInside = (pen: Pen, document: RecoveryDocument): void => {
  const { certificate } = document
  const facts: readonly Fact[] = [
    ...personFacts(document),
    [texts.positiveOn, [numericDate(certificate.firstPositiveOn)]],
    [texts.validFrom, [numericDate(certificate.validFrom)]],
    [texts.validUntil, [numericDate(certificate.validUntil)]],
    [texts.uvci, [certificate.uvci]],
  ]
  let y = drawInsideHead(pen, texts.recovery)
  for (const fact of facts) y = drawFact(pen, y, fact, { sizePoints: 10 })
  drawInsideFeet(pen, y, document.verifierAddress)
}

/** The code in front; on the back whose it is, without a word of what it proves. */
const drawOutside = (
  pen: Pen,
  { person, certificate, verifierAddress }: RecoveryDocument,
): void => {
  const { hcert, uvci } = certificate
  drawCardHead(pen, 0, texts.euCode)
  drawCode(pen, (cardWidth - qrSide) / 2, qrSide, qrCode(hcert, 'Q'), both(texts.euCode))
  drawIdentity(pen, margin, 102, person, uvci)
  drawBackFeet(pen, 25, verifierAddress)
}
