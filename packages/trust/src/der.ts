/**
 * Just enough DER (X.690) to read a signer certificate, because the X.509 library would more than
 * double the weight of a verifier page: docs/adr/0009.
 */

/** One DER element: its identifier octet, its content, and the whole as it was encoded. */
export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly encoded: Uint8Array
}

export const derTags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
  /** Context-specific, constructed: [0], [3] of a TBSCertificate. */
  version: 0xa0,
  extensions: 0xa3,
} as const

/** Thrown by the readers of this file on malformed input; callers turn it into a code. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

/** No signer certificate has more elements in one place; a longer list is an attack. */
const childrenMax = 64

/**
 * Reads the element that starts at `offset`.
 *
 * @throws DerError when the length is indefinite, of more than four octets, or runs past the end
 */
export const readDer = (bytes: Uint8Array, offset = 0): DerElement => {
  const tag = bytes[offset]
  const first = bytes[offset + 1]
  if (tag === undefined || first === undefined) throw new DerError('element is cut short')
  // X.690 §8.1.2.4: low tag numbers only; certificates use no others.
  if ((tag & 0x1f) === 0x1f) throw new DerError('high tag number')
  let start = offset + 2
  let length = first
  if (first >= 0x80) {
    const octets = first & 0x7f
    if (octets === 0 || octets > 4) throw new DerError('length is indefinite or too large')
    length = 0
    for (const octet of bytes.subarray(start, start + octets)) length = length * 256 + octet
    start += octets
  }
  const end = start + length
  if (end > bytes.length) throw new DerError('element runs past its end')
  return { tag, content: bytes.subarray(start, end), encoded: bytes.subarray(offset, end) }
}

/** Reads one element that must have the tag and fill the bytes exactly. */
export const readWhole = (bytes: Uint8Array, tag: number): DerElement => {
  const element = expectTag(readDer(bytes), tag)
  if (element.encoded.length !== bytes.length) throw new DerError('bytes after the element')
  return element
}

/** The elements inside a constructed element, in order. */
export const childrenOf = (element: DerElement): DerElement[] => {
  const children: DerElement[] = []
  let offset = 0
  while (offset < element.content.length) {
    if (children.length === childrenMax) throw new DerError('too many elements')
    const child = readDer(element.content, offset)
    children.push(child)
    offset += child.encoded.length
  }
  return children
}

/** The element itself, when it is there and has the tag. */
export const expectTag = (element: DerElement | undefined, tag: number): DerElement => {
  if (element?.tag !== tag) throw new DerError(`expected tag ${tag.toString(16)}`)
  return element
}

/** An OBJECT IDENTIFIER in dotted notation (X.690 §8.19). */
export const readObjectIdentifier = (element: DerElement | undefined): string => {
  const { content } = expectTag(element, derTags.objectIdentifier)
  const arcs: number[] = []
  let arc = 0
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new DerError('arc is too large')
    if (octet < 0x80) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [first, ...others] = arcs
  if (first === undefined || content.at(-1) === undefined || (content.at(-1) ?? 0) >= 0x80) {
    throw new DerError('object identifier is cut short')
  }
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...others].join('.')
}

/** The bytes of a BIT STRING that holds whole octets (X.690 §8.6). */
export const readBitString = (element: DerElement | undefined): Uint8Array => {
  const { content } = expectTag(element, derTags.bitString)
  if (content[0] !== 0) throw new DerError('bit string with unused bits')
  return content.subarray(1)
}

/** A UTCTime or GeneralizedTime in UTC with seconds, as RFC 5280 §4.1.2.5 has them. */
export const readTime = (element: DerElement | undefined): Date => {
  if (element === undefined) throw new DerError('time is missing')
  const text = String.fromCharCode(...element.content.subarray(0, 20))
  const pattern =
    element.tag === derTags.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
      : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
  if (element.tag !== derTags.utcTime && element.tag !== derTags.generalizedTime) {
    throw new DerError('not a time')
  }
  const match = pattern.exec(text)
  if (match === null) throw new DerError('time is malformed')
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number)
  const [day = 0, hours = 0, minutes = 0, seconds = 0] = rest
  // RFC 5280 §4.1.2.5.1: a two-digit year of 50 or more lies in the twentieth century.
  const century = element.tag === derTags.utcTime ? (year >= 50 ? 1900 : 2000) : 0
  return new Date(Date.UTC(century + year, month - 1, day, hours, minutes, seconds))
}

/** Encodes one element; used to wrap a key so that WebCrypto takes it. */
export const writeDer = (tag: number, ...contents: readonly Uint8Array[]): Uint8Array => {
  const length = contents.reduce((sum, content) => sum + content.length, 0)
  const lengthOctets =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x10000
          ? [0x82, length >> 8, length & 0xff]
          : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]
  const encoded = new Uint8Array(1 + lengthOctets.length + length)
  encoded.set([tag, ...lengthOctets])
  let offset = 1 + lengthOctets.length
  for (const content of contents) {
    encoded.set(content, offset)
    offset += content.length
  }
  return encoded
}
