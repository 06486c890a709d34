/** Which base backup a second is restored from, and along which history. Pure. */
import type { BaseBackup, RestoreRecord } from './backup-folder.ts'

export interface ChosenBase<Backup> {
  readonly base: Backup
  /** The history that was in force then: what a restore left behind is not followed, unless the second lies before it. */
  readonly timeline: number
}

/**
 * @param backups oldest first
 * @param restores oldest first
 * @returns null when nothing reaches back so far
 */
export const chooseBase = <Backup extends Pick<BaseBackup, 'stoppedAt' | 'timeline'>>(
  backups: readonly Backup[],
  restores: readonly RestoreRecord[],
  at: Date,
): ChosenBase<Backup> | null => {
  const isBefore = (instant: string): boolean => Date.parse(instant) <= at.getTime()
  const inForce = restores.findLast(({ startedAt }) => isBefore(startedAt))
  const since = inForce === undefined ? Number.NEGATIVE_INFINITY : Date.parse(inForce.startedAt)
  const base = backups.findLast(
    ({ stoppedAt }) => isBefore(stoppedAt) && Date.parse(stoppedAt) >= since,
  )
  if (base !== undefined) return { base, timeline: inForce?.timeline ?? base.timeline }
  if (inForce === undefined) return null
  // None was made since that restore: what it was itself restored from leads there too.
  const earlier = restores.slice(0, restores.indexOf(inForce))
  const found = chooseBase(backups, earlier, new Date(inForce.to))
  return found === null ? null : { base: found.base, timeline: inForce.timeline }
}
