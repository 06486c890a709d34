import { bytesToHex, equalBytes } from '@sidep/encoding'
import { verifyCose } from '@sidep/hcert'
import { hourMilliseconds } from '@sidep/time'
import { type BookletCode, verifyBookletChain } from './booklet.ts'
import type { ContinuityKeys } from './continuity-keys.ts'
import { counterKeyId, importCounterKey } from './counter-key.ts'
import { clockSkewMilliseconds, provisionalHoursMax, samplingHoursMax } from './limits.ts'
import type { Provisional } from './read-provisional.ts'
import { isSignedAfterEnd, type Withdrawn, type WithdrawnCode, withdrawalOf } from './withdrawn.ts'

/** Steps as every verifier of certificates names them. */
export type ProvisionalCheck =
  | { readonly ok: true; readonly acceptedUntil: Date }
  | { readonly ok: false; readonly step: 'key'; readonly code: KeyCode }
  | { readonly ok: false; readonly step: 'signature'; readonly code: SignatureCode }
  | { readonly ok: false; readonly step: 'key-usage'; readonly code: AllowanceCode }
  | { readonly ok: false; readonly step: 'validity'; readonly code: TimeCode }
  | { readonly ok: false; readonly step: 'revocation'; readonly code: WithdrawnCode }

type KeyCode = 'BOOKLET_KEY_UNKNOWN' | 'BOOKLET_KEY_NOT_VALID'
export type SignatureCode =
  | 'BOOKLET_SIGNATURE'
  | 'PROVISIONAL_OTHER_DEVICE'
  | 'PROVISIONAL_SIGNATURE'
export type AllowanceCode = 'PROVISIONAL_NUMBER' | 'PROVISIONAL_KIND'
export type TimeCode =
  | 'BOOKLET_TOO_LONG'
  | 'PROVISIONAL_IN_FUTURE'
  | 'PROVISIONAL_BEFORE_BOOKLET'
  | 'PROVISIONAL_AFTER_BOOKLET'
  | 'PROVISIONAL_SAMPLED_LATER'
  | 'PROVISIONAL_SAMPLED_EARLY'
  | 'PROVISIONAL_EXPIRED'

/**
 * Verifies a provisional certificate, offline:
 *
 * 1. the booklet was signed by a continuity key: BOOKLET_KEY_UNKNOWN, BOOKLET_KEY_NOT_VALID, BOOKLET_SIGNATURE
 * 2. the booklet claims a day at most: BOOKLET_TOO_LONG
 * 3. the key that the booklet names signed it: PROVISIONAL_OTHER_DEVICE (another key says it did),
 *    PROVISIONAL_SIGNATURE
 * 4. the number is 1 … maximum: PROVISIONAL_NUMBER; the kind of test is permitted: PROVISIONAL_KIND
 * 5. the issue time lies within the booklet's: PROVISIONAL_BEFORE_BOOKLET, PROVISIONAL_AFTER_BOOKLET;
 *    not before sampling and not a day after it: PROVISIONAL_SAMPLED_LATER, PROVISIONAL_SAMPLED_EARLY;
 *    not after `at` and not more than 72 h before it: PROVISIONAL_IN_FUTURE, PROVISIONAL_EXPIRED
 * 6. nothing of it was withdrawn: BOOKLET_WITHDRAWN, SITE_WITHDRAWN, ALL_WITHDRAWN
 *
 * @param at the verifier's clock; two clocks may differ by 5 minutes in steps 5
 * @returns until when the same check accepts, or the step and code of the first fault
 */
export const verifyProvisional = async (
  provisional: Provisional,
  keys: ContinuityKeys,
  at: Date,
  withdrawn: Withdrawn,
): Promise<ProvisionalCheck> => {
  const chain = await verifyBookletChain(provisional.booklet, keys)
  if (!chain.ok) return chainFault(chain.code)
  const signature = await signatureFault(provisional)
  if (signature !== null) return { ok: false, step: 'signature', code: signature }
  const allowance = allowanceFault(provisional)
  if (allowance !== null) return { ok: false, step: 'key-usage', code: allowance }
  const time = issueTimeFault(provisional) ?? presentFault(provisional, at)
  if (time !== null) return { ok: false, step: 'validity', code: time }
  const withdrawal =
    withdrawalOf(provisional.booklet, withdrawn) ?? (await endOf(provisional, withdrawn))
  if (withdrawal !== null) return { ok: false, step: 'revocation', code: withdrawal }
  return { ok: true, acceptedUntil: provisionalEnd(provisional) }
}

