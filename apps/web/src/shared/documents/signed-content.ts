/**
 * What a certificate says of itself: the paper takes person and place from there, and not from whoever the screen belongs to by
 * the time it is printed. Read without its signature, since it has just come from the portal that signed it.
 */
import { parseDcc, readHcert } from '@sidep/hcert'
import type { CertificateDocument } from './certificate-document.ts'

export interface SignedContent {
  readonly person: CertificateDocument['person']
  /** Null when the certificate names none. */
  readonly siteName: string | null
}

/** @param hcert text of the QR code @returns null when it cannot be read, or is no test's */
export const signedContentOf = (hcert: string): SignedContent | null => {
  const read = readHcert(hcert)
  const dcc = read.ok ? parseDcc(read.payload) : null
  if (dcc === null || !dcc.ok || dcc.value.entry.kind !== 'test') return null
  const { name, dateOfBirth, entry } = dcc.value
  return {
    person: {
      familyName: name.fn ?? '',
      firstNames: name.gn ?? '',
      birthDate: dateOfBirth,
    },
    siteName: entry.centre ?? null,
  }
}
