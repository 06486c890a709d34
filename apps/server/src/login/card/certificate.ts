/**
 * Reads the fields of a certificate that a card is judged by (RFC 5280 §4). OpenSSL parses it first and checks
 * signatures later; this reads, over the same bytes, what Node does not show of it: docs/adr/0013-the-portal-judges-cards-itself.md.
 */
import { X509Certificate } from 'node:crypto'
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
} from '@sidep/trust/der'

/** One `type=value`; several may stand together in one relative name. */
export interface NameAttribute {
  /** Dotted object identifier. */
  readonly type: string
  readonly value: string
}

export type RelativeName = readonly NameAttribute[]

export interface CertificateFacts {
  /** The same certificate as OpenSSL understands it. */
  readonly native: X509Certificate
  /** Content of the INTEGER, hexadecimal. */
  readonly serialNumber: string
  /** DER of the names, hexadecimal: equal names are equal text. */
  readonly issuer: string
  readonly subject: string
  readonly subjectNames: readonly RelativeName[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** Object identifier of the algorithm it was signed with. */
  readonly signatureAlgorithm: string
  /** Null when the extension is absent. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null
  /** First octet of the BIT STRING; 0 when the extension is absent. */
  readonly keyUsage: number
  /** Empty when the extension is absent. */
  readonly extendedKeyUsages: readonly string[]
  /** Critical extensions that this reader does not know (RFC 5280 §4.2: such a certificate must be refused). */
  readonly unknownCritical: readonly string[]
}

/** Bits of the first octet of KeyUsage (RFC 5280 §4.2.1.3). */
export const keyUsages = { digitalSignature: 0x80, keyCertSign: 0x04, cRLSign: 0x02 } as const

/** A card's certificate has about 2 kB. */
export const certificateBytesMax = 16_384

const extensionIds = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
} as const

/**
 * Extensions that may be critical although nothing here depends on them: policies (§4.2.1.4), because no policy is
 * asked for; distribution points (§4.2.1.13), because lists are configured; names and key identifiers.
 */
const harmlessExtensions: ReadonlySet<string> = new Set([
  '2.5.29.14',
  '2.5.29.17',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.35',
])

const tags = { boolean: 0x01, versionField: 0xa0, utf8: 0x0c, teletex: 0x14, bmp: 0x1e } as const
const version3 = 2

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const decoders: Readonly<Record<number, string>> = {
  [tags.utf8]: 'utf-8',
  [tags.teletex]: 'latin1',
  [tags.bmp]: 'utf-16be',
}

const readText = (element: DerElement | undefined): string => {
  if (element === undefined) throw new DerError('attribute without value')
  // PrintableString and IA5String are ASCII, which UTF-8 contains.
  const decoder = new TextDecoder(decoders[element.tag] ?? 'utf-8', { fatal: true })
  try {
    return decoder.decode(element.content)
  } catch {
    throw new DerError('text is not in its encoding')
  }
}

const readName = (element: DerElement | undefined): RelativeName[] =>
  childrenOf(expectTag(element, derTags.sequence)).map((set) =>
    childrenOf(expectTag(set, derTags.set)).map((attribute) => {
      const [type, value] = childrenOf(expectTag(attribute, derTags.sequence))
      return { type: readObjectIdentifier(type), value: readText(value) }
    }),
  )

interface ExtensionValue {
  readonly critical: boolean
  readonly value: DerElement
}

const readExtensions = (element: DerElement | undefined): Map<string, ExtensionValue> => {
  const extensions = new Map<string, ExtensionValue>()
  if (element === undefined) return extensions
  const [list] = childrenOf(element)
  for (const extension of childrenOf(expectTag(list, derTags.sequence))) {
    const [type, ...rest] = childrenOf(expectTag(extension, derTags.sequence))
    const id = readObjectIdentifier(type)
    // RFC 5280 §4.2: at most one of each.
    if (extensions.has(id)) throw new DerError('extension is there twice')
    const critical = rest.length > 1 && expectTag(rest[0], tags.boolean).content[0] !== 0
    extensions.set(id, { critical, value: expectTag(rest.at(-1), derTags.octetString) })
  }
  return extensions
}

const readBasicConstraints = (
  extension: ExtensionValue | undefined,
): CertificateFacts['basicConstraints'] => {
  if (extension === undefined) return null
  const parts = childrenOf(readWhole(extension.value.content, derTags.sequence))
  const ca = parts[0]?.tag === tags.boolean && parts[0].content[0] !== 0
  const length = parts.find(({ tag }) => tag === derTags.integer)?.content
  if (length !== undefined && (length.length !== 1 || (length[0] ?? 0) > 127)) {
    throw new DerError('path length is not small')
  }
  return { ca, pathLength: length?.[0] ?? null }
}

const readKeyUsage = (extension: ExtensionValue | undefined): number =>
  extension === undefined ? 0 : (readDer(extension.value.content).content[1] ?? 0)

const readExtendedKeyUsages = (extension: ExtensionValue | undefined): string[] =>
  extension === undefined
    ? []
    : childrenOf(readWhole(extension.value.content, derTags.sequence)).map(readObjectIdentifier)

const known: ReadonlySet<string> = new Set(Object.values(extensionIds))

const readFacts = (der: Uint8Array): CertificateFacts => {
  // Strict, and what signatures are checked with; throws on what OpenSSL does not take.
  const native = new X509Certificate(der)
  const [tbs, algorithm] = childrenOf(readWhole(der, derTags.sequence))
  const [version, serial, , issuer, validity, subject, , ...optional] = childrenOf(
    expectTag(tbs, derTags.sequence),
  )
  const [number] = childrenOf(expectTag(version, tags.versionField))
  if (expectTag(number, derTags.integer).content[0] !== version3) throw new DerError('not v3')
  const [notBefore, notAfter] = childrenOf(expectTag(validity, derTags.sequence))
  const [signatureAlgorithm] = childrenOf(expectTag(algorithm, derTags.sequence))
  const extensions = readExtensions(optional.find(({ tag }) => tag === derTags.extensions))
  return {
    native,
    serialNumber: hexOf(expectTag(serial, derTags.integer).content),
    issuer: hexOf(expectTag(issuer, derTags.sequence).encoded),
    subject: hexOf(expectTag(subject, derTags.sequence).encoded),
    subjectNames: readName(subject),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    signatureAlgorithm: readObjectIdentifier(signatureAlgorithm),
    basicConstraints: readBasicConstraints(extensions.get(extensionIds.basicConstraints)),
    keyUsage: readKeyUsage(extensions.get(extensionIds.keyUsage)),
    extendedKeyUsages: readExtendedKeyUsages(extensions.get(extensionIds.extendedKeyUsage)),
    unknownCritical: [...extensions]
      .filter(([id, { critical }]) => critical && !known.has(id) && !harmlessExtensions.has(id))
      .map(([id]) => id),
  }
}

/** OpenSSL's refusal, or ours, of bytes that are no certificate; anything else is a fault of this program. */
const isMalformed = (error: unknown): boolean =>
  error instanceof DerError ||
  (error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_OSSL'))

/** Reads a DER certificate. Nothing is verified. @returns null when it is too large or malformed */
export const readCertificate = (der: Uint8Array): CertificateFacts | null => {
  if (der.length > certificateBytesMax) return null
  try {
    return readFacts(der)
  } catch (error) {
    if (isMalformed(error)) return null
    throw error
  }
}
