/** The provisional certificate of an entry: a number of a booklet is taken only when it can be signed at once. */

import {
  clockSkewMilliseconds,
  type Entry,
  type NoDocumentCode,
  portalTime,
  samplingHoursMax,
  usableBooklet,
} from '@sidep/continuity'
import { hourMilliseconds } from '@sidep/time'
import type { Driver, DriverEvent, SignCommand } from '../outbox/driver.ts'
import type { Sendable } from '../outbox/sendable.ts'
import { type BookletKeys, signerOf } from './booklet-key.ts'
import type { certify } from './certify.ts'

/** What became of asking for a provisional certificate. */
export type Certified =
  | { readonly kind: 'signed' }
  /** Its key is to be unlocked first. */
  | { readonly kind: 'locked' }
  | { readonly kind: 'none'; readonly code: NoDocumentCode }

/** What signs comes on demand. Rejected when it does not come. */
export type SigningCode = () => Promise<typeof certify>

interface SigningDependencies<Screening> {
  readonly signingCode: SigningCode
  readonly keys: Pick<BookletKeys, 'signer'>
  readonly outbox: Driver<Screening>['state']
  readonly at: () => number
  /** A condition for whoever looks after the program, by its code. */
  readonly report: (code: string, error?: unknown) => void
}

/** Signs what the outbox asks for; what came of it is its next event. */
export const makeSigning =
  <Screening extends Sendable>({
    signingCode,
    keys,
    outbox,
    at,
    report,
  }: SigningDependencies<Screening>) =>
  async (command: SignCommand<Screening>): Promise<DriverEvent<Screening>> => {
    const { id, bookletId, number, issuedAt, screening } = command
    const named = { id, bookletId, number }
    const booklet = outbox().booklets.find((held) => held.id === bookletId)
    const testType = outbox().entries.find((entry) => entry.id === id)?.testType
    const signer = booklet === undefined ? null : await signerOf(keys, booklet)
    if (booklet === undefined || !testType || signer === null)
      return { type: 'signing-failed', ...named, now: at() }
    try {
      const { input } = screening
      const sign = await signingCode()
      const text = await sign({ booklet, number, issuedAt, testType, input }, signer)
      return { type: 'signed', ...named, text, now: at() }
    } catch (error) {
      report('PROVISIONAL_NOT_SIGNED', error)
      return { type: 'signing-failed', ...named, now: at() }
    }
  }

interface CertifyingDependencies<Screening> extends SigningDependencies<Screening> {
  readonly driver: Pick<Driver<Screening>, 'carryOut' | 'tab'>
  /** What is held of a screening; undefined when it is not here. */
  readonly find: (id: string) => (Entry<Screening> & { readonly screening: Screening }) | undefined
}

const none = (code: NoDocumentCode): Certified => ({ kind: 'none', code })

/** Asks for the document of an entry. */
export const makeCertifying =
  <Screening extends Sendable>({
    signingCode,
    keys,
    outbox,
    at,
    report,
    driver,
    find,
  }: CertifyingDependencies<Screening>) =>
  async (id: string): Promise<Certified> => {
    const entry = find(id)
    if (entry === undefined) return none('NOT_CERTIFIABLE')
    if (entry.document?.text) return { kind: 'signed' }
    if (entry.screening.input.result === undefined) return none('NOT_CERTIFIABLE')
    const { owner, testType } = entry
    const booklet =
      owner === null || testType === null ? null : usableBooklet(outbox(), owner, testType, at())
    const isUsable = booklet !== null && typeof booklet !== 'string'
    // By the portal's clock, that the document will be dated by: no number is taken only to find this out.
    const age = portalTime(outbox(), at()) - Date.parse(entry.screening.input.sampledAt)
    if (age < -clockSkewMilliseconds) return none('CLOCK_AHEAD')
    if (age > samplingHoursMax * hourMilliseconds) return none('NOT_CERTIFIABLE')
    if (isUsable && (await signerOf(keys, booklet)) === null) return { kind: 'locked' }
    // No number is taken of a booklet while there is nothing to sign with.
    const isReady = await signingCode().then(
      () => true,
      (error: unknown) => {
        report('SIGNING_NOT_LOADED', error)
        return false
      },
    )
    if (!isReady) return none('SIGNING_FAILED')
    await driver.carryOut({ type: 'document-wanted', id, tab: driver.tab, now: at() })
    const after = find(id)
    if (after?.document?.text) return { kind: 'signed' }
    return none(after?.noDocument ?? 'SIGNING_FAILED')
  }
