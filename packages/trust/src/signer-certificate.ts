import { broken, decoded, type Layer } from '@sidep/encoding'
import {
  childrenOf,
  type DerElement,
  DerError,
  derTags,
  expectTag,
  readDer,
  readObjectIdentifier,
  readTime,
  readWhole,
} from './der.ts'

/** What a verifier needs of a signer's X.509 certificate (RFC 5280 §4.1). */
export interface SignerCertificate {
  readonly encoded: Uint8Array
  /** Distinguished name as text: `C=FR, O=Ministère, CN=Signer 1`. */
  readonly subject: string
  /** ISO 3166 code from the subject, else from the issuer; empty when neither has one. */
  readonly country: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Extended key usages, dotted; empty when the extension is absent. */
  readonly extendedKeyUsages: readonly string[]
  readonly subjectPublicKeyInfo: Uint8Array
}

/** Largest certificate read, in bytes; real signers have 400 to 2,000. */
export const certificateBytesMax = 16_384

/**
 * Reads a DER certificate. Nothing is verified: a verifier trusts the list that the certificate
 * came in, not its chain.
 *
 * @returns the certificate, or CERTIFICATE_TOO_LARGE, CERTIFICATE_MALFORMED
 */
export const parseSignerCertificate = (der: Uint8Array): Layer<SignerCertificate> => {
  if (der.length > certificateBytesMax) return broken('CERTIFICATE_TOO_LARGE')
  try {
    return decoded(readCertificate(der))
  } catch (error) {
    if (error instanceof DerError) return broken('CERTIFICATE_MALFORMED')
    throw error
  }
}

/** Whether a subject is marked as development: such a signer never counts in production. */
export const isDevelopmentSubject = (subject: string): boolean =>
  // Attributes stand between commas that are not escaped.
  (subject.match(/(?:\\.|[^\\,])+/g) ?? []).some((part) => part.trim() === 'OU=Development')

const readCertificate = (der: Uint8Array): SignerCertificate => {
  const [tbs] = childrenOf(readWhole(der, derTags.sequence))
  const fields = childrenOf(expectTag(tbs, derTags.sequence))
  // version is absent in version 1 certificates: the fields after it move up by one.
  const at = fields[0]?.tag === derTags.version ? 1 : 0
  const issuer = readName(fields[at + 2])
  const subject = readName(fields[at + 4])
  const validity = childrenOf(expectTag(fields[at + 3], derTags.sequence))
  return {
    encoded: der,
    subject: subject.text,
    country: subject.country || issuer.country,
    notBefore: readTime(validity[0]),
    notAfter: readTime(validity[1]),
    extendedKeyUsages: readExtendedKeyUsages(fields.find(({ tag }) => tag === derTags.extensions)),
    subjectPublicKeyInfo: expectTag(fields[at + 5], derTags.sequence).encoded,
  }
}

const attributeNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'E',
}

const readName = (element: DerElement | undefined): { text: string; country: string } => {
  const parts: string[] = []
  let country = ''
  for (const set of childrenOf(expectTag(element, derTags.sequence))) {
    for (const attribute of childrenOf(expectTag(set, derTags.set))) {
      const [type, value] = childrenOf(expectTag(attribute, derTags.sequence))
      const oid = readObjectIdentifier(type)
      const text = readText(value)
      if (oid === '2.5.4.6') country = text.toUpperCase()
      // A comma inside a value is escaped (RFC 4514 §2.4), so that it cannot pass for a separator.
      parts.push(`${attributeNames[oid] ?? oid}=${text.replaceAll(/([\\,+])/g, '\\$1')}`)
    }
  }
  return { text: parts.join(', '), country }
}

const readText = (element: DerElement | undefined): string => {
  if (element === undefined) throw new DerError('attribute without value')
  const label = element.tag === derTags.bmpString ? 'utf-16be' : 'utf-8'
  return new TextDecoder(label).decode(element.content)
}

// RFC 5280 §4.2.1.12
const extendedKeyUsageExtension = '2.5.29.37'

const readExtendedKeyUsages = (element: DerElement | undefined): string[] => {
  if (element === undefined) return []
  const [list] = childrenOf(element)
  for (const extension of childrenOf(expectTag(list, derTags.sequence))) {
    const parts = childrenOf(expectTag(extension, derTags.sequence))
    if (readObjectIdentifier(parts[0]) !== extendedKeyUsageExtension) continue
    const value = expectTag(parts.at(-1), derTags.octetString)
    return childrenOf(expectTag(readDer(value.content), derTags.sequence)).map(readObjectIdentifier)
  }
  return []
}
