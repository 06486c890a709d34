/**
 * What operations look into: how booklets and slips were used. The persons concerned have their certificates all the
 * same.
 */
import type { BookletFlag, OverriddenResultFlag, ReconcileFlag, SlipFlag } from '@sidep/continuity'
import type { Sql } from 'postgres'
import type { Metrics } from '../platform/metrics.ts'

export interface ContinuityFlag {
  readonly siteId: string
  /**
   * `ENTERED_LATE`, `POSITIVE_LATE`: of intake, however it came in. `PACE_EXCEEDED`: login's, of the screening that was
   * one too many under its professional's name. `RESULT_CORRECTED`, `PERSON_REPLACED`: of a correction.
   */
  readonly code:
    | ReconcileFlag
    | SlipFlag
    | OverriddenResultFlag
    | BookletFlag
    | 'ENTERED_LATE'
    | 'POSITIVE_LATE'
    | 'PACE_EXCEEDED'
    | 'RESULT_CORRECTED'
    | 'PERSON_REPLACED'
  /** Null: of the booklet as a whole. */
  readonly screeningId: string | null
  readonly bookletId: string | null
  readonly number: number | null
  /** Serial of a slip. */
  readonly serial: string | null
  readonly professionalId: string
  readonly counterId: string | null
  readonly flaggedAt: string
  /** Why a counter's own result was overridden. */
  readonly reason: string | null
  /** Of a gap: when the last missing number came in. */
  readonly resolvedAt: string | null
}

export interface FlagQuestion {
  readonly siteId: string | null
  /** Those that were resolved too. */
  readonly withResolved: boolean
  readonly limit: number
}

/**
 * Flags, newest first. Over all sites it is a rare question, asked by a person: it may go to every part of a cluster.
 */
export const listFlags = async (
  database: Sql,
  { siteId, withResolved, limit }: FlagQuestion,
): Promise<ContinuityFlag[]> => {
  interface Row extends Omit<ContinuityFlag, 'flaggedAt' | 'resolvedAt'> {
    readonly flaggedAt: Date
    readonly resolvedAt: Date | null
  }
  const rows = await database<Row[]>`
    -- across sites: what operations look into
    select site_id as "siteId", code,
      case when code <> 'NUMBERS_WASTED' then screening_id end as "screeningId", booklet_id as "bookletId", number, serial,
      professional_id as "professionalId", counter_id as "counterId", flagged_at as "flaggedAt",
      reason, resolved_at as "resolvedAt"
    from continuity_flag
    where (${siteId}::text is null or site_id = ${siteId}::text)
      and (${withResolved}::boolean or resolved_at is null)
    order by flagged_at desc, site_id, screening_id, code limit ${limit}`
  return rows.map((row) => ({
    ...row,
    flaggedAt: row.flaggedAt.toISOString(),
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
  }))
}

/** Counts new flags by code, so that somebody on duty is called before they ask. */
export const countFlags = (metrics: Metrics): ((codes: readonly string[]) => void) => {
  const flags = metrics.counter(
    'sidep_continuity_flags_total',
    'Screenings that came in with something for operations to look into, by code.',
  )
  return (codes) => {
    for (const code of codes) flags.increment({ code })
  }
}
