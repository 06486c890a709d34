/** Reads back what was just signed and compares it with what was meant: a linter between signing and release. */
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '@sidep/hcert'
import { transliterate2dDoc } from '@sidep/identifiers'
import type { Trust } from '@sidep/trust'
import { type Read2dDoc, type TestTo2dDoc, toParisMinute } from '@sidep/twoddoc'
import { type Declined, read2dDocOf, verify } from '@sidep/verdict'

/** Why a certificate is not released; a code for the log, never content. */
export type Mismatch =
  | { readonly format: 'hcert' | 'twoddoc'; readonly code: 'CONTENT_DIFFERS' }
  | { readonly format: 'hcert' | 'twoddoc'; readonly code: string; readonly step: string }

const declined = (format: 'hcert' | 'twoddoc', { step, code }: Declined): Mismatch => ({
  format,
  step,
  code,
})

/** What a DCC is meant to say, as our verifier shows it of a certificate that it accepts. */
const viewMeant = (meant: JsonObject, issuer: string): Record<string, unknown> => {
  const name = meant.nam as JsonObject
  return {
    familyName: name.fn,
    firstNames: name.gn ?? '',
    birthDate: meant.dob,
    issuer,
    medical: meant.r === undefined ? { t: meant.t } : { r: meant.r },
  }
}

/** Checks a DCC text: our verifier accepts it and reads in it the very entry that was meant. */
export const checkHcert = async (
  text: string,
  meant: JsonObject,
  issuer: string,
  trust: Trust,
  at: Date,
): Promise<Mismatch | null> => {
  const verdict = await verify(text, trust, at, { kind: 'none' })
  if (verdict.verdict !== 'accepted') return declined('hcert', verdict)
  const { familyName, firstNames, birthDate, issuer: issuerRead, medical } = verdict.certificate
  const read = { familyName, firstNames, birthDate, issuer: issuerRead, medical }
  return isDeepStrictEqual(read, viewMeant(meant, issuer))
    ? null
    : { format: 'hcert', code: 'CONTENT_DIFFERS' }
}

/** A truncated field ends early: what is there must be a beginning of what was meant. */
const isBeginning = (
  field: { value: string; truncated: boolean } | undefined,
  meant: string,
): boolean =>
  field !== undefined &&
  (field.truncated ? field.value !== '' && meant.startsWith(field.value) : field.value === meant)

const firstNamesOf = (firstNames: string): string =>
  firstNames
    .split(/[\s,]+/)
    .map(transliterate2dDoc)
    .filter((name) => name !== '')
    .join('/')

/** The hour that comes twice in October is written only once: then the written minutes decide. */
const sameMinute = (a: Date, b: Date): boolean =>
  Math.floor(a.getTime() / 60_000) === Math.floor(b.getTime() / 60_000) ||
  toParisMinute(a) === toParisMinute(b)

const sameContent = (read: Read2dDoc | undefined, meant: TestTo2dDoc): boolean => {
  if (read === undefined || read.document.type !== 'B2') return false
  const { header, fields, document } = read
  return (
    header.caId === meant.caId &&
    header.certificateId === meant.certificateId &&
    isBeginning(fields.get('F0'), firstNamesOf(meant.person.firstNames)) &&
    isBeginning(fields.get('F1'), transliterate2dDoc(meant.person.familyName)) &&
    document.birthDate === meant.person.birthDate &&
    document.sex === meant.person.sex &&
    document.loinc.replace('-', '') === meant.loinc.replace('-', '') &&
    document.result === meant.result &&
    sameMinute(document.sampledAt, meant.sampledAt)
  )
}

/** Checks a 2D-DOC text: our verifier accepts it, and every field that it read is what was meant. */
export const check2dDoc = async (
  text: string,
  meant: TestTo2dDoc,
  trust: Trust,
  at: Date,
): Promise<Mismatch | null> => {
  const verdict = await verify(text, trust, at, { kind: 'none' })
  if (verdict.verdict !== 'accepted') return declined('twoddoc', verdict)
  return sameContent(read2dDocOf(verdict.certificate), meant)
    ? null
    : { format: 'twoddoc', code: 'CONTENT_DIFFERS' }
}
