/**
 * What runs in the issuing thread: the guarded room with its own signers. One message brings one certificate's request,
 * which is begun at once, or a backlog's, which is worked off a few at a time, and one at a time while somebody waits.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { backlogIssuesMax } from '@sidep/admission'
import { systemClock, systemRandomBytes } from '../platform/clock.ts'
import { Problem } from '../platform/problems.ts'
import { gatherTurn } from './gather-turn.ts'
import { type Issuance, openIssuance, outcomeOf, type RecoveryIssuance } from './issue.ts'
import { issuingKeysOf } from './issuing-keys.ts'
import { readKeyFolder } from './key-folder.ts'
import { type HeldRings, holdRings } from './key-ring.ts'
import { type ScheduledKey, signingAt } from './key-schedule.ts'
import { openKeyModule } from './pkcs11.ts'
import type {
  FromThread,
  IssuedAnswer,
  IssuedOrNot,
  IssueOrder,
  ThreadSetting,
  ToThread,
} from './threaded-issuance.ts'

type Tell = (message: FromThread) => void

/**
 * Begins what is asked for in the order that the class of its message gives it. Between two of a backlog the thread
 * looks for messages: its signatures are made and checked at once, so nothing else would let it.
 */
const makeDesk = (
  issuance: Issuance & RecoveryIssuance,
  answer: (answer: IssuedAnswer) => void,
): ((order: IssueOrder) => void) => {
  let waitedFor = 0
  let inWork = 0
  let isTurnPlanned = false
  /** Requests of backlogs, oldest first; each ends by telling its batch. */
  const backlog: (() => Promise<void>)[] = []
  let next = 0

  const goOn = (): void => {
    const isFull = inWork >= (waitedFor > 0 ? 1 : backlogIssuesMax)
    if (isTurnPlanned || isFull || next === backlog.length) return
    isTurnPlanned = true
    setImmediate(begin)
  }

  const begin = (): void => {
    isTurnPlanned = false
    const work = backlog[next]
    next += 1
    if (next === backlog.length) {
      backlog.length = 0
      next = 0
    }
    inWork += 1
    void work?.().finally(() => {
      inWork -= 1
      goOn()
    })
    goOn()
  }

  const issue = async (one: IssueOrder['requests'][number]): Promise<IssuedOrNot> => {
    if (one.of === 'recovery') return issuance.issueRecovery(one.request).catch(() => null)
    const outcome = await outcomeOf(issuance, one.request)
    return outcome instanceof Problem ? null : outcome
  }

  return ({ id, requests, isBacklog }) => {
    const certificates: IssuedOrNot[] = []
    let open = requests.length
    const settle = (index: number, certificate: IssuedOrNot): void => {
      certificates[index] = certificate
      open -= 1
      if (open === 0) answer({ id, certificates })
    }
    for (const [index, request] of requests.entries()) {
      const work = async (): Promise<void> => settle(index, await issue(request))
      if (isBacklog) {
        backlog.push(work)
        continue
      }
      waitedFor += 1
      void work().finally(() => {
        waitedFor -= 1
        goOn()
      })
    }
    goOn()
  }
}

const run = async (): Promise<void> => {
  const port = parentPort
  if (port === null) throw new Error('the issuing thread is started by threaded-issuance.ts')
  const tell: Tell = (message) => port.postMessage(message)
  const { configuration, schedule }: ThreadSetting = workerData
  const module = openKeyModule(configuration.pkcs11)
  let held: HeldRings | null = null

  const keysOf = async (keys: readonly ScheduledKey[]) => {
    const folder = await readKeyFolder(configuration.keysDirectory)
    const production = configuration.mode === 'production'
    const rings = await holdRings(keys, { folder, module, production }, held)
    // Keys exchanged under a running server would sign what its own bundle does not vouch for.
    for (const ring of [rings.dcc, rings.twoddoc]) {
      if (signingAt(ring, systemClock.now()) === undefined) {
        throw new Error('the signers in KEYS_DIR are not those the server was started with')
      }
    }
    held = rings
    return issuingKeysOf(rings)
  }

  let keysAt = await keysOf(schedule)
  const issuance = openIssuance(
    {
      configuration,
      clock: systemClock,
      randomBytes: systemRandomBytes,
      onRefused: (mismatch) => tell({ kind: 'refused', mismatch }),
    },
    (at) => keysAt(at),
  )
  const answer = gatherTurn<IssuedAnswer>((answers) => tell({ kind: 'issued', answers }))
  const desk = makeDesk(issuance, answer)
  /** One change after the other: the last one told is the one that stays. */
  let changing = Promise.resolve()
  const change = (keys: readonly ScheduledKey[]): void => {
    changing = changing.then(async () => {
      try {
        keysAt = await keysOf(keys)
      } catch (error) {
        tell({
          kind: 'keys-not-changed',
          reason: error instanceof Error ? error.message : 'unknown',
        })
      }
    })
  }
  port.on('message', (message: ToThread) => {
    if (message.kind === 'keys') change(message.schedule)
    else for (const order of message.orders) desk(order)
  })
  tell({ kind: 'ready' })
}

await run()
