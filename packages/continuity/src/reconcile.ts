/**
 * What the portal decides about a provisional certificate that comes in. It is pure, so that the server and the nation
 * in virtual time decide alike. The person is never at fault for how a counter used its booklet; operations hear of
 * what a professional, or a thief, may have done with it.
 */

import { type Bytes, bytesToHex, coseToBeSigned } from '@sidep/encoding'
import { testResultCode } from '@sidep/hcert'
import { transliterateIcao } from '@sidep/identifiers'
import { hourMilliseconds } from '@sidep/time'
import type { BookletChainCheck } from './booklet.ts'
import { clockSkewMilliseconds, reconcileHoursMax } from './limits.ts'
import type { Provisional } from './read-provisional.ts'
import { allowanceFault, issueTimeFault, signatureFault } from './verify-provisional.ts'

/** What the portal keeps of a booklet that it gave. */
export interface BookletRecord {
  readonly id: string
  readonly siteId: string
  readonly professionalId: string
  /** When it was withdrawn, or null. */
  readonly withdrawnAt: Date | null
  /** When it ended with its session, in whole seconds; absent or null: it did not. */
  readonly endedAt?: Date | null
}

/** What the portal keeps of a number that came in. */
export interface SeenNumber {
  readonly number: number
  /** `provisionalDigest` of what came in under it. */
  readonly digest: string
  readonly screeningId: string
}

/** The parts of the screening sent with it that must be what was signed. */
export interface ReconciledScreening {
  readonly id: string
  readonly familyName: string
  readonly firstNames: string
  /** `YYYY-MM-DD`. */
  readonly birthDate: string
  /** DCC test type. */
  readonly testType: string
  /** Id on the EU list; null for one that is not on it. */
  readonly device: string | null
  readonly sampledAt: Date
  readonly result: 'negative' | 'positive' | 'inconclusive' | null
}

export interface ReconcileDependencies {
  /** The record under the id that the certificate names; null when the portal gave none such. */
  readonly booklet: BookletRecord | null
  readonly provisional: Provisional
  /** `provisionalDigest` of it. */
  readonly digest: string
  /** Of our keys: `makeBookletChainCheck`. */
  readonly chain: BookletChainCheck
  readonly screening: ReconciledScreening
  /** Site at which the session is that brings it in. */
  readonly siteId: string
  /**
   * Whether it comes from the very counter that the booklet was given to, and from its professional: then what differs
   * is a correction. From anybody else it is somebody else's screening with a copied text.
   */
  readonly isOwnCounter: boolean
  /** What came in before under this number; empty when nothing did. */
  readonly seen: readonly SeenNumber[]
  /** Numbers of this booklet that came in before, come in with the same batch, or were said to be wasted. */
  readonly accounted: ReadonlySet<number>
  readonly receivedAt: Date
}

/** What makes a screening another than the one that was signed. */
export type DifferenceFlag =
  /** The screening names another person than the certificate. */
  | 'PERSON_DIFFERS'
  /** The screening has another result, kind, device or time than the certificate. */
  | 'TEST_DIFFERS'

export type ReconcileFlag =
  | DifferenceFlag
  /** A lower number is missing so far; it may still come. */
  | 'NUMBER_GAP'
  /** Another certificate came in under this number: a cloned key, or storage that was put back. */
  | 'NUMBER_DUPLICATE'
  /** More certificates than the booklet allowed. */
  | 'NUMBER_TOO_HIGH'
  /** Signed outside the booklet's time, or long after or before the sampling. */
  | 'ISSUE_TIME'
  /** Signed in the future: the counter's clock is wrong. */
  | 'ISSUED_IN_FUTURE'
  /** Came in more than 72 h after the booklet's end. */
  | 'RECEIVED_LATE'
  /** Signed before the booklet was withdrawn, by its own account. */
  | 'BOOKLET_WITHDRAWN_SINCE'

/** More numbers of a booklet were said to be wasted than crashes waste: certificates may have been made and not sent in. */
export type BookletFlag = 'NUMBERS_WASTED'

/** A counter read this result where another was recorded first; its professional kept to it, and said why. */
export type OverriddenResultFlag =
  | 'NEGATIVE_SET_ASIDE'
  | 'POSITIVE_SET_ASIDE'
  | 'INCONCLUSIVE_SET_ASIDE'

export const overriddenResultFlagOf = {
  negative: 'NEGATIVE_SET_ASIDE',
  positive: 'POSITIVE_SET_ASIDE',
  inconclusive: 'INCONCLUSIVE_SET_ASIDE',
} as const satisfies Record<string, OverriddenResultFlag>

