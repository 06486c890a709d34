/**
 * The trouble that one way in is given while the other is measured, on a thread of its own: a loop that sends ten times what a
 * server can do comes late to everything, and what it sees of others would be its own lateness.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ConnectionTls } from './connection.ts'
import type { ExcessCounts } from './excess.ts'
import type { LaboratoryReach } from './laboratory-channel.ts'

export type TroubleTask = { readonly seconds: number; readonly perSecond: number } & (
  | {
      readonly kind: 'screenings'
      readonly url: string
      readonly tls?: ConnectionTls
      /** Headers of each that sends, one after the other. */
      readonly senders: readonly Readonly<Record<string, string>>[]
    }
  | {
      readonly kind: 'messages'
      readonly reach: LaboratoryReach
      /** As laboratories write it. */
      readonly day: string
      /** Of its first message; no other has one of those behind it. */
      readonly firstIndex: number
    }
)

/** What became of what was due. */
export type TroubleCounts = Omit<ExcessCounts, 'statuses'>

export interface TroubleDone {
  readonly counts: TroubleCounts
  /** Ids of the screenings that were acknowledged. */
  readonly acknowledged: readonly string[]
}

export interface Trouble {
  /** Makes it for its time; once. */
  run(): Promise<TroubleDone>
}

const thread = new URL('./trouble-thread.ts', import.meta.url)

/** Starts the thread, which waits. @throws what keeps it from starting */
export const openTrouble = async (task: TroubleTask): Promise<Trouble> => {
  const worker = new Worker(thread, { workerData: task })
  await once(worker, 'message')
  return {
    async run() {
      const done = once(worker, 'message')
      worker.postMessage('go')
      const [result] = (await done) as [TroubleDone]
      await worker.terminate()
      return result
    },
  }
}
