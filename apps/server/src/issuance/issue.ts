/**
 * Issuing: the one guarded room.
 *
 * Invariants
 * - Nothing leaves that our own verifier refuses, or that says anything but what was asked (certificate-check.ts).
 * - A positive of more than a day ago is certified only when somebody else confirmed it, whichever way it came (held.ts).
 * - A certificate of recovery is issued of a test that proves one, and within its days (recovery-proof.ts).
 * - It keeps nothing: what it signed exists for nobody until intake has stored it in the statement that also
 *   stores the screening. A crash at any instant before that leaves a signature nobody has seen; the client's
 *   next try makes another. A crash after it leaves the stored one, which the next try answers (docs/adr/0011-issuing-and-storing.md).
 */

import { bytesToHex } from '@sidep/encoding'
import { issueHcert, type JsonObject, recoveryDcc, testDcc } from '@sidep/hcert'
import { makeUvci } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'
import { issue2dDocB2, type TestTo2dDoc } from '@sidep/twoddoc'
import type { Clock, RandomBytes } from '../platform/clock.ts'
import type { Configuration } from '../platform/configuration.ts'
import type { Log } from '../platform/context.ts'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problems.ts'
import { check2dDoc, checkHcert, type Mismatch } from './certificate-check.ts'
import { CheckedCertificate } from './checked-certificate.ts'
import { CheckedRecovery } from './checked-recovery.ts'
import { antigenTestType, needsConfirmation } from './held.ts'
import type { IssuingKeys, IssuingKeysAt } from './issuing-keys.ts'
import { endOf, phaseOf, type RecoveryRequest, recoveryTermOf } from './recovery-proof.ts'

/** What is to be certified: parsed values only. */
export interface CertificateRequest {
  readonly person: {
    readonly familyName: string
    readonly firstNames: string
    /** YYYY-MM-DD. */
    readonly birthDate: string
    readonly sex: 'M' | 'F' | 'U'
  }
  readonly kind: { readonly dccTestType: string; readonly loinc: string }
  /** SNOMED CT. */
  readonly disease: string
  /** Id on the EU list; null for a device that is not on it. */
  readonly deviceId: string | null
  readonly deviceName: string | null
  readonly sampledAt: Date
  readonly result: 'negative' | 'positive'
  /** Name of the place of the test. */
  readonly centre: string
  /** Somebody else confirmed a positive of more than a day ago. */
  readonly isConfirmed?: boolean
}

export interface Issuance {
  /**
   * Signs and checks both certificates of a test.
   * @throws Problem ISSUANCE_FAILED when the signer does not answer, or our verifier would refuse the outcome
   */
  issue(request: CertificateRequest): Promise<CheckedCertificate>
  /**
   * The same for many, each by itself, so that one that fails fails alone.
   *
   * @param isAwaited whether somebody stands before each; where nobody does they go behind whoever waits for one
   * @returns in the order of the requests
   */
  issueMany(requests: readonly CertificateRequest[], isAwaited: boolean): Promise<IssuanceOutcome[]>
}

export interface RecoveryIssuance {
  /**
   * Signs and checks the certificate of a recovery.
   * @throws Problem ISSUANCE_FAILED as `issue`, and when the test proves none now
   */
  issueRecovery(request: RecoveryRequest): Promise<CheckedRecovery>
}

/** A certificate, or ISSUANCE_FAILED. */
export type IssuanceOutcome = CheckedCertificate | Problem

export interface IssuanceDependencies {
  readonly configuration: Pick<Configuration, 'issuance'>
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /** Told of each certificate that our own check did not release. */
  readonly onRefused: (mismatch: Mismatch) => void
}

/** Counts and logs what is not released: format, step and code, never content. */
export const reportRefusals = ({
  log,
  metrics,
}: {
  readonly log: Pick<Log, 'error'>
  readonly metrics: Metrics
}): IssuanceDependencies['onRefused'] => {
  const refused = metrics.counter(
    'sidep_issuance_refused_total',
    'Certificates that our own check did not release, by format and code.',
  )
  return (mismatch) => {
    refused.increment({ format: mismatch.format, code: mismatch.code })
    log.error({ mismatch }, 'issuance: own check refused')
  }
}

/** What the client hears when nothing could be issued: its entry is not lost, and is sent again. */
export const issuanceFailed = (cause?: unknown): Problem =>
  new Problem('ISSUANCE_FAILED', {
    retryAfterSeconds: 5,
    ...(cause === undefined ? {} : { cause }),
  })

/** DCC value set `disease-agent-targeted`, version 1.0: COVID-19 alone. */
const dccDiseases: ReadonlySet<string> = new Set(['840539006'])

/** Regulation (EU) 2021/953, art. 3(1)(b): antigen tests of the common list, and every nucleic acid test. */
const permitsDcc = ({ kind, deviceId, disease }: CertificateRequest): boolean =>
  dccDiseases.has(disease) && (kind.dccTestType !== antigenTestType || deviceId !== null)

