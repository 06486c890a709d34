/**
 * What happened at the counters before the measurement: each has a key, took a booklet through the portal's own route,
 * and certified people while it was alone. Signed as a counter signs, on a thread, so that two cores prepare.
 */
import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Pool } from 'undici'
import { inventScreening } from '../screenings.ts'
import type { OpenCounter } from '../signed-sessions.ts'
import { itemOf, takeBooklet } from './offline-counter.ts'

export interface EveningSetting {
  readonly url: string
  readonly counters: readonly OpenCounter[]
  /** Certificates of counter number `index`. */
  readonly certificatesEach: readonly number[]
  /** Number of the first person, so that two threads invent different ones. */
  readonly firstPerson: number
  /** File that the bodies of the batches are written to, one after the other. */
  readonly file: string
}

/** Where the batch of a counter is, and whom it is about. */
export interface PreparedBatch {
  readonly offset: number
  readonly bytes: number
  /** Ids of its screenings. */
  readonly ids: readonly string[]
}

const inParallel = 8

const run = async (): Promise<void> => {
  const { url, counters, certificatesEach, firstPerson, file }: EveningSetting = workerData
  const pool = new Pool(url, { connections: inParallel })
  const output = await open(file, 'w')
  const prepared: PreparedBatch[] = []
  let person = firstPerson
  let offset = 0
  const spend = async (counter: OpenCounter, index: number): Promise<void> => {
    const held = await takeBooklet({ pool, url }, counter)
    const count = certificatesEach[index] ?? 0
    const first = person
    person += count
    const items = await Promise.all(
      Array.from({ length: count }, (_, number) =>
        itemOf(inventScreening(first + number, held.booklet.notBefore), held, number + 1),
      ),
    )
    const body = Buffer.from(JSON.stringify({ items, wasted: [] }))
    const at = offset
    offset += body.length
    prepared[index] = { offset: at, bytes: body.length, ids: items.map(({ id }) => id) }
    await output.write(body, 0, body.length, at)
  }
  const queue = counters.entries()
  const work = async (): Promise<void> => {
    for (const [index, counter] of queue) await spend(counter, index)
  }
  await Promise.all(Array.from({ length: inParallel }, work))
  await output.close()
  await pool.close()
  parentPort?.postMessage(prepared)
}

await run()
