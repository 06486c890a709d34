/**
 * Reads and verifies a certificate revocation list (RFC 5280 §5). A national list has hundreds of thousands of
 * entries: it is walked in slices, so that requests go on meanwhile.
 */
import { verify } from 'node:crypto'
import { promisify } from 'node:util'
import {
  childrenOf,
  type DerElement,
  DerError,
  derTags,
  expectTag,
  readBitString,
  readDer,
  readObjectIdentifier,
  readTime,
  readWhole,
} from '@sidep/trust/der'
import type { Authorities, Authority } from './authorities.ts'
import { keyUsages } from './certificate.ts'
import { isKeyStrong, signatureHashes } from './signature-algorithms.ts'

export interface RevocationList {
  readonly authority: Authority
  readonly issuedAt: Date
  readonly nextUpdate: Date
  /** Serial numbers, content of the INTEGER, hexadecimal. */
  readonly revoked: ReadonlySet<string>
}

export type ListFault =
  | 'LIST_TOO_LARGE'
  | 'LIST_MALFORMED'
  /** By no authority of the bundle, or by one that may not sign lists. */
  | 'LIST_ISSUER'
  | 'LIST_ALGORITHM'
  | 'LIST_SIGNATURE'
  /** A critical extension: a delta or a part of a list tells only some of what is revoked (§5.2.4, §5.2.5). */
  | 'LIST_PARTIAL'
  | 'LIST_FROM_THE_FUTURE'

export type ListReading =
  | { readonly ok: true; readonly value: RevocationList }
  | { readonly ok: false; readonly code: ListFault }

export const listBytesMax = 64 * 1024 * 1024
/** Entries read before others get their turn: a few milliseconds. */
const entriesPerSlice = 1_000
/** Clocks of two institutions. */
const clockToleranceMilliseconds = 10 * 60_000

const tags = { boolean: 0x01, extensions: 0xa0 } as const

/** In a thread of its own: hashing ten megabytes takes longer than a request may wait. */
const verifyOnAnotherThread = promisify(verify)

interface ListParts {
  readonly tbs: DerElement
  readonly algorithm: string
  readonly signature: Uint8Array
  readonly issuer: string
  readonly issuedAt: Date
  readonly nextUpdate: Date
  readonly entries: DerElement | null
  readonly hasCritical: boolean
}

const hexOf = (element: DerElement | undefined): string =>
  Buffer.from(expectTag(element, derTags.sequence).encoded).toString('hex')

const algorithmOf = (element: DerElement | undefined): string =>
  readObjectIdentifier(childrenOf(expectTag(element, derTags.sequence))[0])

const hasCriticalIn = (extensions: DerElement | undefined): boolean => {
  if (extensions === undefined) return false
  const [list] = childrenOf(extensions)
  return childrenOf(expectTag(list, derTags.sequence)).some((extension) => {
    const [, second] = childrenOf(extension)
    return second?.tag === tags.boolean && second.content[0] !== 0
  })
}

const isTime = (element: DerElement | undefined): boolean =>
  element?.tag === derTags.utcTime || element?.tag === derTags.generalizedTime

const readParts = (der: Uint8Array): ListParts => {
  const [tbs, outer, signature] = childrenOf(readWhole(der, derTags.sequence))
  const fields = childrenOf(expectTag(tbs, derTags.sequence))
  const [version, inner, issuer, issuedAt, nextUpdate, ...rest] = fields
  // Version 2 is 1; without extensions nothing says what the list covers.
  if (expectTag(version, derTags.integer).content[0] !== 1) throw new DerError('not a v2 list')
  // §5.1.2.5: a list that does not say when the next one comes could count for ever.
  if (!isTime(nextUpdate)) throw new DerError('no next update')
  // §5.1.1.2: the algorithm outside the signature is the one inside it, parameters and all.
  if (hexOf(outer) !== hexOf(inner)) throw new DerError('two algorithms')
  return {
    tbs: expectTag(tbs, derTags.sequence),
    algorithm: algorithmOf(inner),
    signature: readBitString(signature),
    issuer: hexOf(issuer),
    issuedAt: readTime(issuedAt),
    nextUpdate: readTime(nextUpdate),
    entries: rest.find(({ tag }) => tag === derTags.sequence) ?? null,
    hasCritical: hasCriticalIn(rest.find(({ tag }) => tag === tags.extensions)),
  }
}

const readSerials = async (entries: DerElement | null): Promise<Set<string>> => {
  const serials = new Set<string>()
  if (entries === null) return serials
  const { content } = entries
  for (let offset = 0, read = 0; offset < content.length; read += 1) {
    const entry = expectTag(readDer(content, offset), derTags.sequence)
    const serial = expectTag(readDer(entry.content), derTags.integer)
    serials.add(Buffer.from(serial.content).toString('hex'))
    offset += entry.encoded.length
    if (read % entriesPerSlice === entriesPerSlice - 1) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return serials
}

/** The authority of that name whose key made the signature; a name alone proves nothing. */
const findSigner = async (
  { tbs, algorithm, signature, issuer }: ListParts,
  authorities: Authorities,
): Promise<Authority | ListFault> => {
  const hash = signatureHashes.get(algorithm)
  if (hash === undefined) return 'LIST_ALGORITHM'
  const named = authorities
    .bySubject(issuer)
    .filter(({ facts }) => (facts.keyUsage & keyUsages.cRLSign) !== 0)
  if (named.length === 0) return 'LIST_ISSUER'
  for (const authority of named) {
    const { publicKey } = authority.facts.native
    if (!isKeyStrong(publicKey)) continue
    if (await verifyOnAnotherThread(hash, tbs.encoded, publicKey, signature)) return authority
  }
  return 'LIST_SIGNATURE'
}

const readList = async (
  der: Uint8Array,
  authorities: Authorities,
  now: Date,
): Promise<ListReading> => {
  const parts = readParts(der)
  const authority = await findSigner(parts, authorities)
  if (typeof authority === 'string') return { ok: false, code: authority }
  if (parts.hasCritical) return { ok: false, code: 'LIST_PARTIAL' }
  const { issuedAt, nextUpdate } = parts
  if (issuedAt.getTime() > now.getTime() + clockToleranceMilliseconds) {
    return { ok: false, code: 'LIST_FROM_THE_FUTURE' }
  }
  const revoked = await readSerials(parts.entries)
  return { ok: true, value: { authority, issuedAt, nextUpdate, revoked } }
}

/**
 * Reads a list and checks that one of our authorities signed all of it.
 *
 * @param der as fetched, at most `listBytesMax`
 * @returns the list, or the first thing that is wrong with it
 */
export const readRevocationList = async (
  der: Uint8Array,
  authorities: Authorities,
  now: Date,
): Promise<ListReading> => {
  if (der.length > listBytesMax) return { ok: false, code: 'LIST_TOO_LARGE' }
  try {
    return await readList(der, authorities, now)
  } catch (error) {
    if (error instanceof DerError) return { ok: false, code: 'LIST_MALFORMED' }
    throw error
  }
}
