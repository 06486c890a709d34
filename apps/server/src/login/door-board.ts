/**
 * Which doors are open, for the whole portal: what each process finds of them, and what a person on duty says.
 * Sessions are carried past their normal life while none is (renewal.ts).
 */
import type { Door } from '@sidep/contracts'
import type { Sql } from '../platform/context.ts'

export type DoorState = 'up' | 'down'

/** A door of this process. */
export interface DoorSource {
  readonly door: Door
  /** Where a sign-in begins. */
  readonly url: string
  readonly backchannelUrl?: string
  /** While it is down: how long until it is looked at again. */
  retryAfterSeconds?(): number
  /** What this process last found; immediate, asks nobody. */
  state(): DoorState
}

export interface DoorReport {
  readonly door: string
  readonly state: DoorState
  /** Since when that process finds it so. */
  readonly since: Date
  readonly reportedAt: Date
}

export interface DoorSwitch {
  readonly door: string
  readonly state: DoorState
  readonly setAt: Date
  readonly endsAt: Date
}

export interface DoorFindings {
  readonly reports: readonly DoorReport[]
  readonly switches: readonly DoorSwitch[]
}

export const noFindings: DoorFindings = { reports: [], switches: [] }

/** A process that has not reported for this long may be gone; its last report counts no more. */
export const reportSecondsMax = 60

/**
 * What a door is, from every process's word: the person on duty first; then up if any process finds it so; down
 * if all do. Null when nobody knows.
 */
export const judgeDoor = (
  door: Door,
  { reports, switches }: DoorFindings,
  now: Date,
): DoorState | null => {
  const told = switches.find((one) => one.door === door && one.endsAt > now)
  if (told !== undefined) return told.state
  const oldest = now.getTime() - reportSecondsMax * 1000
  const fresh = reports.filter((one) => one.door === door && one.reportedAt.getTime() >= oldest)
  if (fresh.length === 0) return null
  return fresh.some(({ state }) => state === 'up') ? 'up' : 'down'
}

/** A process that is started anew has looked at the doors again within this time. */
const restartSecondsMax = 120

/**
 * Since when a door that is down has been: as the person on duty said, or as the first process found it, as far back as
 * findings reach without a gap. A process that was started in between does not make an outage younger.
 *
 * @returns null when the door is not known to be down
 */
export const downSince = (door: Door, findings: DoorFindings, now: Date): Date | null => {
  if (judgeDoor(door, findings, now) !== 'down') return null
  const told = findings.switches.find((one) => one.door === door && one.endsAt > now)
  if (told !== undefined) return told.setAt
  const found = findings.reports
    .filter((one) => one.door === door && one.state === 'down')
    .toSorted((a, b) => b.reportedAt.getTime() - a.reportedAt.getTime())
  let since = now
  for (const report of found) {
    const isGap = report.reportedAt.getTime() < since.getTime() - restartSecondsMax * 1000
    if (isGap) break
    if (report.since < since) since = report.since
  }
  return since
}

/** Whether every door is known to be down. A portal without doors has none that could fail. */
export const areAllDown = (doors: readonly Door[], findings: DoorFindings, now: Date): boolean =>
  doors.length > 0 && doors.every((door) => judgeDoor(door, findings, now) === 'down')

/** Writes what this process finds of a door. */
export const reportDoor = async (
  database: Sql,
  processId: string,
  door: Door,
  state: DoorState,
  now: Date,
): Promise<void> => {
  await database`
    insert into door_report as report (door, process_id, state, since, reported_at)
    values (${door}, ${processId}, ${state}, ${now}, ${now})
    on conflict (door, process_id) do update set reported_at = excluded.reported_at,
      since = case when report.state = excluded.state then report.since else excluded.since end,
      state = excluded.state`
}

/** Reads everybody's findings. */
export const readDoors = async (database: Sql): Promise<DoorFindings> => {
  const [reports, switches] = await Promise.all([
    database<{ door: string; state: DoorState; since: Date; reported_at: Date }[]>`
      select door, state, since, reported_at from door_report order by reported_at desc limit 500`,
    database<{ door: string; state: DoorState; set_at: Date; ends_at: Date }[]>`
      select door, state, set_at, ends_at from door_switch`,
  ])
  return {
    reports: reports.map(({ door, state, since, reported_at }) => ({
      door,
      state,
      since,
      reportedAt: reported_at,
    })),
    switches: switches.map(({ door, state, set_at, ends_at }) => ({
      door,
      state,
      setAt: set_at,
      endsAt: ends_at,
    })),
  }
}

/** Removes reports of processes that are long gone. */
export const sweepReports = async (database: Sql, now: Date): Promise<void> => {
  await database`delete from door_report
    where reported_at < ${new Date(now.getTime() - reportSecondsMax * 60_000)}`
}