export type ReconcileRefusal =
  | 'BOOKLET_UNKNOWN'
  | 'BOOKLET_OTHER_SITE'
  | 'BOOKLET_KEY_UNKNOWN'
  | 'BOOKLET_KEY_NOT_VALID'
  | 'BOOKLET_SIGNATURE'
  | 'BOOKLET_TOO_LONG'
  | 'PROVISIONAL_OTHER_DEVICE'
  | 'PROVISIONAL_SIGNATURE'
  | 'PROVISIONAL_KIND'
  | 'BOOKLET_WITHDRAWN'

export type ReconcileDecision =
  /** Issue the definitive certificate. */
  | { readonly decision: 'accept'; readonly digest: string }
  /** Issue it, and tell operations. */
  | {
      readonly decision: 'accept-and-flag'
      readonly digest: string
      readonly flags: readonly ReconcileFlag[]
    }
  /** Came in before with the same person and test: answer what was answered then. */
  | { readonly decision: 'again'; readonly digest: string }
  /**
   * The document is another screening's: this one is recorded as if it had none, in the name of who sends it, and
   * flagged. It claims nothing of the document: not its number, not its link, not its professional's name.
   */
  | { readonly decision: 'apart'; readonly flags: readonly DifferenceFlag[] }
  /**
   * This text proves nothing: no counter of ours signed it, or it had no right to. The screening
   * itself may still be entered as any other, on the word of who is signed in.
   */
  | { readonly decision: 'refuse'; readonly code: ReconcileRefusal }

/**
 * Decides about one provisional certificate. Repeating a decision with what it led to among `seen`
 * gives `again`, in any order of arrival.
 */
export const reconcileDecision = async (
  dependencies: ReconcileDependencies,
): Promise<ReconcileDecision> => {
  const { provisional, digest, seen, screening } = dependencies
  const refusal = await refusalOf(dependencies)
  if (refusal !== null) return { decision: 'refuse', code: refusal }
  const differences = differencesBetween(screening, provisional)
  const same = seen.find((earlier) => earlier.digest === digest)
  const isCorrection =
    dependencies.isOwnCounter && (same === undefined || same.screeningId === screening.id)
  if (differences.length > 0 && !isCorrection) return { decision: 'apart', flags: differences }
  if (same !== undefined) return { decision: 'again', digest }
  const flags = flagsOf(dependencies, differences)
  return flags.length === 0
    ? { decision: 'accept', digest }
    : { decision: 'accept-and-flag', digest, flags }
}

/**
 * What names the content of a provisional certificate: SHA-256, hexadecimal, of what its signature
 * is over. Not of the text: an ECDSA signature (r, s) can be turned into (r, n − s) by anyone.
 */
export const provisionalDigest = async (
  provisional: Pick<Provisional, 'cose'>,
): Promise<string> => {
  const bytes = provisionalSignedBytes(provisional)
  return bytesToHex(new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes)))
}

/** What `provisionalDigest` is the digest of, for who has a hash that does not have to be waited for. */
export const provisionalSignedBytes = ({ cose }: Pick<Provisional, 'cose'>): Bytes =>
  coseToBeSigned(cose)

const refusalOf = async (dependencies: ReconcileDependencies): Promise<ReconcileRefusal | null> => {
  const { provisional, booklet, siteId } = dependencies
  const chain = await dependencies.chain(provisional.booklet)
  if (!chain.ok) return chainRefusal(chain.code)
  const signature = await signatureFault(provisional)
  if (signature !== null) return signature
  if (booklet === null) return 'BOOKLET_UNKNOWN'
  if (provisional.booklet.siteId !== siteId || booklet.siteId !== siteId)
    return 'BOOKLET_OTHER_SITE'
  // The portal certifies nothing, on a counter's word, that the counter was not allowed to certify.
  if (allowanceFault(provisional) === 'PROVISIONAL_KIND') return 'PROVISIONAL_KIND'
  const { withdrawnAt, endedAt = null } = booklet
  const { issuedAt } = provisional
  // What was signed before the withdrawal or the end of the session stays good. Of a withdrawal operations hear all the
  // same.
  const isWithdrawn = withdrawnAt !== null && issuedAt >= withdrawnAt
  const isEnded = endedAt !== null && issuedAt > endedAt
  return isWithdrawn || isEnded ? 'BOOKLET_WITHDRAWN' : null
}

const chainRefusal = (
  code: Exclude<Awaited<ReturnType<BookletChainCheck>>, { readonly ok: true }>['code'],
): ReconcileRefusal =>
  code === 'BOOKLET_NOT_YET' || code === 'BOOKLET_EXPIRED' ? 'BOOKLET_TOO_LONG' : code

