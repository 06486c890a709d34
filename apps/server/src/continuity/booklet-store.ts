import type { BookletGrant } from '@sidep/continuity'
import type { Sql } from 'postgres'
import { auditExpressions, auditParameters } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { runStatement } from './run-statement.ts'

/** Certificates that a booklet of a site allows when nobody approved more. */
const bookletSizeDefault = 50

/** What operations approved for a site. */
export const readBookletSize = async (database: Sql, siteId: string): Promise<number> => {
  const [row] = await database<{ booklet_size: number }[]>`
    select booklet_size from site where id = ${siteId}`
  return row?.booklet_size ?? bookletSizeDefault
}

export interface NewBooklet
  extends Pick<BookletGrant, 'id' | 'professionalId' | 'maximum' | 'issuedAt' | 'expiresAt'> {
  readonly actor: SiteActor
  readonly counterKeyId: Uint8Array
}

const insertText = `with given as (
  insert into booklet (site_id, id, professional_id, counter_id, counter_key_id, maximum, issued_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8) returning site_id
), ${auditExpressions('given', 9)}
select count(*)::int as done from given`

/** Stores a booklet with its act. */
export const insertBooklet = async (
  database: Pick<Sql, 'unsafe'>,
  booklet: NewBooklet,
): Promise<void> => {
  const { actor, id, professionalId, counterKeyId, maximum, issuedAt, expiresAt } = booklet
  const siteId = actor.site.id
  await runStatement(database, insertText, [
    siteId,
    id,
    professionalId,
    actor.counterId,
    counterKeyId,
    maximum,
    issuedAt,
    expiresAt,
    ...auditParameters({ siteId, at: issuedAt, act: 'booklet.given', actor, subject: id }),
  ])
}
