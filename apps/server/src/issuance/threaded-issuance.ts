/**
 * Issuing on a thread of its own. Signing and checking are about half of what a screening costs; beside the
 * requests they would fill one core while another is idle (docs/adr/0016-issuing-on-its-own-thread.md).
 *
 * Invariants
 * - Every request ends: with its certificate, or with ISSUANCE_FAILED when the thread ends before answering.
 * - A thread that ended is replaced by the next request; one that cannot start fails that request alone.
 * - The thread signs with keys that this server publishes, or not at all. It is told each change of them.
 *
 * What is asked for in one turn of the loop goes in one message, and so do answers: each message wakes a thread.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Configuration } from '../platform/configuration.ts'
import { Problem } from '../platform/problems.ts'
import type { Mismatch } from './certificate-check.ts'
import { CheckedCertificate, type IssuedTexts } from './checked-certificate.ts'
import { CheckedRecovery, type IssuedRecovery } from './checked-recovery.ts'
import { gatherTurn } from './gather-turn.ts'
import {
  type CertificateRequest,
  type Issuance,
  type IssuanceDependencies,
  issuanceFailed,
  type RecoveryIssuance,
} from './issue.ts'
import type { ScheduledKey } from './key-schedule.ts'
import type { RecoveryRequest } from './recovery-proof.ts'

export interface ThreadSetting {
  readonly configuration: Pick<Configuration, 'mode' | 'keysDirectory' | 'issuance' | 'pkcs11'>
  /** The keys of certificates that this server publishes. */
  readonly schedule: readonly ScheduledKey[]
}

/** A certificate of a test, or of a recovery. */
export type IssueRequest =
  | { readonly of: 'test'; readonly request: CertificateRequest }
  | { readonly of: 'recovery'; readonly request: RecoveryRequest }

/** What one caller asks for. */
export interface IssueOrder {
  readonly id: number
  /** At least one. */
  readonly requests: readonly IssueRequest[]
  /** Nobody stands before the counter: those whom somebody waits for go first. */
  readonly isBacklog: boolean
}

export type ToThread =
  | { readonly kind: 'issue'; readonly orders: readonly IssueOrder[] }
  | { readonly kind: 'keys'; readonly schedule: readonly ScheduledKey[] }

/** As a message carries it: read back by the thread, or null: not issued. */
export type IssuedOrNot = IssuedTexts | IssuedRecovery | null

export interface IssuedAnswer {
  /** Of the order. */
  readonly id: number
  readonly certificates: readonly IssuedOrNot[]
}

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'issued'; readonly answers: readonly IssuedAnswer[] }
  | { readonly kind: 'refused'; readonly mismatch: Mismatch }
  | { readonly kind: 'keys-not-changed'; readonly reason: string }

export interface ThreadedIssuance extends Issuance, RecoveryIssuance {
  /** Tells the thread the keys from now on; what is being issued keeps those it began with. */
  changeKeys(schedule: readonly ScheduledKey[]): void
  /** Ends the thread; what is being issued fails. */
  close(): Promise<void>
}

interface ThreadDependencies {
  readonly configuration: ThreadSetting['configuration']
  readonly onRefused: IssuanceDependencies['onRefused']
  /** Told why a thread ended or did not start. */
  readonly onThreadEnd: (error: Error) => void
  /** Told why it goes on with the keys it had. */
  readonly onKeysNotChanged: (reason: string) => void
}

interface Waiting {
  resolve(certificates: readonly IssuedOrNot[]): void
  reject(error: Error): void
}

const certificateIn = (issued: IssuedOrNot | undefined): CheckedCertificate => {
  if (!issued || !('twoddoc' in issued)) throw issuanceFailed()
  return new CheckedCertificate(issued)
}

/** A second, usually. A portal that gives up and is started again makes a machine that is too busy busier. */
const startMillisecondsMax = 60_000

const spawnThread = (setting: ThreadSetting): Worker =>
  new Worker(new URL('./issuance-thread.ts', import.meta.url), { workerData: setting })

/** A thread that can issue, and the way in. */
interface Thread {
  readonly worker: Worker
  readonly order: (one: IssueOrder) => void
}

