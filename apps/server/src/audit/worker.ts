/**
 * What the audit room does by itself, in every process with the workers' role: sign the day's heads, and run
 * retention. The database says whose turn it is and what is due; any process may die at it.
 */
import type { Metrics } from '../platform/metrics.ts'
import type { SignerRing } from '../platform/signer.ts'
import { isRunDue, type RetentionDependencies, runRetention } from './retention/run.ts'
import { lastRun } from './retention/run-store.ts'
import { type HeadDependencies, signHeads } from './sign-heads.ts'

export type AuditWorkerDependencies = Omit<RetentionDependencies & HeadDependencies, 'signer'> & {
  /** Of scope `continuity`; its key is taken once for each task. */
  readonly signer: SignerRing
  readonly metrics: Metrics
}

export interface AuditWorker {
  /** Ends the worker between two batches. */
  stop(): Promise<void>
}

/** A look costs two small reads; what is due waits for no longer than this. */
const lookEveryMilliseconds = 10 * 60_000

const nameOf = (error: unknown): string =>
  error instanceof Error ? ('code' in error ? String(error.code) : error.name) : typeof error

/** One look signs and removes what is due, if anything is; each is tried whatever became of the other. */
export const makeLook = (
  dependencies: AuditWorkerDependencies,
  stopping: AbortSignal,
): (() => Promise<void>) => {
  const { database, clock, log } = dependencies
  const failures = dependencies.metrics.counter(
    'sidep_audit_failures_total',
    'Looks at which heads could not be signed or retention not be run, by task',
  )
  const attempt = async (task: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failures.increment({ task })
      log.error({ code: 'AUDIT_TASK_FAILED', task, name: nameOf(error) }, 'tried again later')
    }
  }
  return async () => {
    await attempt('sign-heads', () =>
      signHeads({ ...dependencies, signer: dependencies.signer.current() }),
    )
    if (stopping.aborted) return
    await attempt('retention', async () => {
      if (!(await isRunDue(database, clock.now()))) return
      await runRetention({ ...dependencies, signer: dependencies.signer.current() }, stopping)
    })
  }
}

/** Starts the worker; its first look is at once. */
export const startAuditWorker = (dependencies: AuditWorkerDependencies): AuditWorker => {
  const stopping = new AbortController()
  let finishedAt = 0
  dependencies.metrics.gauge(
    'sidep_retention_finished_timestamp_seconds',
    'When the last retention run of any process ended, as of the last look; 0 for never',
    () => finishedAt,
  )
  const look = makeLook(dependencies, stopping.signal)
  let wake: () => void = () => {}
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve()
      const timer = setTimeout(resolve, lookEveryMilliseconds)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const readFinished = async (): Promise<void> => {
    const run = await lastRun(dependencies.database)
    if (run?.finished_at) finishedAt = run.finished_at.getTime() / 1_000
  }
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look()
      await readFinished().catch((error: unknown) => {
        dependencies.log.error({ code: 'RETENTION_RUNS_UNREADABLE', name: nameOf(error) })
      })
      await pause()
    }
  }
  const running = loop()
  return {
    async stop() {
      stopping.abort()
      wake()
      await running
    },
  }
}
