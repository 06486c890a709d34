/** What a start is asked for, and what it answers. */
import type { RunningServer } from '@sidep/server'
import type { StandIns } from '../stand-ins.ts'

/** `portal` answers requests; `all` delivers messages to people as well. */
export const roles = ['all', 'portal'] as const
export type Role = (typeof roles)[number]

export type Environment = Readonly<Record<string, string | undefined>>

export interface StartOptions {
  readonly environment: Environment
  readonly workingDirectory: string
  readonly role: Role
  /** Whether stale pages are built first (development only). */
  readonly build: boolean
  /** Whether a watcher is started beside it. */
  readonly watch: boolean
  /** Aborted when the start is to be given up. */
  readonly stopping: AbortSignal
  readonly say: (line: string) => void
}

export interface Running {
  readonly server: RunningServer
  readonly standIns: StandIns | null
  /** Where the watcher has the status page; null without one. */
  readonly watcherUrl: string | null
  /** Ends the server first, then the stand-ins. */
  close(): Promise<void>
}
