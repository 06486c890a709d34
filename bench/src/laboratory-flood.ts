/**
 * Laboratories that send when it is due and wait for no answer: each message goes out on a connection of its laboratory,
 * behind others that are not answered yet. What a connection has unanswered is bounded, as what a sender keeps in memory is;
 * beyond that a message was due, and had no connection to go out on.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { frameOf } from '@sidep/server/laboratory/mllp/frames.ts'
import type { OpenSender } from './laboratory-channel.ts'
import type { Sending } from './laboratory-messages.ts'
import type { TroubleCounts } from './trouble.ts'

export interface FloodPlan {
  /** Open since before: their handshakes are no part of it. */
  readonly senders: readonly OpenSender[]
  readonly sending: Pick<Sending, 'compose' | 'acknowledged'>
  readonly seconds: number
  /** Of all laboratories together. */
  readonly perSecond: number
}

/** Two kilobytes each: a tenth of a megabyte on each connection. */
const unansweredMax = 50

interface Flooding {
  readonly sender: OpenSender
  /** What is under way, in the order in which it is answered. */
  readonly ids: string[]
}

/**
 * Floods for its time, then hangs up. Unanswered is what was sent and not answered when it ended, refused what was told to
 * come back.
 */
export const floodByLaboratories = async (plan: FloodPlan): Promise<TroubleCounts> => {
  const counts = { offered: 0, done: 0, refused: 0, unanswered: 0, heldBack: 0, broken: 0 }
  const { sending, seconds, perSecond } = plan
  const connections: Flooding[] = plan.senders.map((sender) => ({ sender, ids: [] }))
  let isOver = false

  const hear = async ({ sender, ids }: Flooding): Promise<void> => {
    for (;;) {
      const code = await sender.nextCode().catch(() => null)
      if (code === null) break
      const id = ids.shift()
      if (code === 'CA' && id !== undefined) {
        counts.done += 1
        sending.acknowledged.push(id)
      } else if (code === 'CR') counts.refused += 1
      else counts.broken += 1
    }
    if (isOver) counts.unanswered += ids.length
    else counts.broken += ids.length
  }

  const offer = (index: number): void => {
    counts.offered += 1
    const connection = connections[index % connections.length]
    if (connection === undefined || connection.ids.length >= unansweredMax) {
      counts.heldBack += 1
      return
    }
    const { message, id } = sending.compose(connection.sender.siteId)
    connection.ids.push(id)
    connection.sender.write(frameOf(Buffer.from(message)))
  }

  const heard = Promise.all(connections.map(hear))
  const startedAt = performance.now()
  let next = 0
  for (;;) {
    const elapsed = performance.now() - startedAt
    if (elapsed >= seconds * 1_000) break
    for (const due = (elapsed * perSecond) / 1_000; next < due; next += 1) offer(next)
    await wait(1)
  }
  isOver = true
  for (const { sender } of connections) sender.close()
  await heard
  return counts
}
