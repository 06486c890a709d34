/** Intake's statement for a confirmation: a certificate, and who else stands for it. */
import type { Sql } from 'postgres'
import { auditExpressions, auditParameters } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { CertificateRow } from './certificate-row.ts'

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

const confirmText = `with confirmed as (
  update screening set confirmed_at = $3::timestamptz, confirmed_by = $4
  where site_id = $1 and id = $2::uuid and held_by is not null and confirmed_at is null and corrections = $11 - 1
    and not exists (select from screening_withdrawal w where w.site_id = $1 and w.screening_id = $2::uuid)
  returning site_id
), certified as (
  insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
  select $1, $2::uuid, $11, $5, $6::timestamptz, $7::timestamptz, $8::integer, $9::bytea from confirmed
), told as (
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select $1, $2::uuid, topic, 1 + coalesce((
    select max(number) from outbox o where o.site_id = $1 and o.screening_id = $2::uuid and o.topic = wanted.topic), 0),
    $3::timestamptz, $3::timestamptz
  from confirmed, unnest(string_to_array($10::text, ',')) as wanted (topic)
), resolved as (
  update continuity_flag f set resolved_at = $3::timestamptz from confirmed
  where f.site_id = $1 and f.screening_id = $2::uuid and f.code = 'POSITIVE_LATE' and f.resolved_at is null
), ${auditExpressions('confirmed', 12)}
select count(*)::int as done from confirmed`

/** Stores a confirmation with the certificate that it allows. @returns false, and stores nothing, when there is one, or the screening is another by now */
export const insertConfirmation = async (
  database: Sql,
  { siteId, screeningId, by, at, certificate, topics }: Confirmation,
): Promise<boolean> => {
  const actor = by.kind === 'colleague' ? by.actor : null
  const name = by.kind === 'colleague' ? by.actor.professionalId : by.name
  const subject = by.kind === 'colleague' ? screeningId : `${screeningId} ${by.name}: ${by.reason}`
  const [row] = await database.unsafe<{ done: number }[]>(
    confirmText,
    [
      siteId,
      screeningId,
      at,
      name,
      certificate.uvci,
      certificate.issuedAt,
      certificate.expiresAt,
      certificate.texts.keyId,
      certificate.texts.sealed,
      topics.join(','),
      certificate.number,
      ...auditParameters({ siteId, at, act: 'screening.confirmed', actor, subject }),
    ],
    { prepare: true },
  )
  return (row?.done ?? 0) > 0
}
