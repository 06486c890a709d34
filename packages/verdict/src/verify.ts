import { provisionalPrefix, readSlip } from '@sidep/continuity'
import { hcertPrefix } from '@sidep/hcert'
import { looksLikeCode, scanReadings } from '@sidep/identifiers'
import type { Trust } from '@sidep/trust'
import { bestVerdict } from './best-verdict.ts'
import { isOfAnotherKind } from './other-kinds.ts'
import { readingsOf } from './readings.ts'
import { defaultProfile } from './rules/profiles.ts'
import type { RuleProfile } from './rules/rule-set.ts'
import { type Purpose, steps, unreadable, type Verdict } from './verdict.ts'
import { verify2dDoc } from './verify-2d-doc.ts'
import { verifyHcert } from './verify-hcert.ts'
import { verifyProvisionalText } from './verify-provisional.ts'
import { verifyReadSlip } from './verify-slip.ts'

/** No code holds more: a QR of the largest version has 4,296 alphanumeric characters (ISO/IEC 18004 §7.3). */
export const scanCharactersMax = 4_296

/** A text that was wrapped and set in has line ends and blanks besides. */
const writtenCharactersMax = 2 * scanCharactersMax

/**
 * What a scanned text is worth: the one sequence that every verifier runs. It contacts nobody,
 * keeps nothing, and always ends in a verdict.
 *
 * Steps, in order: prefix, base45, zlib, cbor, cose, cwt (failed: unreadable), key, signature,
 * key-usage, validity, schema, revocation, rules (failed: refused).
 *
 * A code of health that others issue and we do not verify is unreadable at `prefix`, OTHER_KIND.
 *
 * Formats: EU certificate (HC1:), 2D-DOC (DC), provisional certificate (FC1:), slip (the address in its
 * code). A provisional certificate's schema is read before its keys: what its booklet says is part of it.
 *
 * What comes along with a text when it is scanned or copied is taken off first: `readingsOf`. What a hand scanner's keys became
 * on a French layout or under Caps Lock is undone where all of it can be taken apart; where only its beginning can, it is
 * unreadable at `prefix`, KEYBOARD_LAYOUT.
 *
 * @param text the text of the code; longer than any code is unreadable at `prefix`, TEXT_TOO_LONG
 * @param trust signer keys and revocations, from `loadTrust`
 * @param at the time to verify at
 * @param purpose what it is checked for
 * @param profile the rule sets in force; the 72-hour rules when absent
 * @example
 * const trust = await loadTrust(bundle)
 * const verdict = await verify(scanned, trust, new Date(), { kind: 'pass', country: 'FR' })
 */
export const verify = async (
  text: string,
  trust: Trust,
  at: Date,
  purpose: Purpose,
  profile: RuleProfile = defaultProfile,
): Promise<Verdict> => {
  if (text.length > writtenCharactersMax) return unreadable('prefix', 'TEXT_TOO_LONG')
  const verdict = await verifyWritten(text, trust, at, purpose, profile)
  if (isTakenApart(verdict)) return verdict
  const judge = (one: string) => verifyWritten(one, trust, at, purpose, profile)
  return throughAnotherKeyboard(text, verdict, judge)
}

/** All of its layers were read: who signed it is the next question. */
const isTakenApart = ({ verdict, step }: Verdict): boolean =>
  verdict === 'accepted' || (verdict === 'refused' && steps.indexOf(step) >= steps.indexOf('key'))

/**
 * A hand scanner types by key positions, and a computer with another layout, or under Caps Lock, writes other characters.
 * Such a reading is believed only when all of it can be taken apart; its signature is checked as any.
 */
const throughAnotherKeyboard = async (
  text: string,
  asTyped: Verdict,
  judge: (reading: string) => Verdict | Promise<Verdict>,
): Promise<Verdict> => {
  const [, ...readings] = scanReadings(text)
  const codes = readings.filter((reading) => looksLikeCode(reading.text))
  for (const reading of codes) {
    const verdict = await judge(reading.text)
    if (isTakenApart(verdict)) return verdict
  }
  // Begun like a code of ours, and something on the way was lost.
  return codes.length === 0 || looksLikeCode(text)
    ? asTyped
    : unreadable('prefix', 'KEYBOARD_LAYOUT')
}

const verifyWritten = (text: string, ...conditions: AllConditions): Verdict | Promise<Verdict> => {
  const readings = readingsOf(text)
  const [first] = readings
  return readings.length === 1
    ? verifyReading(first, ...conditions)
    : verifyReadings(readings, conditions)
}

const verifyReadings = async (
  [first, ...others]: readonly [string, ...string[]],
  conditions: AllConditions,
): Promise<Verdict> => {
  const verdict = await verifyReading(first, ...conditions)
  if (isWholeText(verdict)) return verdict
  const read = (other: string) => verifyReading(other, ...conditions)
  return bestVerdict([verdict, ...(await Promise.all(others.map(read)))])
}

/** Behind its signature a text is what its issuer wrote: no other reading of it can be right. */
const isWholeText = ({ verdict, step }: Verdict): boolean =>
  verdict === 'accepted' ||
  (verdict === 'refused' && steps.indexOf(step) > steps.indexOf('signature'))

/**
 * The same for several codes, as they stand beside each other on a page or in a picture: the best verdict.
 */
export const verifyAny = async (
  texts: readonly [string, ...string[]],
  ...conditions: Conditions
): Promise<Verdict> => {
  const [first, ...others] = texts
  return bestVerdict([
    await verify(first, ...conditions),
    ...(await Promise.all(others.map((text) => verify(text, ...conditions)))),
  ])
}

type AllConditions = readonly [trust: Trust, at: Date, purpose: Purpose, profile: RuleProfile]

type Conditions = Parameters<typeof verify> extends [string, ...infer Rest] ? Rest : never

const verifyReading = (
  scanned: string,
  trust: Trust,
  at: Date,
  purpose: Purpose,
  profile: RuleProfile,
): Verdict | Promise<Verdict> => {
  if (scanned.length > scanCharactersMax) return unreadable('prefix', 'TEXT_TOO_LONG')
  if (scanned.startsWith(hcertPrefix)) return verifyHcert(scanned, trust, at, purpose, profile)
  if (scanned.startsWith(provisionalPrefix)) {
    return verifyProvisionalText(scanned, trust, at, purpose, profile)
  }
  if (isOfAnotherKind(scanned)) return unreadable('prefix', 'OTHER_KIND')
  const slip = readSlip(scanned)
  return slip.ok || !slip.notMine
    ? verifyReadSlip(slip, trust, at)
    : verify2dDoc(scanned, trust, at, purpose, profile)
}
