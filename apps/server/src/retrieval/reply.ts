import {
  type Acceptance,
  type CertificateTexts,
  maskedContacts,
  type Person,
  type RetrievalAnswer,
  type RetrievalReply,
} from '@sidep/contracts'
import { siteMoment, timeZoneOf } from '@sidep/screening'
import { dayMilliseconds } from '@sidep/time'
import type { SealedCertificate } from '../platform/sealed.ts'
import type { LinkedScreening } from './link-store.ts'

export interface RetentionDays {
  readonly identifyingDays: number
  readonly tracesDays: number
}

/** First day on which data recorded at a time is no longer kept, `YYYY-MM-DD` (UTC). */
const dayAfter = (recordedAt: Date, days: number): string =>
  new Date(recordedAt.getTime() + days * dayMilliseconds).toISOString().slice(0, 10)

/** Everything an answer is made of, already opened. */
export interface Retrieved {
  readonly screening: LinkedScreening
  readonly person: Person
  /** Name of a device that is not on the list, as typed. */
  readonly deviceName: string | null
  readonly certificate: (SealedCertificate & { readonly uvci: string }) | null
  readonly acceptance: readonly Acceptance[]
  readonly recovery: RetrievalAnswer['recovery']
  /** The address this certificate is reached at. */
  readonly retrievalUrl: string
}

const textsOf = ({ certificate, retrievalUrl }: Retrieved): CertificateTexts | null =>
  certificate === null
    ? null
    : {
        hcert: certificate.hcert,
        twoddoc: certificate.twoddoc,
        uvci: certificate.uvci,
        retrieval: retrievalUrl,
      }

/** What the person is shown: the result with its codes, or that it is not there yet; and what is kept of them. */
export const replyOf = (retrieved: Retrieved, retention: RetentionDays): RetrievalReply => {
  const { screening, person, deviceName, recovery } = retrieved
  const recoveryEndedAt = screening.recovery_ended_at?.toISOString()
  const ended = recoveryEndedAt === undefined ? {} : { recoveryEndedAt }
  const common = {
    familyName: person.familyName,
    firstNames: person.firstNames,
    birthDate: person.birthDate,
    kind: screening.kind,
    sampledAt: siteMoment(screening.sampled_at, timeZoneOf(screening.site_postal_code)),
    siteName: screening.site_name ?? '',
    kept: {
      contact: maskedContacts(person),
      identifyingDataUntil: dayAfter(screening.recorded_at, retention.identifyingDays),
      tracesUntil: dayAfter(screening.recorded_at, retention.tracesDays),
    },
  }
  if (screening.withdrawn_at !== null) {
    const withdrawnAt = screening.withdrawn_at.toISOString()
    return { state: 'withdrawn', ...common, withdrawnAt, ...ended }
  }
  if (screening.result === null) {
    return { state: 'waiting', ...common, minutesToResult: screening.minutes_to_result ?? 0 }
  }
  return {
    state: 'final',
    ...common,
    result: screening.result,
    disease: screening.disease,
    device: screening.device,
    deviceName: deviceName ?? screening.listed_device_name,
    certificate: textsOf(retrieved),
    acceptance: [...retrieved.acceptance],
    ...(screening.corrected_at === null
      ? {}
      : { correctedAt: screening.corrected_at.toISOString() }),
    ...(recovery === undefined ? {} : { recovery }),
    ...ended,
  }
}
