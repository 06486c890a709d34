/**
 * What a country uploads to the EU's gateway it signs with a certificate that the gateway knows: CMS (RFC 5652), around a
 * rule (`cms`), or beside a signer's certificate (`signature` of `rawData`).
 */
import { createHash, verify, X509Certificate } from 'node:crypto'
import {
  Attribute,
  ContentInfo,
  id_signedData,
  SignedData,
  type SignerInfo,
} from '@peculiar/asn1-cms'
import { AsnArray, AsnConvert, AsnType, AsnTypeTypes, OctetString } from '@peculiar/asn1-schema'
import { base64ToBytes, broken, decoded, type Layer } from '@sidep/encoding'
import { DerError, derTags, expectTag, readDer } from '@sidep/trust/der'

export type Uploaders = readonly X509Certificate[]

export type UploadCode = 'UPLOAD_UNSIGNED' | 'UPLOAD_SIGNATURE' | 'UPLOAD_MALFORMED'

type Fields = Readonly<Record<string, unknown>>

/** A rule is some kilobytes, a batch of a thousand hashes fifty. */
const cmsBytesMax = 1024 * 1024

/** Certificates of a PEM file, or one in DER. */
export const readUploaders = (bytes: Buffer): Uploaders => {
  const blocks = bytes
    .toString('latin1')
    .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  return (blocks ?? [bytes]).map((block) => new X509Certificate(block))
}

/**
 * What an entry of a list says, with its signature checked.
 *
 * @param uploaders null when the file came by a way that is trusted itself: signatures then say nothing
 * @returns the entry itself, or what was in its signed message
 */
export const readSignedContent = (
  entry: Fields,
  uploaders: Uploaders | null,
): Layer<Fields, UploadCode> => {
  const { cms, signature, rawData } = entry
  if (typeof cms === 'string') {
    const message = signedMessage(cms)
    const content = message === null ? null : contentOf(message)
    const fields = content === null ? null : objectIn(content)
    if (message === null || content === null || fields === null) return broken('UPLOAD_MALFORMED')
    return checked(message, content, fields, uploaders)
  }
  if (uploaders === null) return decoded(entry)
  if (typeof signature !== 'string' || typeof rawData !== 'string') return broken('UPLOAD_UNSIGNED')
  const message = signedMessage(signature)
  const content = base64ToBytes(rawData)
  if (message === null || !content.ok) return broken('UPLOAD_MALFORMED')
  return checked(message, content.value, entry, uploaders)
}

const checked = (
  message: SignedData,
  content: Uint8Array,
  fields: Fields,
  uploaders: Uploaders | null,
): Layer<Fields, UploadCode> => {
  if (uploaders === null) return decoded(fields)
  const ofCountry = uploaders.filter(
    ({ subject }) => countryIn(subject) === (fields.country ?? fields.Country),
  )
  const isSigned = [...message.signerInfos].some((info) =>
    ofCountry.some((uploader) => isSignedBy(info, content, uploader)),
  )
  return isSigned ? decoded(fields) : broken('UPLOAD_SIGNATURE')
}

/** A country signs for itself alone. */
const countryIn = (subject: string): string | undefined => /^C=([A-Z]{2})$/m.exec(subject)?.[1]

const signedMessage = (base64: string): SignedData | null => {
  const bytes = base64ToBytes(base64.replaceAll(/\s/g, ''))
  if (!bytes.ok || bytes.value.length > cmsBytesMax) return null
  try {
    const info = AsnConvert.parse(bytes.value, ContentInfo)
    return info.contentType === id_signedData ? AsnConvert.parse(info.content, SignedData) : null
  } catch {
    // The library throws for whatever is no such structure.
    return null
  }
}

/** What is inside: one octet string, or, where it was written in a stream, several in one (X.690 §8.7.3). */
const contentOf = ({ encapContentInfo: { eContent } }: SignedData): Uint8Array | null => {
  if (eContent?.single !== undefined) return new Uint8Array(eContent.single.buffer)
  if (eContent?.any === undefined) return null
  const bytes = new Uint8Array(eContent.any)
  const isOpen = bytes[1] === 0x80
  if (bytes[0] !== constructedOctets) return null
  const pieces: Uint8Array[] = []
  let at = isOpen ? 2 : 2 + lengthOctets(bytes[1])
  const end = isOpen ? bytes.length - 2 : bytes.length
  try {
    while (at < end) {
      const piece = expectTag(readDer(bytes, at), derTags.octetString)
      pieces.push(piece.content)
      at += piece.encoded.length
    }
  } catch (error) {
    if (error instanceof DerError) return null
    throw error
  }
  return at === end ? new Uint8Array(Buffer.concat(pieces)) : null
}

const constructedOctets = 0x24
/** Octets behind the first that say a length (X.690 §8.1.3). */
const lengthOctets = (first = 0): number => (first < 0x80 ? 0 : first & 0x7f)

const objectIn = (bytes: Uint8Array): Fields | null => {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    // Signed, and no JSON: not a rule.
    return null
  }
}

// RFC 8702 has more; the gateway's certificate governance asks for SHA-256.
const digests: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const messageDigest = '1.2.840.113549.1.9.4' // RFC 5652 §11.2

/** The attributes as they are signed: a set, not the tagged field that they stand in. */
class SignedAttributes extends AsnArray<Attribute> {}
AsnType({ type: AsnTypeTypes.Set, itemType: Attribute })(SignedAttributes)

/** RFC 5652 §5.4: where there are signed attributes they are what is signed, and hold the digest of the content. */
const isSignedBy = (
  info: SignerInfo,
  content: Uint8Array,
  { publicKey }: X509Certificate,
): boolean => {
  const digest = digests[info.digestAlgorithm.algorithm]
  if (digest === undefined) return false
  const signature = new Uint8Array(info.signature.buffer)
  const { signedAttrs } = info
  if (signedAttrs === undefined) return verify(digest, content, publicKey, signature)
  const [stated] = signedAttrs.find(({ attrType }) => attrType === messageDigest)?.attrValues ?? []
  if (stated === undefined) return false
  const hash = createHash(digest).update(content).digest()
  if (!hash.equals(new Uint8Array(AsnConvert.parse(stated, OctetString).buffer))) return false
  const attributes = AsnConvert.serialize(new SignedAttributes(signedAttrs))
  return verify(digest, new Uint8Array(attributes), publicKey, signature)
}
