/**
 * Notices that this process answers nobody, and says where in the code it is (docs/adr/0025-…).
 *
 * Invariants
 * - What is watched pays one addition five times a second. The debugger's interface is used once it is held, no sooner,
 *   opens no port, and is left at once.
 * - What is said is functions, files and lines: no value, no argument.
 * - A process that was stopped or starved as a whole is not called held.
 */
import { Worker } from 'node:worker_threads'
import type { Log } from './context.ts'
import type { Metrics } from './metrics.ts'

/** What the thread is started with. */
export interface WatchSetting {
  /** Turns of the event loop, and how often a hold was noticed. */
  readonly shared: SharedArrayBuffer
  readonly heldMilliseconds: number
  /** Where it writes at once, since the logger is held too; null writes nothing. */
  readonly descriptor: number | null
}

/** Said by the thread once the loop turns again. */
export interface Hold {
  readonly milliseconds: number
  /** `function file:line`, the innermost first; empty where it was not in JavaScript. */
  readonly where: readonly string[]
}

export const turnsAt = 0
export const noticedAt = 1
export const beatMilliseconds = 200

export interface EventLoopWatch {
  /** How often a hold was noticed until now. */
  noticed(): number
  stop(): Promise<void>
}

export interface EventLoopWatchDependencies {
  readonly log: Pick<Log, 'error' | 'warn'>
  readonly metrics: Metrics
  readonly descriptor: number | null
  readonly heldMilliseconds?: number
}

/** Starts watching the event loop of the thread that calls. */
export const watchEventLoop = ({
  log,
  metrics,
  descriptor,
  heldMilliseconds = 1_000,
}: EventLoopWatchDependencies): EventLoopWatch => {
  const seconds = metrics.histogram(
    'sidep_event_loop_held_seconds',
    'Times that the process answered nobody for more than a second.',
    [1, 2, 5, 10, 30, 60],
  )
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
  const counts = new Int32Array(shared)
  const beat = setInterval(() => Atomics.add(counts, turnsAt, 1), beatMilliseconds)
  beat.unref()
  const workerData: WatchSetting = { shared, heldMilliseconds, descriptor }
  const thread = new Worker(new URL('./event-loop-watch-thread.ts', import.meta.url), {
    workerData,
    name: 'event-loop-watch',
  })
  thread.unref()
  thread.on('message', ({ milliseconds, where }: Hold) => {
    seconds.observe(milliseconds / 1_000)
    log.error({ milliseconds, where }, 'the event loop was held')
  })
  thread.on('error', ({ message }) => log.warn({ message }, 'nobody watches the event loop'))
  return {
    noticed: () => Atomics.load(counts, noticedAt),
    stop: async () => {
      clearInterval(beat)
      await thread.terminate()
    },
  }
}
