import { cwtClaim, encodeBase45, storeInZlib, Tagged } from '@sidep/encoding'
import { dccClaimKey, type JsonObject, type TestDccInput, testDcc } from '@sidep/hcert'
import type { Booklet } from './booklet.ts'
import { continuityClaim, kcwtHeader, wholeSeconds } from './claims.ts'
import type { Sign } from './continuity-keys.ts'
import { counterKeyId } from './counter-key.ts'
import { provisionalCharactersMax } from './limits.ts'
import { compactDcc, provisionalUvci } from './provisional-payload.ts'
import { provisionalPrefix, readProvisional } from './read-provisional.ts'
import { signClaims } from './sign-cwt.ts'
import { allowanceFault, issueTimeFault, signatureFault } from './verify-provisional.ts'

export interface ProvisionalInput {
  readonly booklet: Booklet
  /** Taken from the booklet and persisted before this is called; never used twice. */
  readonly number: number
  /** Now, by the portal's clock as far as the counter knows it. */
  readonly issuedAt: Date
  readonly person: TestDccInput['person']
  /** The test; its centre is the booklet's site. */
  readonly test: Omit<TestDccInput['test'], 'centre'>
}

const tagSign1 = 18 // RFC 9052 §2

/**
 * Signs a provisional certificate and packs it into the text of its QR code.
 *
 * Names that would make the code too large to read at 40 mm (together beyond about 110 characters)
 * are written in ICAO letters alone, which the certificate's schema allows. Whatever the input, the
 * text has at most 1,100 characters, and any single changed character makes it invalid.
 *
 * @param sign with the key that the booklet names: ECDSA P-256 and SHA-256, r‖s
 * @returns `FC1:` and base45, for the alphanumeric mode of a QR code
 * @throws RangeError with the code of the check that a verifier would refuse it by
 */
export const signProvisional = async (input: ProvisionalInput, sign: Sign): Promise<string> => {
  const dcc = dccOf(input)
  const text = await signDcc(input, compactDcc(dcc, true), sign)
  const short =
    text.length <= provisionalCharactersMax
      ? text
      : await signDcc(input, compactDcc(dcc, false), sign)
  await refuseInvalid(short)
  return short
}

const dccOf = ({ booklet, number, person, test }: ProvisionalInput): JsonObject =>
  testDcc({
    person,
    test: { ...test, centre: booklet.siteName },
    country: booklet.country,
    issuer: booklet.authority,
    uvci: provisionalUvci(booklet, number),
  })

const signDcc = async (
  { booklet, number, issuedAt }: ProvisionalInput,
  dcc: ReadonlyMap<string, unknown>,
  sign: Sign,
): Promise<string> => {
  const { protectedBytes, payload, signature } = booklet.cose
  const message = await signClaims(
    new Map<number, unknown>([
      [cwtClaim.iat, wholeSeconds(issuedAt)],
      [continuityClaim.number, number],
      [cwtClaim.hcert, new Map([[dccClaimKey, dcc]])],
    ]),
    await counterKeyId(booklet.counterKey),
    sign,
    // In the protected header: outside it, another booklet of the same key could be put in its place.
    new Map([[kcwtHeader, new Tagged(tagSign1, [protectedBytes, new Map(), payload, signature])]]),
  )
  return provisionalPrefix + encodeBase45(storeInZlib(message))
}

/** Nothing leaves that our own verifier refuses. */
const refuseInvalid = async (text: string): Promise<void> => {
  const read = readProvisional(text)
  if (!read.ok) throw new RangeError(read.code)
  const fault = allowanceFault(read) ?? issueTimeFault(read) ?? (await signatureFault(read))
  if (fault !== null) throw new RangeError(fault)
}
