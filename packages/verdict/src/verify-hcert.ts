import { type Hcert, keyIdOf, parseDcc, readHcert, verifyCose } from '@sidep/hcert'
import type { DccSigner, Trust } from '@sidep/trust'
import { checkRules } from './check-rules.ts'
import { viewOfDcc } from './hcert-view.ts'
import { dccRevocationFault, isNothingRevoked } from './revocation.ts'
import { clockLeewayMilliseconds } from './rule-data.ts'
import type { RuleProfile } from './rules/rule-set.ts'
import { signerTimeFault } from './signer-time.ts'
import { accepted, earliest, type Purpose, refused, unreadable, type Verdict } from './verdict.ts'

/** An EU Digital COVID Certificate on its way through the steps. */
export const verifyHcert = async (
  text: string,
  trust: Trust,
  at: Date,
  purpose: Purpose,
  profile: RuleProfile,
): Promise<Verdict> => {
  const hcert = readHcert(text)
  if (!hcert.ok) return unreadable(hcert.step, hcert.code)

  const signers = signersOf(hcert, trust)
  if (typeof signers === 'string') {
    const { iss: issuer } = hcert.claims
    return { ...refused('key', signers), ...(issuer === undefined ? {} : { issuer }) }
  }

  const signer = await signerWhoSigned(hcert, signers, trust)
  if (signer === undefined) return refused('signature', 'SIGNATURE_INVALID')

  const dcc = parseDcc(hcert.payload)
  const certificate = dcc.ok ? viewOfDcc(dcc.value, hcert.claims) : null
  if (!mayHaveSigned(signer, hcert.payload)) {
    return refused('key-usage', 'KEY_USAGE_NOT_PERMITTED', certificate)
  }

  const invalid = validityFault(hcert, signer, at)
  if (invalid !== null) return refused('validity', invalid, certificate)

  if (!dcc.ok || certificate === null) return refused('schema', dcc.ok ? 'SCHEMA' : dcc.code)

  const { cose, claims } = hcert
  const { keyId } = signer
  const revoked = isNothingRevoked(trust)
    ? null
    : await dccRevocationFault(
        { dcc: dcc.value, cose, keyId, issuedAtSeconds: claims.iat },
        trust,
        at,
      )
  if (revoked !== null) return refused('revocation', revoked, certificate)

  const rules = checkRules(dcc.value.canonical, certificate, at, purpose, profile)
  if (!rules.ok) return rules.declined

  const until = earliest(rules.until, expiryOf(hcert), signer.notAfter)
  return accepted(certificate, until, rules.rule)
}

/** Step `key`: who the key id names. */
const signersOf = ({ cose }: Hcert, trust: Trust): readonly DccSigner[] | string => {
  const keyId = keyIdOf(cose)
  if (keyId === undefined) return 'KEY_ID_MISSING'
  const signers = trust.dccSigners(keyId)
  return signers.length === 0 ? 'KEY_UNKNOWN' : signers
}

/** Step `signature`: a key id of eight bytes may name several signers; one of them must have signed. */
const signerWhoSigned = async (
  { cose }: Hcert,
  signers: readonly DccSigner[],
  { primitives: { verify } }: Trust,
): Promise<DccSigner | undefined> => {
  for (const signer of signers) {
    if (await verifyCose(cose, signer.publicKey, signer.algorithm, verify)) return signer
  }
  return undefined
}

const kindOfGroup = { t: 'test', v: 'vaccination', r: 'recovery' } as const

/**
 * Step `key-usage`: the signer may sign every kind of entry that is there. It stands before step
 * `schema`, so it looks at the groups present and not at what they hold.
 */
const mayHaveSigned = ({ usages }: DccSigner, payload: unknown): boolean =>
  (['t', 'v', 'r'] as const).every((group) => {
    const entries: unknown = payload instanceof Map ? payload.get(group) : undefined
    const present = Array.isArray(entries) && entries.length > 0
    return !present || usages.has(kindOfGroup[group])
  })

/**
 * Step `validity`: times of the CWT (RFC 8392 §3.1.4 to 6) and of the signer's certificate. What was issued a moment
 * ago must pass a phone whose clock is behind: RFC 8392 §3 takes its times from JWT, which permits "some small leeway"
 * (RFC 7519 §4.1.5). The end has none: until when it is accepted is what we say on the screen.
 */
const validityFault = ({ claims }: Hcert, signer: DccSigner, at: Date): string | null => {
  const time = at.getTime()
  const { exp, nbf, iat } = claims
  // Inclusive, unlike RFC 8392 §3.1.4: the Danish vectors are judged at their very expiry, as valid.
  if (exp !== undefined && time > exp * 1000) return 'CERTIFICATE_EXPIRED'
  const start = Math.max(nbf ?? Number.NEGATIVE_INFINITY, iat ?? Number.NEGATIVE_INFINITY)
  if (time + clockLeewayMilliseconds < start * 1000) return 'CERTIFICATE_NOT_YET_VALID'
  return signerTimeFault(signer, at)
}

const expiryOf = ({ claims: { exp } }: Hcert): Date | null =>
  exp === undefined ? null : new Date(exp * 1000)
