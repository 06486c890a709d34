/**
 * A result that came in where another was recorded first: the recorded one stays, and operations are told of this one.
 */
import type { OverriddenResultFlag } from '@sidep/continuity'
import type { AsideReason } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { auditExpressions, auditParameters } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { runStatement } from './run-statement.ts'

export interface OverriddenResult {
  readonly screeningId: string
  /** Says which result it was. */
  readonly code: OverriddenResultFlag
  readonly reason: AsideReason
  /** The professional responsible for it, whoever typed it. */
  readonly actor: SiteActor
}

const flagOverriddenResultText = `with flagged as (
  insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at, reason)
  values ($1, $2::uuid, $3, $4, $5, $6::timestamptz, $7)
  on conflict do nothing returning 1
), ${auditExpressions('flagged', 8)}
select count(*)::int as done from flagged`

/** Flags the result with its reason, and appends the act; the same result of that screening again changes nothing. */
export const flagOverriddenResult = async (
  database: Sql,
  { screeningId, code, reason, actor }: OverriddenResult,
  at: Date,
): Promise<boolean> => {
  const siteId = actor.site.id
  const subject = `${screeningId} ${reason}`
  const done = await runStatement(database, flagOverriddenResultText, [
    siteId,
    screeningId,
    code,
    actor.professionalId,
    actor.counterId,
    at,
    reason,
    ...auditParameters({ siteId, at, act: 'result.set-aside', actor, subject }),
  ])
  return done > 0
}
