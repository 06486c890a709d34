/** What a result brings with it, whether it came with the screening or later: a certificate, a link, messages. */

import type { Result, ScreeningAnswer } from '@sidep/contracts'
import type { Screening, TestKind } from '@sidep/screening'
import { dayMilliseconds } from '@sidep/time'
import type { CheckedCertificate } from '../issuance/checked-certificate.ts'
import { needsConfirmation } from '../issuance/held.ts'
import type { CertificateRequest } from '../issuance/issue.ts'
import type { Platform } from '../platform/context.ts'
import { linkTopicsFor } from '../platform/link-topics.ts'
import { isProbeSite } from '../platform/probe-sites.ts'
import type { SealedScreening } from '../platform/sealed.ts'
import { CertificateRow } from './certificate-row.ts'
import type { EntryOutcome } from './store.ts'

/** What a result is settled from. */
export interface Settling {
  readonly id: string
  readonly sealed: SealedScreening
  readonly kind: TestKind
  readonly disease: string
  readonly deviceId: string | null
  readonly sampledAt: Date
  readonly result: Result
  /** Number of the certificate: 1, and one more for each correction. */
  readonly number: number
  /** Of the person's link: 1, and one more with each new one. */
  readonly generation: number
}

export interface Settled {
  readonly outcome: EntryOutcome
  readonly certificate: ScreeningAnswer['certificate']
}

export const sealedPart = ({ person, deviceName }: Screening): SealedScreening => ({
  person,
  deviceName,
})

/**
 * Null: it has no result yet.
 *
 * @param of which version it is; as it was entered, unless told
 */
export const settlingOf = (
  screening: Screening,
  of: Pick<Settling, 'number' | 'generation'> = { number: 1, generation: 1 },
): Settling | null => {
  const { result, device } = screening
  const sealed = sealedPart(screening)
  return result === null
    ? null
    : { ...screening, sealed, deviceId: device?.id ?? null, result, ...of }
}

/** Null for an inconclusive result, which has no certificate ever. */
export const certificateOf = (
  { sealed, kind, disease, deviceId, sampledAt, result }: Settling,
  siteName: string,
): CertificateRequest | null =>
  result === 'inconclusive'
    ? null
    : {
        person: sealed.person,
        kind,
        disease,
        deviceId,
        deviceName: sealed.deviceName,
        sampledAt,
        result,
        centre: siteName,
      }

/** Null where there is no certificate: of an inconclusive result never, of a late positive not yet. */
export const requestOf = (
  settling: Settling,
  siteName: string,
  at: Date,
): CertificateRequest | null =>
  needsConfirmation(settling, at) ? null : certificateOf(settling, siteName)

export type SettlingPlatform = Pick<Platform, 'configuration' | 'vault' | 'retrievalLinks'>

export const settledWith = (
  { configuration, vault, retrievalLinks }: SettlingPlatform,
  issued: CheckedCertificate | null,
  { id, sealed, number, generation }: Settling,
  siteId: string,
  at: Date,
): Settled => {
  const code = retrievalLinks.codeFor(siteId, id, generation)
  const linkMilliseconds = configuration.retrieval.linkDays * dayMilliseconds
  const outcome = {
    link: {
      hash: retrievalLinks.hashOf(code),
      expiresAt: new Date(at.getTime() + linkMilliseconds),
    },
    topics: isProbeSite(configuration, siteId) ? [] : linkTopicsFor(sealed.person.contact),
  }
  if (issued === null) return { outcome: { ...outcome, certificate: null }, certificate: null }
  const { hcert, twoddoc, uvci } = issued
  return {
    outcome: { ...outcome, certificate: new CertificateRow(vault, issued, siteId, id, number) },
    certificate: { hcert, twoddoc, uvci, retrieval: retrievalLinks.urlFor(code) },
  }
}
