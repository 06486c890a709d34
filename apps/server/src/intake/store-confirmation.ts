/** Intake's write of a confirmation: a certificate, and who else stands for it. */
import type { Sql } from 'postgres'
import { callAct } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { type CertificateRow, certificateColumns } from './certificate-row.ts'

/** Who confirms: a professional of the site, or the authority's person on duty, whom operations know by a name. */
export type Confirmer =
  | { readonly kind: 'colleague'; readonly actor: SiteActor }
  | { readonly kind: 'authority'; readonly name: string; readonly reason: string }

export interface Confirmation {
  readonly siteId: string
  readonly screeningId: string
  readonly by: Confirmer
  readonly at: Date
  readonly certificate: CertificateRow
  readonly topics: readonly string[]
}

/** Stores a confirmation with the certificate that it allows. @returns false, and stores nothing, when there is one, or the screening is another by now */
export const insertConfirmation = async (
  database: Sql,
  { siteId, screeningId, by, at, certificate, topics }: Confirmation,
): Promise<boolean> => {
  const actor = by.kind === 'colleague' ? by.actor : null
  const name = by.kind === 'colleague' ? by.actor.professionalId : by.name
  const subject = by.kind === 'colleague' ? screeningId : `${screeningId} ${by.name}: ${by.reason}`
  const act = { siteId, at, act: 'screening.confirmed', actor, subject } as const
  return callAct(database, 'confirm_screening_1', act, {
    screening_id: screeningId,
    confirmed_by: name,
    number: certificate.number,
    ...certificateColumns(certificate),
    topics,
  })
}
