/**
 * What a process knows from the others: ended sessions and the state of the doors, read every few seconds.
 *
 * Invariants
 * - A request waits for none of it. While the database is away the last reading counts.
 * - At most one reading is under way, whoever asks for it.
 */

import type { Door } from '@sidep/contracts'
import type { Platform } from '../platform/context.ts'
import { errorName } from '../platform/error-name.ts'
import {
  areAllDown,
  type DoorFindings,
  type DoorSource,
  type DoorState,
  downSince,
  judgeDoor,
  noFindings,
  readDoors,
  reportDoor,
  sweepReports,
} from './door-board.ts'
import { type EndableSession, makeEndedSessions, type SessionEnd } from './ended-sessions.ts'
import { readSessionEnds, sweepSessionEnds } from './ended-sessions-store.ts'
import { sweepListedSessions } from './listed-sessions.ts'
import { sweepProofs } from './proof-store.ts'
import type { Session } from './session.ts'
import { endSessions, recordEndedBooklets, sweepHolders } from './session-ends.ts'

export interface SessionWatch {
  /** Whether something ended this session, from memory. */
  endedBy(session: EndableSession): ReturnType<ReturnType<typeof makeEndedSessions>['ends']>
  /** Whether the token that this session was read from works no more, from memory: its device renews it. */
  isTokenOver(session: Pick<Session, 'sessionId' | 'tokenAt'>): boolean
  /**
   * Writes an entry and counts it at once here; other processes within one reading. Booklets of what it ends end too.
   * @param by who did it; absent: the portal or the identity provider
   */
  end(ending: SessionEnd, reason: string, by?: string): Promise<void>
  allDoorsDown(): boolean
  /** What the person on duty or, without one, this process says of a door. */
  stateOf(source: DoorSource): DoorState
  /** Since when a door has been down, by what every process found; null when it is up, or nobody knows. */
  downSince(source: DoorSource): Date | null
  /** Reads now, waiting no longer than told; true when the reading is fresh. */
  refresh(millisecondsMax: number): Promise<boolean>
  start(): Promise<void>
  stop(): Promise<void>
}

export interface WatchOptions {
  readonly platform: Pick<Platform, 'database' | 'clock' | 'log' | 'metrics' | 'randomBytes'>
  readonly doors: readonly DoorSource[]
  /** Time between readings, milliseconds. */
  readonly everyMilliseconds?: number
  /** Booklets ended with their session. */
  readonly bookletsEnded?: () => void
}

export const watchMillisecondsDefault = 3_000
/** Longest wait for a fresh list of ended sessions; then the list in memory decides. */
export const freshListMilliseconds = 1_000
/** A report is written when something changed, and this often otherwise, seconds. */
const reportSeconds = 15
/** Old rows are removed by every so many readings. */
const readingsPerSweep = 200

const later = (milliseconds: number): Promise<false> =>
  new Promise((resolve) => setTimeout(() => resolve(false), milliseconds).unref())

export const makeSessionWatch = ({
  platform: { database, clock, log, metrics, randomBytes },
  doors,
  everyMilliseconds = watchMillisecondsDefault,
  bookletsEnded = () => undefined,
}: WatchOptions): SessionWatch => {
  const list = makeEndedSessions()
  const processId = Buffer.from(randomBytes(9)).toString('base64url')
  const reported = new Map<Door, { state: DoorState; at: number }>()
  let findings: DoorFindings = noFindings
  let until: Date | null = null
  let readings = 0
  let lastGoodAt = clock.now()
  let failing = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<boolean> | null = null
  metrics.gauge('sidep_revoked_sessions', 'Entries of the list of ended sessions.', () => list.size)
  metrics.gauge(
    'sidep_revocations_age_seconds',
    'Seconds since the list of ended sessions was last read.',
    () => (clock.now().getTime() - lastGoodAt.getTime()) / 1000,
  )

  const report = async (source: DoorSource, now: Date): Promise<void> => {
    const state = source.state()
    const last = reported.get(source.door)
    const isRecent = last !== undefined && Math.abs(now.getTime() - last.at) < reportSeconds * 1000
    if (isRecent && last.state === state) return
    await reportDoor(database, processId, source.door, state, now)
    reported.set(source.door, { state, at: now.getTime() })
  }

  const read = async (): Promise<boolean> => {
    const now = clock.now()
    for (const source of doors) await report(source, now)
    const [written, found] = await Promise.all([
      readSessionEnds(database, until, now),
      readDoors(database),
    ])
    for (const end of written.ends) list.add(end)
    until = written.until
    findings = found
    list.sweep(now)
    readings += 1
    if (readings % readingsPerSweep === 0) {
      await sweepSessionEnds(database, now)
      await sweepListedSessions(database, now)
      await sweepReports(database, now)
      await sweepProofs(database, now)
      await sweepHolders(database, now)
    }
    lastGoodAt = now
    failing = false
    return true
  }

  const readOnce = (): Promise<boolean> => {
    underWay ??= read()
      .catch((error: unknown) => {
        // Logged once an outage; the database module itself tells that the database is away.
        if (!failing) {
          log.warn(
            { failure: errorName(error) },
            'ended sessions and doors could not be read; the last reading counts',
          )
        }
        failing = true
        return false
      })
      .finally(() => {
        underWay = null
      })
    return underWay
  }

  const schedule = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      readOnce().finally(schedule)
    }, everyMilliseconds)
    timer.unref()
  }

  return {
    endedBy: (session) => list.ends(session),
    isTokenOver: (session) => list.endsToken(session),
    end: async (ending, reason, by) => {
      list.add(ending)
      const at = clock.now()
      const ended = await endSessions(database, ending, { reason, at, by: by ?? null })
      if (ended.length === 0) return
      bookletsEnded()
      await recordEndedBooklets(database, ended, { reason, at, by: by ?? null })
    },
    allDoorsDown: () =>
      areAllDown(
        doors.map(({ door }) => door),
        findings,
        clock.now(),
      ),
    stateOf: (source) => {
      const told = findings.switches.some(
        ({ door, endsAt }) => door === source.door && endsAt > clock.now(),
      )
      return (told ? judgeDoor(source.door, findings, clock.now()) : null) ?? source.state()
    },
    downSince: ({ door }) => downSince(door, findings, clock.now()),
    refresh: (millisecondsMax) => Promise.race([readOnce(), later(millisecondsMax)]),
    start: async () => {
      await readOnce()
      schedule()
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await underWay
    },
  }
}
