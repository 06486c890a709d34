import { type Bytes, decodeBase32, utf8Bytes } from '@sidep/encoding'
import { restoreScannedText } from '@sidep/identifiers'
import { readTest, readVaccination, type TwoddocDocument } from './documents.ts'
import { type FieldText, readFields, testFields, vaccinationFields } from './fields.ts'
import { headerLengths, readHeader, type TwoddocHeader } from './header.ts'
import { accepted, messageEnd, type Reading, refused, type TwoddocCode } from './reading.ts'

/** A text that has the form of a 2D-DOC. Nothing says yet who signed it: see `verify2dDocSignature`. */
export interface Read2dDoc {
  readonly ok: true
  readonly header: TwoddocHeader
  /** The fields as they stand, by identifier. */
  readonly fields: ReadonlyMap<string, FieldText>
  readonly document: TwoddocDocument
  /** Everything before the signature. */
  readonly signedBytes: Bytes
  /** r‖s, 64 bytes. */
  readonly signature: Bytes
}

export interface Unread2dDoc {
  readonly ok: false
  /** The text is no 2D-DOC at all; otherwise it is one, but broken. */
  readonly notMine: boolean
  readonly code: TwoddocCode
}

/**
 * Above the longest text that header, fields and signature of a supported kind can make (about 450
 * characters), with its separators spelt out.
 */
export const twoddocLengthMax = 600

const signatureBytes = 64 // ECDSA on P-256, r‖s
const signatureCharacters = 103 // in base32 without padding

/**
 * Reads the text of a 2D-DOC: version 03 or 04, perimeter 01, type B2 (test) or L1 (vaccination).
 *
 * What scanners add or spell out is undone first (`restoreScannedText`): `]d1` before it, line ends, spaces around
 * it, separators as `<GS>`, `^]` or `␝` when the text has no true one of that kind. Where US was lost altogether the
 * signature is known by its length; that nothing else was lost with it the signature proves.
 *
 * @param text what the DataMatrix holds; never logged
 * @returns its parts, or the first condition that it breaks, from the left; never throws
 * @see ANTS, «Spécifications techniques des codes à barres 2D-DOC», version 3.2.6
 */
export const read2dDoc = (text: string): Read2dDoc | Unread2dDoc => {
  // Of a text that is too long its beginning says whose it is.
  const scanned = restoreScannedText(text.slice(0, 2 * twoddocLengthMax))
  if (!scanned.startsWith('DC')) return { ok: false, notMine: true, code: 'TWODDOC_OTHER' }
  const isLong = text.length > 2 * twoddocLengthMax || scanned.length > twoddocLengthMax
  const read = isLong ? refused('TWODDOC_TOO_LONG') : readParts(scanned)
  return read.ok ? { ok: true, ...read.value } : { ok: false, notMine: false, code: read.code }
}

const readParts = (text: string): Reading<Omit<Read2dDoc, 'ok'>> => {
  if (!/^[\u001d-\u007e]*$/.test(text)) return refused('TWODDOC_CHARACTER')
  const header = readHeader(text)
  if (!header.ok) return header
  if (header.value.perimeter !== '01') return refused('TWODDOC_PERIMETER')
  const { signed, signature: written } = partedAtEnd(text)
  if (written === undefined) return refused('TWODDOC_SIGNATURE_MISSING')
  const message = signed.slice(headerLengths[header.value.version])
  const content = readContent(header.value.type, message)
  if (!content.ok) return content
  const signature = readSignature(written)
  if (!signature.ok) return signature
  return accepted({
    header: header.value,
    ...content.value,
    signedBytes: utf8Bytes(signed),
    signature: signature.value,
  })
}

/** What was signed, and the signature behind it: behind US, or by its length where a scanner dropped the US. */
const partedAtEnd = (text: string): { signed: string; signature?: string } => {
  const end = text.indexOf(messageEnd)
  if (end >= 0) return { signed: text.slice(0, end), signature: text.slice(end + 1) }
  const signature = lostSignature.exec(text)?.[0]
  if (signature === undefined) return { signed: text }
  // A blank may stand where US stood; no message ends with one.
  return { signed: text.slice(0, -signature.length).trimEnd(), signature }
}

const lostSignature = new RegExp(`[A-Z2-7]{${signatureCharacters}}=?$`)

const readContent = (
  type: string,
  message: string,
): Reading<Pick<Read2dDoc, 'fields' | 'document'>> => {
  if (type !== 'B2' && type !== 'L1') return refused('TWODDOC_TYPE')
  const fields = readFields(message, type === 'B2' ? testFields : vaccinationFields)
  if (!fields.ok) return fields
  const document = type === 'B2' ? readTest(fields.value) : readVaccination(fields.value)
  if (!document.ok) return document
  return accepted({ fields: fields.value, document: document.value })
}

const readSignature = (text: string): Reading<Bytes> => {
  // Some issuers pad: 64 bytes are 103 characters and one `=`.
  const signature = decodeBase32(text.replace(/=$/, ''))
  if (!signature.ok || signature.value.length !== signatureBytes) {
    return refused('TWODDOC_SIGNATURE_FORMAT')
  }
  return signature
}
