/** The provisional certificate of an entry: a number of a booklet is taken only when it can be signed at once. */

import {
  clockSkewMilliseconds,
  type NoDocumentCode,
  portalTime,
  samplingHoursMax,
  usableBooklet,
} from '@sidep/continuity'
import { hourMilliseconds } from '@sidep/time'
import { signerOf } from '../booklet/booklet-key.ts'
import type { certify } from '../booklet/certify.ts'
import type { SigningKeys } from '../lock/signing-keys.ts'
import type { HeldEntry } from './content.ts'
import type { Driver, DriverEvent, SignCommand } from './driver.ts'

/** What became of asking for a provisional certificate. */
export type Certified =
  | { readonly kind: 'signed' }
  /** Its key is to be unlocked first. */
  | { readonly kind: 'locked' }
  | { readonly kind: 'none'; readonly code: NoDocumentCode }

/** What signs comes on demand. Rejected when it does not come. */
export type SigningCode = () => Promise<typeof certify>

interface Ground {
  readonly signingCode: SigningCode
  readonly keys: Pick<SigningKeys, 'signer'>
  readonly outbox: Driver['state']
  readonly at: () => number
}

/** Signs what the outbox asks for; what came of it is its next event. */
export const createSigning =
  ({ signingCode, keys, outbox, at }: Ground) =>
  async (command: SignCommand): Promise<DriverEvent> => {
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
      console.error('PROVISIONAL_NOT_SIGNED', error)
      return { type: 'signing-failed', ...named, now: at() }
    }
  }

interface CertifyingDependencies extends Ground {
  readonly driver: Pick<Driver, 'carryOut' | 'tab'>
  readonly find: (id: string) => HeldEntry | undefined
}

const none = (code: NoDocumentCode): Certified => ({ kind: 'none', code })

/** Asks for the document of an entry. */
export const createCertifying =
  ({ signingCode, keys, outbox, at, driver, find }: CertifyingDependencies) =>
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
        console.error('SIGNING_NOT_LOADED', error)
        return false
      },
    )
    if (!isReady) return none('SIGNING_FAILED')
    await driver.carryOut({ type: 'document-wanted', id, tab: driver.tab, now: at() })
    const after = find(id)
    if (after?.document?.text) return { kind: 'signed' }
    return none(after?.noDocument ?? 'SIGNING_FAILED')
  }
