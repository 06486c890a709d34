/** The thread of trouble.ts: says that it is there, waits for a word, makes the trouble, tells what became of it, ends. */
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { runExcess } from './excess.ts'
import { connectLaboratories } from './laboratory-channel.ts'
import { floodByLaboratories } from './laboratory-flood.ts'
import { makeSending } from './laboratory-messages.ts'
import { inventScreening, postingOf } from './screenings.ts'
import type { TroubleDone, TroubleTask } from './trouble.ts'

const clients = 64
const hangUpMilliseconds = 5_000

/** Screenings as they are due, whether or not the others are refused. */
const sendScreenings = async (
  task: Extract<TroubleTask, { kind: 'screenings' }>,
): Promise<TroubleDone> => {
  const { url, tls, seconds, perSecond, senders } = task
  const ids = new Map<number, string>()
  const acknowledged: string[] = []
  const { screenings } = await runExcess({
    url,
    ...(tls === undefined ? {} : { tls }),
    seconds,
    hangUpMilliseconds,
    kinds: [
      {
        name: 'screenings',
        perSecond,
        clients,
        ask: (index) => {
          const screening = inventScreening(index, new Date())
          ids.set(index, screening.id)
          return postingOf(screening, senders[index % senders.length] ?? {})
        },
        onAnswer: ({ status }, index) => {
          const id = ids.get(index)
          if (id !== undefined && (status === 200 || status === 201)) acknowledged.push(id)
        },
      },
    ],
  })
  if (screenings === undefined) throw new Error('nothing was sent')
  const { statuses: _, ...counts } = screenings
  return { counts, acknowledged }
}

const openMessages = async (
  task: Extract<TroubleTask, { kind: 'messages' }>,
): Promise<() => Promise<TroubleDone>> => {
  const { reach, day, firstIndex, seconds, perSecond } = task
  const senders = await connectLaboratories(reach)
  const sending = makeSending(day, firstIndex)
  return async () => {
    const counts = await floodByLaboratories({ senders, sending, seconds, perSecond })
    return { counts, acknowledged: sending.acknowledged }
  }
}

if (parentPort === null) throw new Error('a thread of trouble.ts')
const task = workerData as TroubleTask
const make = task.kind === 'screenings' ? () => sendScreenings(task) : await openMessages(task)
const go = once(parentPort, 'message')
parentPort.postMessage('ready')
await go
parentPort.postMessage(await make())
