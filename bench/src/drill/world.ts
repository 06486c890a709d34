/** What a drill is done to: portals with everything around them, as processes that can be killed, and counters with open sessions. */
import type { Sql } from 'postgres'
import type { OpenCounter } from '../signed-sessions.ts'
import type { DrillProcess } from './host.ts'

export interface World {
  /** Where counters send to. */
  readonly targets: readonly string[]
  /** As browsers know the portals. */
  readonly publicUrl: string
  readonly counters: readonly OpenCounter[]
  /** By what a report calls them; the database is not among them. */
  readonly processes: readonly DrillProcess[]
  /** By how much a portal's clock may be off here; absent: hardly. */
  readonly clockLeewayMilliseconds?: number
  /** Asks the database that counts, by a connection that has nothing to do with the portals. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** Ends everything and removes what it left. */
  close(): Promise<void>
}
