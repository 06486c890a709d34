/**
 * What happened at the counters before the measurement: each has a key, took a booklet through the portal's own route,
 * and certified people while it was alone. Signed as a counter signs, on a thread, so that two cores prepare.
 */
import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import {
  type Booklet,
  counterKeyOf,
  readBooklet,
  type Sign,
  signProvisional,
} from '@sidep/continuity'
import { type BookletAnswer, routes, type ScreeningInput } from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { actHeaders, makeTestDevice } from '@sidep/server/login/test-device.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { Pool } from 'undici'
import { inventScreening } from '../screenings.ts'
import type { OpenCounter } from '../signed-sessions.ts'

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
const antigenTestType = 'LP217198-3'
const disease = '840539006'

const takeBooklet = async (
  pool: Pool,
  url: string,
  { cookie, keys }: OpenCounter,
  publicKey: CryptoKey,
): Promise<Booklet> => {
  if (keys === null) throw new Error('a booklet is of a session that is bound to a device')
  const { x, y } = await counterKeyOf(publicKey)
  const device = await makeTestDevice(keys)
  const request = {
    method: 'POST',
    path: routes.booklets,
    body: JSON.stringify({ counterKey: { x: bytesToBase64(x), y: bytesToBase64(y) } }),
  } as const
  const signed = { portal: url, cookie, at: systemClock.now(), ...request }
  const { statusCode, body } = await pool.request({
    ...request,
    headers: {
      'content-type': 'application/json',
      origin: url,
      cookie,
      ...(await actHeaders(device, signed)),
    },
  })
  const text = await body.text()
  if (statusCode !== 201) throw new Error(`no booklet: ${text}`)
  const bytes = base64ToBytes((JSON.parse(text) as BookletAnswer).signed)
  const booklet = bytes.ok ? readBooklet(bytes.value) : bytes
  if (!booklet.ok) throw new Error(`a booklet that cannot be read: ${booklet.code}`)
  return booklet.value
}

const itemOf = async (screening: ScreeningInput, booklet: Booklet, number: number, sign: Sign) => {
  const { person, device, sampledAt } = screening
  const provisional = await signProvisional(
    {
      booklet,
      number,
      issuedAt: booklet.notBefore,
      person,
      test: {
        disease,
        testType: antigenTestType,
        device,
        sampledAt: new Date(sampledAt),
        result: 'negative',
      },
    },
    sign,
  )
  const { id } = screening
  return { kind: 'screening', id, version: 1, screening, provisional, slip: null }
}

const run = async (): Promise<void> => {
  const { url, counters, certificatesEach, firstPerson, file }: EveningSetting = workerData
  const pool = new Pool(url, { connections: inParallel })
  const output = await open(file, 'w')
  const prepared: PreparedBatch[] = []
  let person = firstPerson
  let offset = 0
  const spend = async (counter: OpenCounter, index: number): Promise<void> => {
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ])
    const sign: Sign = async (bytes) =>
      new Uint8Array(
        await crypto.subtle.sign(
          { name: 'ECDSA', hash: 'SHA-256' },
          keys.privateKey,
          new Uint8Array(bytes),
        ),
      )
    const booklet = await takeBooklet(pool, url, counter, keys.publicKey)
    const count = certificatesEach[index] ?? 0
    const first = person
    person += count
    const items = await Promise.all(
      Array.from({ length: count }, (_, number) =>
        itemOf(inventScreening(first + number, booklet.notBefore), booklet, number + 1, sign),
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
