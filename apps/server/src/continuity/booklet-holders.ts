/**
 * Who holds a booklet, and in which session: what is in force, and what ends.
 *
 * Invariants
 * - In force is what is neither over, nor ended with its session, nor withdrawn, nor given way to another. When the key
 *   that signs booklets is revoked, nothing that was given until then is: no verifier believes it, or could.
 * - A counter has one booklet, and while another is handed over two: the one that it says it holds, under the same
 *   key, and the newest. An answer that is lost on the way leaves it the one it has.
 * - What gave way is dropped by the counter and told to no verifier, so it still counts against the counter's day.
 */
import type { BookletGrant } from '@sidep/continuity'
import type { Sql } from 'postgres'
import type { SiteActor } from '../platform/actor.ts'

/** SQL: whether a verifier may accept what is signed from a row `holder` at a time, a parameter's name. */
const isAlive = (
  at: string,
): string => `(holder.ended_at is null and holder.expires_at > ${at}::timestamptz
  and not exists (select from signing_key key
    where key.scope = 'continuity' and key.revoked_at >= holder.issued_at)
  and not exists (select from continuity_withdrawal w where w.undone_at is null and (
    (w.kind = 'booklet' and w.subject = holder.booklet_id)
    or (w.kind = 'site' and w.subject = holder.site_id and w.issued_until >= holder.issued_at)
    or (w.kind = 'all' and w.issued_until >= holder.issued_at))))`

const isInForce = (at: string): string => `(holder.replaced_at is null and ${isAlive(at)})`

/** A session at a counter, always bound to a device. */
export interface Holder {
  readonly actor: SiteActor
  readonly device: string
  readonly counterKeyId: Uint8Array
}

export interface InForce {
  /** Other counters of the site, and of the person wherever, that have one in force. */
  readonly countersOfSite: number
  readonly countersOfPerson: number
  /** Of this counter, those that gave way included. */
  readonly ofCounter: number
  /** When a session of this key ended last, in whole seconds. */
  readonly keyEndedAt: Date | null
}

export const personOf = ({ professionalId, operator }: SiteActor): string =>
  operator?.id ?? professionalId

const countText = `select
  count(distinct holder.device) filter (where holder.site_id = $1 and holder.device <> $3 and ${isInForce('$4')})::int
    as "countersOfSite",
  count(distinct holder.device) filter (where holder.person_id = $2 and holder.device <> $3 and ${isInForce('$4')})::int
    as "countersOfPerson",
  count(*) filter (where holder.device = $3 and ${isAlive('$4')})::int as "ofCounter",
  (select max(w.withdrawn_at) from continuity_withdrawal w
    where w.kind = 'ended' and w.subject = encode($5::bytea, 'hex')) as "keyEndedAt"
from booklet_holder holder
where (holder.site_id = $1 or holder.person_id = $2 or holder.device = $3) and holder.ended_at is null
  and holder.expires_at > $4::timestamptz`

/** What is in force at other counters, and what this counter could still sign from. */
export const countInForce = async (
  database: Pick<Sql, 'unsafe'>,
  { actor, device, counterKeyId }: Holder,
  at: Date,
): Promise<InForce> => {
  const [row] = await database.unsafe<InForce[]>(
    countText,
    [actor.site.id, personOf(actor), device, at, counterKeyId],
    { prepare: true },
  )
  if (row === undefined) throw new Error('counting gave no row')
  return row
}

const holdText = `with replaced as (
  update booklet_holder holder set replaced_at = $10::timestamptz
  where holder.device = $6 and holder.ended_at is null and holder.replaced_at is null
    and holder.expires_at > $10::timestamptz
    and (holder.booklet_id = $12::text and holder.site_id = $1 and holder.counter_key_id = $7
      and holder.person_id = $4) is not true
)
insert into booklet_holder (site_id, booklet_id, session_id, person_id, responsible_id, device, counter_key_id,
  delegation_id, signed_in_at, issued_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

/**
 * Writes down who holds a new booklet; all others of the counter give way but the one it goes on with.
 * @param held booklet that the counter says it has; one under another key, or of somebody else, gives way all the same
 */
export const holdBooklet = async (
  database: Pick<Sql, 'unsafe'>,
  { id, issuedAt, expiresAt }: Pick<BookletGrant, 'id' | 'issuedAt' | 'expiresAt'>,
  { actor, device, counterKeyId }: Holder,
  held: string | null,
): Promise<void> => {
  await database.unsafe(
    holdText,
    [
      actor.site.id,
      id,
      actor.sessionId,
      personOf(actor),
      actor.professionalId,
      device,
      counterKeyId,
      actor.delegationId ?? null,
      actor.signedInAt,
      issuedAt,
      expiresAt,
      held,
    ],
    { prepare: true },
  )
}

const inForceText = `select holder.booklet_id as id from booklet_holder holder
where holder.device = $1 and holder.site_id = $2 and ${isInForce('$3')}
order by holder.issued_at desc limit 20`

/** Ids of what is in force of a counter at a site, the newest first. */
export const bookletsInForce = async (
  database: Sql,
  device: string,
  siteId: string,
  at: Date,
): Promise<string[]> => {
  const rows = await database.unsafe<{ id: string }[]>(inForceText, [device, siteId, at], {
    prepare: true,
  })
  return rows.map(({ id }) => id)
}
