/**
 * Tells those on duty what is due, each once: what was delivered is in the log, what failed is tried again, later each time.
 * A watcher that dies between the sending and the log sends the same message, by the same id, once more.
 */
import type { Clock } from '../../platform/clock.ts'
import type { Board } from '../incidents/board.ts'
import { type Due, type DutyRules, dueNow } from '../incidents/duty.ts'
import type { EventOf } from '../incidents/events.ts'
import type { WatchRecipient } from '../watch-configuration.ts'
import { dutyMessage } from './messages.ts'
import type { Messenger } from './messengers.ts'

export interface Teller {
  /** Sends what is due; at most one try of each at a time. */
  tell(board: Board): void
  /** Waits for the tries under way. */
  settle(): Promise<void>
}

export interface TellerDependencies {
  readonly recipients: readonly WatchRecipient[]
  readonly rules: DutyRules
  readonly clock: Clock
  readonly send: Messenger
  readonly page: string
  readonly record: (event: EventOf<'told'>) => Promise<void>
}

const triesMax = 30
const backoffMilliseconds = [2_000, 5_000, 10_000, 30_000, 60_000]

const unloggedMilliseconds = 5 * 60_000

interface Tries {
  count: number
  nextAt: number
}

export const makeTeller = ({
  recipients,
  rules,
  clock,
  send,
  page,
  record,
}: TellerDependencies): Teller => {
  const tries = new Map<string, Tries>()
  const underWay = new Map<string, Promise<void>>()

  const attempt = async (key: string, { incident, stage, recipient }: Due): Promise<void> => {
    const to = recipients.find(({ name }) => name === recipient)
    if (to === undefined) return
    const { outcome, code } = await send(to, dutyMessage(incident, stage, page))
    const now = clock.now()
    const before = tries.get(key)?.count ?? 0
    if (outcome === 'failed' && before + 1 < triesMax) {
      const delay = backoffMilliseconds[Math.min(before, backoffMilliseconds.length - 1)] ?? 60_000
      tries.set(key, { count: before + 1, nextAt: now.getTime() + delay })
      return
    }
    // Should the log not take it, it is not sent again every second.
    tries.set(key, { count: before, nextAt: now.getTime() + unloggedMilliseconds })
    await record({
      type: 'told',
      at: now.toISOString(),
      incident: incident.id,
      stage,
      recipient,
      outcome: outcome === 'failed' ? 'given-up' : outcome,
      code,
      severity: incident.severity,
    })
    tries.delete(key)
  }

  return {
    tell(board) {
      const now = clock.now()
      for (const due of dueNow(board, recipients, rules, now)) {
        const key = `${due.incident.id} ${due.stage} ${due.recipient}`
        if (underWay.has(key) || (tries.get(key)?.nextAt ?? 0) > now.getTime()) continue
        const done = attempt(key, due)
          .catch(() => undefined)
          .finally(() => underWay.delete(key))
        underWay.set(key, done)
      }
    },
    settle: async () => {
      await Promise.all(underWay.values())
    },
  }
}