/**
 * Opens the room.
 *
 * @param keysAt asked once for each certificate, so that a change of keys falls between two of them
 */
export const openIssuance = (
  dependencies: IssuanceDependencies,
  keysAt: IssuingKeysAt,
): Issuance & RecoveryIssuance => {
  const { dccValidityDays, country, issuerName } = dependencies.configuration.issuance

  const signDcc = async (
    { dcc, trust }: IssuingKeys,
    meant: JsonObject,
    issuedAt: Date,
    expiresAt: Date,
  ): Promise<[string, Mismatch | null]> => {
    const text = await issueHcert(meant, {
      issuer: country,
      issuedAt,
      expiresAt,
      keyId: dcc.keyId,
      sign: dcc.sign,
    })
    return [text, await checkHcert(text, meant, country, trust, issuedAt)]
  }

  const issueDcc = (
    keys: IssuingKeys,
    request: CertificateRequest,
    uvci: string,
    issuedAt: Date,
    expiresAt: Date,
  ): Promise<[string, Mismatch | null]> => {
    const { person, kind, disease, deviceId, deviceName, sampledAt, result, centre } = request
    const meant = testDcc({
      person,
      test: {
        disease,
        testType: kind.dccTestType,
        ...(deviceId === null ? {} : { device: deviceId }),
        ...(kind.dccTestType === antigenTestType || deviceName === null
          ? {}
          : { testName: deviceName }),
        sampledAt,
        result,
        centre,
      },
      country,
      issuer: issuerName,
      uvci,
    })
    return signDcc(keys, meant, issuedAt, expiresAt)
  }

  const issue2dDoc = async (
    { twoddoc, identity, trust }: IssuingKeys,
    { person, kind, sampledAt, result }: CertificateRequest,
    issuedAt: Date,
  ): Promise<[string, Mismatch | null]> => {
    const meant: TestTo2dDoc = {
      ...identity,
      issuedAt,
      person,
      loinc: kind.loinc,
      result: result === 'positive' ? 'P' : 'N',
      sampledAt,
    }
    const text = await issue2dDocB2(meant, twoddoc.sign)
    return [text, await check2dDoc(text, meant, trust, issuedAt)]
  }

  const release = ([text, mismatch]: [string, Mismatch | null]): string => {
    if (mismatch === null) return text
    dependencies.onRefused(mismatch)
    throw issuanceFailed()
  }

  const issuance: Issuance & RecoveryIssuance = {
    async issueRecovery(request) {
      const issuedAt = dependencies.clock.now()
      const { person, disease, timeZone } = request
      const term = recoveryTermOf(request)
      if (
        term === null ||
        !dccDiseases.has(disease) ||
        phaseOf(term, issuedAt, timeZone) !== 'open'
      ) {
        throw issuanceFailed(new Error('a test that proves no recovery now'))
      }
      const longest = issuedAt.getTime() + dccValidityDays * dayMilliseconds
      const expiresAt = new Date(Math.min(endOf(term).getTime(), longest))
      const uvci = makeUvci('FR', dependencies.randomBytes)
      try {
        const keys = keysAt(issuedAt)
        const meant = recoveryDcc({ person, disease, term, country, issuer: issuerName, uvci })
        const hcert = release(await signDcc(keys, meant, issuedAt, expiresAt))
        const signer = bytesToHex(keys.dcc.keyId)
        return new CheckedRecovery({ hcert, uvci, signer, term, issuedAt, expiresAt })
      } catch (error) {
        throw error instanceof Problem ? error : issuanceFailed(error)
      }
    },
    async issue(request) {
      const issuedAt = dependencies.clock.now()
      if (request.isConfirmed !== true && needsConfirmation(request, issuedAt)) {
        throw issuanceFailed(new Error('a late positive that nobody confirmed'))
      }
      const expiresAt = new Date(issuedAt.getTime() + dccValidityDays * dayMilliseconds)
      const uvci = makeUvci('FR', dependencies.randomBytes)
      try {
        const keys = keysAt(issuedAt)
        const [hcert, twoddocText] = await Promise.all([
          permitsDcc(request) ? issueDcc(keys, request, uvci, issuedAt, expiresAt) : null,
          issue2dDoc(keys, request, issuedAt),
        ])
        return new CheckedCertificate({
          hcert: hcert === null ? null : release(hcert),
          twoddoc: release(twoddocText),
          uvci,
          issuedAt,
          expiresAt,
        })
      } catch (error) {
        throw error instanceof Problem ? error : issuanceFailed(error)
      }
    },
    issueMany: (requests) => Promise.all(requests.map((request) => outcomeOf(issuance, request))),
  }
  return issuance
}

/** The certificate, or the problem that kept it from being issued. */
export const outcomeOf = (
  issuance: Pick<Issuance, 'issue'>,
  request: CertificateRequest,
): Promise<IssuanceOutcome> =>
  issuance
    .issue(request)
    .catch((error: unknown) => (error instanceof Problem ? error : issuanceFailed(error)))
