/** The booklet: a CWT (RFC 8392) of the continuity signer that lets one counter's key sign, for a day at most. */

import {
  type Bytes,
  broken,
  bytesToHex,
  type CoseSign1,
  coseSign1From,
  cwtClaim,
  decodeCbor,
  decoded,
  type Layer,
  parseCwtClaims,
} from '@sidep/encoding'
import {
  type Finess,
  finessFromNumber,
  finessToNumber,
  type ProfessionalId,
  parseProfessionalId,
} from '@sidep/identifiers'
import { hourMilliseconds } from '@sidep/time'
import {
  bookletKey,
  continuityClaim,
  isCount,
  isShortText,
  momentOf,
  wholeSeconds,
} from './claims.ts'
import type { ContinuityKeys, Sign } from './continuity-keys.ts'
import { type CounterKey, coseKeyOf, parseCoseKey } from './counter-key.ts'
import { bookletIdBytes, bookletIdFrom, bookletIdText } from './hex-id.ts'
import {
  authorityBytesMax,
  bookletHoursMax,
  bookletMaximumMax,
  clockSkewMilliseconds,
  siteNameBytesMax,
  testTypesMax,
} from './limits.ts'
import { type ChainFault, checkChain, signClaims, signedKeyId } from './sign-cwt.ts'

export interface BookletGrant {
  /** 16 hexadecimal digits, random. */
  readonly id: string
  /** Country of the issuer, ISO 3166-1 alpha-2: `iss`, and `co` of the certificates. */
  readonly country: string
  /** Name of the authority, `is` of the certificates: at most 44 bytes of UTF-8. */
  readonly authority: string
  readonly siteId: Finess
  /** Name of the site, `tc` of the certificates: at most 40 bytes of UTF-8 (`shortName` cuts it). */
  readonly siteName: string
  readonly professionalId: ProfessionalId
  /** Most certificates, 1 … 2,000; their numbers are 1 … maximum. */
  readonly maximum: number
  /** Test types permitted, 1 … 4, LOINC parts as in a DCC's `tt`: `LP217198-3`. */
  readonly testTypes: readonly string[]
  readonly issuedAt: Date
  readonly notBefore: Date
  /** At most 24 h after `notBefore`. */
  readonly expiresAt: Date
  readonly counterKey: CounterKey
}

export interface Booklet extends BookletGrant {
  /** Of the continuity signer. */
  readonly keyId: Bytes
  readonly cose: CoseSign1
}

export type BookletFormCode =
  | 'BOOKLET_HEADER'
  | 'BOOKLET_TIMES'
  | 'BOOKLET_COUNTER_KEY'
  | 'BOOKLET_CLAIMS'

export type BookletCode =
  | 'BOOKLET_KEY_UNKNOWN'
  | 'BOOKLET_KEY_NOT_VALID'
  | 'BOOKLET_SIGNATURE'
  | 'BOOKLET_TOO_LONG'
  | 'BOOKLET_NOT_YET'
  | 'BOOKLET_EXPIRED'

const cnfKey = 1 // RFC 8747 §3.2: COSE_Key
const testTypePattern = /^[A-Z0-9-]{1,12}$/
const countryPattern = /^[A-Z]{2}$/

/**
 * Signs a booklet.
 *
 * @param keyId of the continuity signer, 8 bytes
 * @returns the CWT: a tagged COSE_Sign1 in deterministic CBOR, about 300 bytes
 * @throws RangeError when the grant is not within the bounds that `readBooklet` checks
 */
export const issueBooklet = async (
  grant: BookletGrant,
  keyId: Uint8Array,
  sign: Sign,
): Promise<Bytes> => {
  const bytes = await signClaims(claimsOf(grant), keyId, sign)
  const written = readBooklet(bytes)
  if (!written.ok) throw new RangeError(`this booklet could not be read: ${written.code}`)
  const fault = timeFault(written.value)
  if (fault !== null) throw new RangeError(`this booklet could not be used: ${fault}`)
  return bytes
}

