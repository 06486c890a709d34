/**
 * What the person on duty says of a door, against or in the place of the probes (door-board.ts).
 *
 * Invariants
 * - Each word is attributable: who, why and until when stand beside it, and in the audit chain, both or neither.
 * - It ends by itself.
 */
import type { Door } from '@sidep/contracts'
import { withOneStatement } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { Sql } from '../platform/context.ts'
import { type DoorState, judgeDoor, readDoors } from './door-board.ts'

export interface SwitchOrder {
  /** `down` or `up` whatever the probes find; `probes`: they count again. */
  readonly to: DoorState | 'probes'
  /** At most `reasonCharactersMax`. */
  readonly reason: string
  /** Who says so, at most `byCharactersMax`, without a colon: an account name or a professional's id. */
  readonly by: string
  /** For `down` and `up`. */
  readonly endsAt: Date
}

export const reasonCharactersMax = 200
export const byCharactersMax = 80
/** Longer than any outage; sessions are not carried further either. */
export const switchHoursMax = 72

/** In the audit chain: one line, whatever was typed. */
const subjectOf = (door: Door, { to, reason, by, endsAt }: SwitchOrder): string => {
  const until = to === 'probes' ? '' : ` until ${endsAt.toISOString()}`
  return `${door} ${to}${until} by ${by}: ${reason}`.replace(/\s+/g, ' ')
}

/**
 * Says something of a door. Every process follows within a reading of the board.
 * @returns false when there was nothing to take back
 */
export const switchDoor = (
  database: Sql,
  door: Door,
  order: SwitchOrder,
  now: Date,
): Promise<boolean> => {
  const { to, reason, by, endsAt } = order
  const act = {
    siteId: portalChain,
    at: now,
    act: 'door.switched',
    actor: null,
    subject: subjectOf(door, order),
  } as const
  return withOneStatement(database, act, (sql) =>
    to === 'probes'
      ? sql`delete from door_switch where door = ${door}`
      : sql`
          insert into door_switch (door, state, reason, set_by, set_at, ends_at)
          values (${door}, ${to}, ${reason}, ${by}, ${now}, ${endsAt})
          on conflict (door) do update set state = excluded.state, reason = excluded.reason,
            set_by = excluded.set_by, set_at = excluded.set_at, ends_at = excluded.ends_at`,
  )
}

export interface ToldDoor {
  readonly door: Door
  /** What counts for carrying sessions on: the switch, else the probes; null when nobody knows. */
  readonly state: DoorState | null
  /** Processes whose probes found it so within the last minute. */
  readonly foundUp: number
  readonly foundDown: number
  readonly switched: {
    readonly state: DoorState
    readonly reason: string
    readonly by: string
    readonly setAt: Date
    readonly endsAt: Date
  } | null
}

const everyDoor = ['ecps', 'card'] as const satisfies readonly Door[]
const freshMilliseconds = 60_000

interface SwitchRow {
  door: string
  state: DoorState
  reason: string
  set_by: string
  set_at: Date
  ends_at: Date
}

/** How every door stands, as the database has it. */
export const readToldDoors = async (database: Sql, now: Date): Promise<ToldDoor[]> => {
  const [findings, rows] = await Promise.all([
    readDoors(database),
    database<SwitchRow[]>`select * from door_switch where ends_at > ${now}`,
  ])
  const fresh = findings.reports.filter(
    ({ reportedAt }) => now.getTime() - reportedAt.getTime() <= freshMilliseconds,
  )
  return everyDoor.map((door) => {
    const row = rows.find((one) => one.door === door)
    const count = (state: DoorState): number =>
      fresh.filter((one) => one.door === door && one.state === state).length
    return {
      door,
      state: judgeDoor(door, findings, now),
      foundUp: count('up'),
      foundDown: count('down'),
      switched:
        row === undefined
          ? null
          : {
              state: row.state,
              reason: row.reason,
              by: row.set_by,
              setAt: row.set_at,
              endsAt: row.ends_at,
            },
    }
  })
}
