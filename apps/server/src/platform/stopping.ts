/** Ends what was started, in an order that nobody outside notices. */
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/**
 * Invariants
 * - A load balancer is told first, and has time to hear it, while everything is still answered.
 * - Nobody's request loses what it is answered with: issuing and the database end after the last request and the last
 *   worker.
 */
const order = [
  'announcement',
  'ways-in',
  'watches',
  'workers',
  'issuance',
  'database',
  'tracing',
] as const

type Phase = (typeof order)[number]
type Stop = () => Promise<unknown> | unknown

export interface Started {
  add(phase: Phase, stop: Stop): void
  /**
   * Stops phase by phase, the steps of one phase together.
   *
   * @throws what did not stop cleanly; every step is tried
   */
  stop(): Promise<void>
}

/** @throws AggregateError of what did not stop */
const stopTogether = async (phase: Phase, steps: readonly Stop[]): Promise<void> => {
  const ended = await Promise.allSettled(steps.map(async (stop) => stop()))
  const failures = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (failures.length > 0) throw new AggregateError(failures, `${phase} did not stop cleanly`)
}

export const makeStarted = (): Started => {
  const steps: { readonly phase: Phase; readonly stop: Stop }[] = []
  const phases = new AsyncDisposableStack()
  // The stack ends first what it took last.
  for (const phase of order.toReversed()) {
    phases.defer(() => {
      const ofPhase = steps.filter((step) => step.phase === phase)
      return stopTogether(
        phase,
        ofPhase.map(({ stop }) => stop),
      )
    })
  }
  return {
    add(phase, stop) {
      steps.push({ phase, stop })
    },
    stop: () => phases.disposeAsync(),
  }
}

export interface Announcement {
  /** Whether this process is about to stop: it answers, and asks for no more. */
  isStopping(): boolean
  /** From now on not ready; ends after the pause. */
  begin(): Promise<void>
}

/**
 * Says that this process is leaving: /readyz asks, and whoever keeps a connection open is told with each answer to
 * make another.
 *
 * @param pauseSeconds longer than the load balancer takes to notice
 */
export const announceStop = (app: FastifyInstance, pauseSeconds: number): Announcement => {
  let isStopping = false
  app.addHook('onRequest', (_request, reply, done) => {
    if (isStopping) reply.header('connection', 'close')
    done()
  })
  return {
    isStopping: () => isStopping,
    async begin() {
      isStopping = true
      await wait(pauseSeconds * 1_000)
    },
  }
}

/**
 * For a process that was asked to stop. Once nothing is left to do, Node takes its signal handlers off before it takes
 * itself down, which takes a while: a Ctrl-C that comes once more meanwhile would kill what ended well. From now on it
 * leaves at once instead, after the last listener of its exit and with the exit code that it has then.
 */
export const keepHandlersToTheEnd = (): void => {
  process.once('beforeExit', () => process.once('exit', () => process.exit()))
}
