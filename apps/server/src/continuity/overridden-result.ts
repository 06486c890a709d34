/**
 * A result that came in where another was recorded first: the recorded one stays, and operations are told of this one.
 */
import type { OverriddenResultFlag } from '@sidep/continuity'
import type { OverrideReason } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { withOneStatement } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'

export interface OverriddenResult {
  readonly screeningId: string
  /** Says which result it was. */
  readonly code: OverriddenResultFlag
  readonly reason: OverrideReason
  /** The professional responsible for it, whoever typed it. */
  readonly actor: SiteActor
}

/** Flags the result with its reason, and appends the act; the same result of that screening again changes nothing. */
export const flagOverriddenResult = (
  database: Sql,
  { screeningId, code, reason, actor }: OverriddenResult,
  at: Date,
): Promise<boolean> => {
  const siteId = actor.site.id
  const subject = `${screeningId} ${reason}`
  const act = { siteId, at, act: 'result.set-aside', actor, subject } as const
  return withOneStatement(
    database,
    act,
    (sql) => sql`
      insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at, reason)
      values (${siteId}, ${screeningId}, ${code}, ${actor.professionalId}, ${actor.counterId}, ${at}, ${reason})
      on conflict do nothing`,
  )
}
