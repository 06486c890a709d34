/**
 * When a slip is free, said once for all statements. A screening claims its slip before it is recorded; a claim of a
 * minute ago whose screening is not there was given up: its counter was refused or died, and the sheet is out again.
 *
 * @param at a parameter's name, the time now
 * @returns an SQL condition on a row of `slip`
 */
export const isUnclaimed = (at: string): string => `(slip.reconciled_at is null and (
  slip.screening_id is null or (
    slip.claimed_at <= ${at}::timestamptz - interval '1 minute'
    and not exists (select from screening c where c.site_id = slip.site_id and c.id = slip.screening_id)
  )
))`

/** Printed, not cancelled and not typed. */
export const isOut = (at: string): string => `(slip.cancelled_at is null and ${isUnclaimed(at)})`
