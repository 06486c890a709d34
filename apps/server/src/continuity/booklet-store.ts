import type { BookletGrant } from '@sidep/continuity'
import type { Sql } from 'postgres'
import { callAct, hex } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'

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

/** Stores a booklet with its act. */
export const insertBooklet = async (
  database: Pick<Sql, 'unsafe'>,
  booklet: NewBooklet,
): Promise<void> => {
  const { actor, id, counterKeyId, maximum, issuedAt, expiresAt } = booklet
  const act = {
    siteId: actor.site.id,
    at: issuedAt,
    act: 'booklet.given',
    actor,
    subject: id,
  } as const
  await callAct(database, 'give_booklet_1', act, {
    counter_key_id: hex(counterKeyId),
    maximum,
    expires_at: expiresAt,
  })
}