/** Signed after the session of its booklet had ended: of no more worth than from a withdrawn one. */
const endOf = async (
  { booklet, issuedAt }: Provisional,
  withdrawn: Withdrawn,
): Promise<'BOOKLET_WITHDRAWN' | null> => {
  if (withdrawn.ended.size === 0) return null
  const keyId = bytesToHex(await counterKeyId(booklet.counterKey))
  const signed = { keyId, bookletIssuedAt: booklet.issuedAt, signedAt: issuedAt }
  return isSignedAfterEnd(signed, withdrawn) ? 'BOOKLET_WITHDRAWN' : null
}

/** When it ends: 72 h after its issue. */
const provisionalEnd = ({ issuedAt }: Pick<Provisional, 'issuedAt'>): Date =>
  new Date(issuedAt.getTime() + provisionalHoursMax * hourMilliseconds)

const chainFault = (code: BookletCode): ProvisionalCheck => {
  switch (code) {
    case 'BOOKLET_KEY_UNKNOWN':
    case 'BOOKLET_KEY_NOT_VALID':
      return { ok: false, step: 'key', code }
    case 'BOOKLET_SIGNATURE':
      return { ok: false, step: 'signature', code }
    case 'BOOKLET_TOO_LONG':
    // The chain says nothing of the present; these two are of `verifyBooklet` alone.
    case 'BOOKLET_NOT_YET':
    case 'BOOKLET_EXPIRED':
      return { ok: false, step: 'validity', code: 'BOOKLET_TOO_LONG' }
  }
}

/** Whether the booklet's counter signed it. */
export const signatureFault = async (
  provisional: Provisional,
): Promise<Exclude<SignatureCode, 'BOOKLET_SIGNATURE'> | null> => {
  const { counterKey } = provisional.booklet
  const expected = await counterKeyId(counterKey)
  if (!equalBytes(expected, provisional.counterKeyId)) return 'PROVISIONAL_OTHER_DEVICE'
  const publicKey = await importCounterKey(counterKey)
  const signed = await verifyCose(provisional.cose, publicKey, 'ES256')
  return signed ? null : 'PROVISIONAL_SIGNATURE'
}

/** Whether the booklet allows this number and this kind of test. */
export const allowanceFault = ({ number, booklet, dcc }: Provisional): AllowanceCode | null => {
  if (number < 1 || number > booklet.maximum) return 'PROVISIONAL_NUMBER'
  return booklet.testTypes.includes(dcc.entry.testType) ? null : 'PROVISIONAL_KIND'
}

/** Whether its own times agree with one another and with the booklet's. */
export const issueTimeFault = ({ issuedAt, booklet, dcc }: Provisional): TimeCode | null => {
  const issued = issuedAt.getTime()
  const sampled = dcc.entry.sampledAt.getTime()
  if (issued < booklet.notBefore.getTime() - clockSkewMilliseconds) {
    return 'PROVISIONAL_BEFORE_BOOKLET'
  }
  if (issued > booklet.expiresAt.getTime() + clockSkewMilliseconds) {
    return 'PROVISIONAL_AFTER_BOOKLET'
  }
  if (sampled > issued + clockSkewMilliseconds) return 'PROVISIONAL_SAMPLED_LATER'
  if (sampled < issued - samplingHoursMax * hourMilliseconds) return 'PROVISIONAL_SAMPLED_EARLY'
  return null
}

const presentFault = (provisional: Provisional, at: Date): TimeCode | null => {
  if (provisional.issuedAt.getTime() > at.getTime() + clockSkewMilliseconds) {
    return 'PROVISIONAL_IN_FUTURE'
  }
  return at > provisionalEnd(provisional) ? 'PROVISIONAL_EXPIRED' : null
}
