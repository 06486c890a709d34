import type { CwtClaims } from '@sidep/encoding'

/** COSE header of a CWT that holds the key of a message's signer: RFC 9528 §9.6. */
export const kcwtHeader = 13

/** Claims of private use (RFC 8392 §9.1: below −65536). */
export const continuityClaim = { booklet: -65537, number: -65538, slip: -65539 } as const

/** Keys within the booklet's claim. */
export const bookletKey = {
  site: 1,
  siteName: 2,
  professional: 3,
  authority: 4,
  maximum: 5,
  testTypes: 6,
} as const

/** Bytes of a signer's key id: HCERT §3.3.2. */
export const keyIdBytes = 8

/** The moment of a claim in whole seconds since 1970; null when it is absent or has a fraction. */
export const momentOf = (claims: CwtClaims, name: 'iat' | 'nbf' | 'exp'): Date | null => {
  const seconds = claims[name]
  return seconds !== undefined && Number.isSafeInteger(seconds) && seconds >= 0
    ? new Date(seconds * 1000)
    : null
}

/** Whole seconds since 1970, cut down. */
export const wholeSeconds = (moment: Date): number => Math.floor(moment.getTime() / 1000)

export const isCount = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= max

const utf8 = new TextEncoder()

/** A text that is not empty and no longer than `bytesMax` in UTF-8. */
export const isShortText = (value: unknown, bytesMax: number): value is string =>
  typeof value === 'string' && value !== '' && utf8.encode(value).length <= bytesMax

/**
 * Cuts a name for a code: at most `bytesMax` bytes of UTF-8, no character in half.
 *
 * @param name as the directory has it; what surrounds it in white space is left out
 */
export const shortName = (name: string, bytesMax: number): string => {
  let short = ''
  let bytes = 0
  for (const character of name.trim()) {
    bytes += utf8.encode(character).length
    if (bytes > bytesMax) break
    short += character
  }
  return short.trim()
}