const flagsOf = (
  dependencies: ReconcileDependencies,
  differences: readonly ReconcileFlag[],
): ReconcileFlag[] => {
  const { provisional, booklet, seen, accounted, receivedAt } = dependencies
  const { number, issuedAt } = provisional
  const { expiresAt, maximum } = provisional.booklet
  const received = receivedAt.getTime()
  const checks: readonly (readonly [boolean, ReconcileFlag])[] = [
    [missingNumbers(Math.min(number, maximum), accounted).length > 0, 'NUMBER_GAP'],
    [seen.length > 0, 'NUMBER_DUPLICATE'],
    [number < 1 || number > maximum, 'NUMBER_TOO_HIGH'],
    [issueTimeFault(provisional) !== null, 'ISSUE_TIME'],
    [issuedAt.getTime() > received + clockSkewMilliseconds, 'ISSUED_IN_FUTURE'],
    [received > expiresAt.getTime() + reconcileHoursMax * hourMilliseconds, 'RECEIVED_LATE'],
    [booklet !== null && booklet.withdrawnAt !== null, 'BOOKLET_WITHDRAWN_SINCE'],
  ]
  return [...checks.filter(([isSo]) => isSo).map(([, flag]) => flag), ...differences]
}

/** PERSON_DIFFERS, TEST_DIFFERS: what a screening says otherwise than the certificate that came with it. */
export const differencesBetween = (
  screening: ReconciledScreening,
  { dcc }: Pick<Provisional, 'dcc'>,
): readonly DifferenceFlag[] => {
  const flags: DifferenceFlag[] = []
  if (!isSamePerson(screening, dcc)) flags.push('PERSON_DIFFERS')
  const { entry } = dcc
  const isSameTest =
    entry.testType === screening.testType &&
    (entry.device ?? null) === screening.device &&
    Math.floor(screening.sampledAt.getTime() / 1000) ===
      Math.floor(entry.sampledAt.getTime() / 1000) &&
    screening.result !== null &&
    screening.result !== 'inconclusive' &&
    entry.result === testResultCode[screening.result]
  if (!isSameTest) flags.push('TEST_DIFFERS')
  return flags
}

/** Compared in ICAO letters: the names as written may have been left out of the code. */
const isSamePerson = (screening: ReconciledScreening, { name, dateOfBirth }: Provisional['dcc']) =>
  dateOfBirth === screening.birthDate &&
  (name.fnt ?? '') === transliterateIcao(screening.familyName) &&
  (name.gnt ?? '') === transliterateIcao(screening.firstNames)

/**
 * The numbers from 1 to `highest` that are not accounted for: what a booklet still owes when it is
 * closed, and what makes operations ask.
 */
export const missingNumbers = (highest: number, accounted: ReadonlySet<number>): number[] => {
  const missing: number[] = []
  for (let number = 1; number < highest; number++) if (!accounted.has(number)) missing.push(number)
  return missing
}

/** What the portal keeps of a slip. */
export interface SlipRecord {
  readonly serial: string
  readonly siteId: string
  readonly expiresAt: Date
  readonly isCancelled: boolean
  /** The screening typed from it, or null. */
  readonly screeningId: string | null
}

export type SlipDecision =
  | { readonly decision: 'accept' }
  | { readonly decision: 'accept-and-flag'; readonly flags: readonly SlipFlag[] }
  | { readonly decision: 'again' }
  | { readonly decision: 'refuse'; readonly code: SlipRefusal }
/** Cancelled, filled in after its end, or typed for a second person: who holds it is not at fault. */
export type SlipFlag = 'SLIP_CANCELLED' | 'SLIP_FILLED_LATE' | 'SLIP_TYPED_TWICE'
export type SlipRefusal = 'SLIP_UNKNOWN' | 'SLIP_OTHER_SITE' | 'SLIP_USED'

/**
 * Decides whether a screening may be typed from a slip.
 *
 * @param slip the record under the serial, null when none was printed
 * @param screening what is typed: its id, its site, and when the sample was taken
 */
export const slipDecision = (
  slip: SlipRecord | null,
  screening: { readonly id: string; readonly siteId: string; readonly sampledAt: Date },
): SlipDecision => {
  if (slip === null) return { decision: 'refuse', code: 'SLIP_UNKNOWN' }
  if (slip.siteId !== screening.siteId) return { decision: 'refuse', code: 'SLIP_OTHER_SITE' }
  if (slip.screeningId === screening.id) return { decision: 'again' }
  if (slip.screeningId !== null) return { decision: 'refuse', code: 'SLIP_USED' }
  const flags: SlipFlag[] = []
  if (slip.isCancelled) flags.push('SLIP_CANCELLED')
  if (screening.sampledAt > slip.expiresAt) flags.push('SLIP_FILLED_LATE')
  return flags.length === 0 ? { decision: 'accept' } : { decision: 'accept-and-flag', flags }
}