/**
 * Starts the issuing thread and waits until it can issue.
 *
 * @param spawn makes the thread; tests keep hold of it
 * @throws what keeps the thread from starting
 */
export const startThreadedIssuance = async (
  { configuration, onRefused, onThreadEnd, onKeysNotChanged }: ThreadDependencies,
  firstSchedule: readonly ScheduledKey[],
  spawn: (setting: ThreadSetting) => Worker = spawnThread,
): Promise<ThreadedIssuance> => {
  const { mode, keysDirectory, issuance, pkcs11 } = configuration
  let setting: ThreadSetting = {
    configuration: { mode, keysDirectory, issuance, pkcs11 },
    schedule: firstSchedule,
  }
  const waiting = new Map<number, Waiting>()
  let nextId = 0
  let closed = false
  let thread: Promise<Thread> | null = null

  const settle = (id: number): Waiting | undefined => {
    const one = waiting.get(id)
    waiting.delete(id)
    return one
  }

  const hear = (message: FromThread): void => {
    if (message.kind === 'issued') {
      for (const { id, certificates } of message.answers) settle(id)?.resolve(certificates)
    }
    if (message.kind === 'refused') onRefused(message.mismatch)
    if (message.kind === 'keys-not-changed') onKeysNotChanged(message.reason)
  }

  const tellKeys = ({ worker }: Thread): void =>
    worker.postMessage({ kind: 'keys', schedule: setting.schedule } satisfies ToThread)

  const start = async (): Promise<Thread> => {
    const started = setting
    const worker = spawn(started)
    const order = gatherTurn<IssueOrder>((orders) =>
      worker.postMessage({ kind: 'issue', orders } satisfies ToThread),
    )
    const begun: Thread = { worker, order }
    let reason = new Error('the issuing thread ended')
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error : new Error('the issuing thread failed')
    })
    worker.once('exit', () => {
      thread = null
      for (const id of [...waiting.keys()]) settle(id)?.reject(issuanceFailed(reason))
      if (!closed) onThreadEnd(reason)
    })
    const late = AbortSignal.timeout(startMillisecondsMax)
    try {
      // The first message is `ready`; a thread that ends before it rejects here, by its error or its exit.
      await Promise.race([
        once(worker, 'message', { signal: late }),
        once(worker, 'exit', { signal: late }).then(() => Promise.reject(reason)),
      ])
    } catch (error) {
      await worker.terminate()
      throw error
    }
    worker.on('message', hear)
    // Told of while it started.
    if (setting !== started) tellKeys(begun)
    return begun
  }

  const running = (): Promise<Thread> => {
    thread ??= start().catch((error: unknown) => {
      thread = null
      throw error
    })
    return thread
  }

  const ask = async (
    requests: readonly IssueRequest[],
    isBacklog: boolean,
  ): Promise<readonly IssuedOrNot[]> => {
    if (closed) throw issuanceFailed()
    const { order } = await running().catch((error: unknown) => {
      throw issuanceFailed(error)
    })
    const id = nextId
    nextId += 1
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      order({ id, requests, isBacklog })
    })
  }

  await running()
  return {
    async issue(request) {
      const [issued] = await ask([{ of: 'test', request }], false)
      return certificateIn(issued)
    },
    async issueRecovery(request) {
      const [issued] = await ask([{ of: 'recovery', request }], false)
      if (!issued || !('term' in issued)) throw issuanceFailed()
      return new CheckedRecovery(issued)
    },
    async issueMany(requests, isAwaited) {
      if (requests.length === 0) return []
      try {
        const orders = requests.map((request) => ({ of: 'test', request }) as const)
        const issued = await ask(orders, !isAwaited)
        return requests.map((_request, index) => {
          const certificate = issued[index]
          return certificate ? certificateIn(certificate) : issuanceFailed()
        })
      } catch (error) {
        return requests.map(() => (error instanceof Problem ? error : issuanceFailed(error)))
      }
    },
    changeKeys(schedule) {
      setting = { ...setting, schedule }
      // One that does not start is told by the next request, and starts with these.
      void thread?.then(tellKeys, () => {})
    },
    async close() {
      closed = true
      const ended = await thread?.catch(() => null)
      await ended?.worker.terminate()
    },
  }
}
