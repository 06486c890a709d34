/** What a link shows, and the certificate of recovery that it can be asked for. */
import type { RecoveryCertificate, RetrievalInput, RetrievalReply } from '@sidep/contracts'
import { timeZoneOf } from '@sidep/screening'
import type { RecoverableScreening, Recoveries } from '../intake/index.ts'
import { openCertificate, type SealedCertificate } from '../platform/sealed.ts'
import { type AcceptanceDependencies, acceptanceOf } from './acceptance.ts'
import type { RetrievalPlatform } from './dependencies.ts'
import { readCertificate, sendUnlock } from './link-store.ts'
import { type LinkRefused, type OpenedLink, openLink } from './open-link.ts'
import { replyOf } from './reply.ts'

/** How an attempt to see a result ended. */
export type Retrieval = { readonly ok: true; readonly reply: RetrievalReply } | LinkRefused

/** How an attempt to ask for a certificate of recovery ended. */
export type RecoveryAnswer =
  | { readonly ok: true; readonly certificate: RecoveryCertificate }
  | LinkRefused

type Certificate = SealedCertificate & { readonly uvci: string }

/** The certificate in force; null: there is none. */
const certificateOf = async (
  { database, vault }: RetrievalPlatform,
  { siteId, screening }: OpenedLink,
): Promise<Certificate | null> => {
  if (screening.state !== 'final' || screening.withdrawn_at !== null) return null
  const row = await readCertificate(database, siteId, screening)
  return row === null
    ? null
    : { ...openCertificate(vault, row, siteId, screening.id, row.number), uvci: row.uvci }
}

const recoverableOf = (
  { siteId, screening, identity: { person } }: OpenedLink,
  certificate: Certificate | null,
): RecoverableScreening => ({
  siteId,
  screeningId: screening.id,
  number: screening.corrections + 1,
  person,
  disease: screening.disease,
  testType: screening.dcc_test_type ?? '',
  sampledAt: screening.sampled_at,
  timeZone: timeZoneOf(screening.site_postal_code),
  result: screening.result,
  hasEuCertificate: certificate !== null && certificate.hcert !== null,
})

const readReply = async (
  platform: RetrievalPlatform,
  { acceptance: judging, recoveries }: RetrieveDependencies,
  link: OpenedLink,
): Promise<RetrievalReply> => {
  const { retrievalLinks, configuration, clock } = platform
  const { code, screening, identity } = link
  const certificate = await certificateOf(platform, link)
  const acceptance =
    certificate === null
      ? []
      : await acceptanceOf(judging, certificate, [clock.now(), screening.recorded_at])
  const recovery = await recoveries.standing(recoverableOf(link, certificate))
  const retrievalUrl = retrievalLinks.urlFor(code)
  return replyOf(
    { screening, ...identity, certificate, acceptance, recovery, retrievalUrl },
    configuration.retention,
  )
}

export interface RetrieveDependencies {
  readonly acceptance: AcceptanceDependencies
  readonly recoveries: Recoveries
}

/** @throws Problem as `openLink` */
export const retrieve = async (
  platform: RetrievalPlatform,
  dependencies: RetrieveDependencies,
  input: RetrievalInput,
): Promise<Retrieval> => {
  const opening = await openLink(platform, input)
  if (!opening.ok) return opening
  return { ok: true, reply: await readReply(platform, dependencies, opening.link) }
}

/** The same again answers the same. @throws Problem as `openLink`, and as `Recoveries.request` */
export const askForRecovery = async (
  platform: RetrievalPlatform,
  { recoveries }: RetrieveDependencies,
  input: RetrievalInput,
): Promise<RecoveryAnswer> => {
  const opening = await openLink(platform, input)
  if (!opening.ok) return opening
  const { link } = opening
  const certificate = await certificateOf(platform, link)
  return { ok: true, certificate: await recoveries.request(recoverableOf(link, certificate)) }
}

/** Sends a number to the phone of a paused link's person. @returns whether one goes out; for metrics alone */
export const askForUnlock = async (
  { database, clock, retrievalLinks }: RetrievalPlatform,
  typedCode: string,
): Promise<boolean> => {
  const link = retrievalLinks.parse(typedCode)
  if (link === null) return false
  const key = { siteId: link.siteId, hash: retrievalLinks.hashOf(link.code) }
  return sendUnlock(database, key, clock.now())
}