const claimsOf = (grant: BookletGrant): Map<number, unknown> =>
  new Map<number, unknown>([
    [cwtClaim.iss, grant.country],
    [cwtClaim.exp, wholeSeconds(grant.expiresAt)],
    [cwtClaim.nbf, wholeSeconds(grant.notBefore)],
    [cwtClaim.iat, wholeSeconds(grant.issuedAt)],
    [cwtClaim.cti, bookletIdFrom(grant.id)],
    [cwtClaim.cnf, new Map([[cnfKey, coseKeyOf(grant.counterKey)]])],
    [
      continuityClaim.booklet,
      new Map<number, unknown>([
        [bookletKey.site, finessToNumber(grant.siteId)],
        [bookletKey.siteName, grant.siteName],
        [bookletKey.professional, Number(grant.professionalId)],
        [bookletKey.authority, grant.authority],
        [bookletKey.maximum, grant.maximum],
        [bookletKey.testTypes, [...grant.testTypes]],
      ]),
    ],
  ])

/**
 * Reads a booklet; trusts nothing yet.
 *
 * Codes: those of the CBOR, COSE and CWT layers; BOOKLET_HEADER (not ES256 with a key id in the
 * protected header alone), BOOKLET_TIMES, BOOKLET_COUNTER_KEY, BOOKLET_CLAIMS: the part that is wrong.
 */
export const readBooklet = (bytes: Uint8Array): Layer<Booklet> => {
  const item = decodeCbor(bytes)
  return item.ok ? bookletFromItem(item.value) : item
}

/** The same from a decoded item: a booklet in the header `kcwt`. */
export const bookletFromItem = (item: unknown): Layer<Booklet> => {
  const cose = coseSign1From(item)
  if (!cose.ok) return cose
  const keyId = signedKeyId(cose.value)
  if (keyId === null) return broken('BOOKLET_HEADER')
  const claims = parseCwtClaims(cose.value.payload)
  if (!claims.ok) return claims
  const issuedAt = momentOf(claims.value, 'iat')
  const notBefore = momentOf(claims.value, 'nbf')
  const expiresAt = momentOf(claims.value, 'exp')
  if (issuedAt === null || notBefore === null || expiresAt === null) return broken('BOOKLET_TIMES')
  const confirmation: unknown = claims.value.all.get(cwtClaim.cnf)
  if (!(confirmation instanceof Map) || confirmation.size !== 1)
    return broken('BOOKLET_COUNTER_KEY')
  const counterKey = parseCoseKey(confirmation.get(cnfKey))
  if (!counterKey.ok) return broken('BOOKLET_COUNTER_KEY')
  const id: unknown = claims.value.all.get(cwtClaim.cti)
  const allowance = allowanceFrom(claims.value.all.get(continuityClaim.booklet))
  const country = claims.value.iss
  if (!(id instanceof Uint8Array) || id.length !== bookletIdBytes) return broken('BOOKLET_CLAIMS')
  if (country === undefined || !countryPattern.test(country)) return broken('BOOKLET_CLAIMS')
  if (allowance === null) return broken('BOOKLET_CLAIMS')
  return decoded({
    id: bookletIdText(id),
    country,
    ...allowance,
    issuedAt,
    notBefore,
    expiresAt,
    counterKey: counterKey.value,
    keyId,
    cose: cose.value,
  })
}

type Allowance = Pick<
  BookletGrant,
  'siteId' | 'siteName' | 'professionalId' | 'authority' | 'maximum' | 'testTypes'
>

const allowanceFrom = (value: unknown): Allowance | null => {
  if (!(value instanceof Map)) return null
  const siteId = siteFrom(value.get(bookletKey.site))
  const siteName: unknown = value.get(bookletKey.siteName)
  const professionalId = professionalFrom(value.get(bookletKey.professional))
  const authority: unknown = value.get(bookletKey.authority)
  const maximum: unknown = value.get(bookletKey.maximum)
  const testTypes: unknown = value.get(bookletKey.testTypes)
  if (siteId === null || professionalId === null) return null
  if (!isShortText(siteName, siteNameBytesMax)) return null
  if (!isShortText(authority, authorityBytesMax)) return null
  if (!isCount(maximum, bookletMaximumMax)) return null
  if (!areTestTypes(testTypes)) return null
  return { siteId, siteName, professionalId, authority, maximum, testTypes }
}

const siteFrom = (value: unknown): Finess | null =>
  typeof value === 'number' ? finessFromNumber(value) : null

const professionalFrom = (value: unknown): ProfessionalId | null => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null
  const id = parseProfessionalId(String(value))
  return id.ok ? id.value : null
}

const areTestTypes = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= testTypesMax &&
  value.every((type) => typeof type === 'string' && testTypePattern.test(type))

const chainCodes = {
  'key-unknown': 'BOOKLET_KEY_UNKNOWN',
  'key-not-valid': 'BOOKLET_KEY_NOT_VALID',
  signature: 'BOOKLET_SIGNATURE',
} as const satisfies Record<ChainFault, BookletCode>

/**
 * Whether the continuity signer signed this booklet, and for no longer than a booklet may live.
 * Says nothing about the time now.
 */
export const verifyBookletChain = async (
  booklet: Booklet,
  keys: ContinuityKeys,
): Promise<Layer<Booklet, BookletCode>> => {
  const fault = await checkChain(booklet, keys)
  if (fault !== null) return broken(chainCodes[fault])
  const span = timeFault(booklet)
  return span === null ? decoded(booklet) : broken(span)
}

/** A check of booklets' chains that remembers what it found. */
export type BookletChainCheck = (booklet: Booklet) => Promise<Layer<Booklet, BookletCode>>

const rememberedChainsMax = 2_000

/**
 * `verifyBookletChain` for many certificates of the same booklets: each is verified once while it is remembered.
 * What is remembered goes by every byte that is signed and by the signature. Keys are those given: a change of keys
 * makes another check.
 */
export const makeBookletChainCheck = (keys: ContinuityKeys): BookletChainCheck => {
  const found = new Map<string, ReturnType<BookletChainCheck>>()
  return (booklet) => {
    const { protectedBytes, payload, signature } = booklet.cose
    const name = [protectedBytes, payload, signature].map(bytesToHex).join('.')
    const before = found.get(name)
    if (before !== undefined) return before
    if (found.size >= rememberedChainsMax) {
      const [oldest = ''] = found.keys()
      found.delete(oldest)
    }
    const first = verifyBookletChain(booklet, keys)
    found.set(name, first)
    return first
  }
}

const timeFault = ({ notBefore, expiresAt }: BookletGrant): 'BOOKLET_TOO_LONG' | null => {
  const span = expiresAt.getTime() - notBefore.getTime()
  return span > 0 && span <= bookletHoursMax * hourMilliseconds ? null : 'BOOKLET_TOO_LONG'
}

/**
 * Whether a booklet may be signed from at `at`.
 *
 * @param at the time now; 5 minutes of difference between clocks are forgiven at both ends
 * @returns the booklet, or BOOKLET_KEY_UNKNOWN, BOOKLET_KEY_NOT_VALID, BOOKLET_SIGNATURE,
 * BOOKLET_TOO_LONG (it claims more than 24 h, or none), BOOKLET_NOT_YET, BOOKLET_EXPIRED
 */
export const verifyBooklet = async (
  booklet: Booklet,
  keys: ContinuityKeys,
  at: Date,
): Promise<Layer<Booklet, BookletCode>> => {
  const chain = await verifyBookletChain(booklet, keys)
  if (!chain.ok) return chain
  if (at.getTime() < booklet.notBefore.getTime() - clockSkewMilliseconds) {
    return broken('BOOKLET_NOT_YET')
  }
  if (at.getTime() > booklet.expiresAt.getTime() + clockSkewMilliseconds) {
    return broken('BOOKLET_EXPIRED')
  }
  return chain
}
