/**
 * Sites that lose their network on the evening: they hold booklets and printed slips, certify on their own, tell the portal how
 * they fared once it is there again, and send everything.
 */
import { routes } from '@sidep/contracts'
import type { Pool } from 'undici'
import type { Backlog } from '../backlog/evening.ts'
import {
  type HeldBooklet,
  itemOf,
  printSlips,
  slipItemOf,
  takeBooklet,
} from '../backlog/offline-counter.ts'
import { type Sent, sendBacklog } from '../backlog/send-paced.ts'
import { inventScreening } from '../screenings.ts'
import type { OpenCounter } from '../signed-sessions.ts'

export interface EveningSite {
  readonly counter: OpenCounter
  readonly held: HeldBooklet
  readonly slips: readonly string[]
}

interface Portal {
  readonly pool: Pool
  readonly url: string
}

const inParallel = 8
const slipsEach = 4

const each = async <T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>) => {
  const results: R[] = []
  const queue = items.entries()
  const run = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: inParallel }, run))
  return results
}

/** In the afternoon: each takes a booklet, every other one has sheets of paper printed. */
export const openEvening = (
  portal: Portal,
  counters: readonly OpenCounter[],
): Promise<EveningSite[]> =>
  each(counters, async (counter, index) => ({
    counter,
    held: await takeBooklet(portal, counter),
    slips: index % 2 === 0 ? await printSlips(portal, counter, slipsEach) : [],
  }))

export interface SpentSite extends Backlog {
  readonly provisional: readonly string[]
  readonly slips: readonly string[]
}

/** What was done without the portal since the last time. @param firstPerson number of the first person */
export const spendAlone = (
  sites: readonly EveningSite[],
  certificatesEach: number,
  firstPerson: number,
): Promise<SpentSite[]> =>
  each(sites, async ({ counter, held, slips }, index) => {
    const first = firstPerson + index * (certificatesEach + slipsEach)
    const provisional = await Promise.all(
      Array.from({ length: certificatesEach }, (_, number) =>
        itemOf(inventScreening(first + number, new Date()), held, number + 1, new Date()),
      ),
    )
    const typed = slips.map((serial, number) =>
      slipItemOf(inventScreening(first + certificatesEach + number, new Date()), serial),
    )
    const items = [...provisional, ...typed]
    const body = Buffer.from(JSON.stringify({ items, wasted: [] }))
    return {
      counter,
      ids: items.map(({ id }) => id),
      provisional: provisional.map(({ id }) => id),
      slips: typed.map(({ id }) => id),
      read: () => Promise.resolve(body),
    }
  })

/** They have a network again, and say how they fared: nothing is sent yet. */
export const tellOfIt = (
  { pool, url }: Portal,
  spent: readonly SpentSite[],
  since: Date,
): Promise<unknown> =>
  each(spent, async ({ counter, provisional, ids }) => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: routes.heartbeats,
      headers: { 'content-type': 'application/json', origin: url, cookie: counter.cookie },
      body: JSON.stringify({
        offline: { since: since.toISOString(), until: new Date().toISOString() },
        numbersUsed: provisional.length,
        waiting: ids.length,
        lostSignIns: [],
      }),
    })
    const text = await body.text()
    if (statusCode >= 300) throw new Error(`a heartbeat was refused: ${text}`)
  })

/** Everybody sends what they have at once, and comes back when told to. */
export const sendAll = (
  { pool, url }: Portal,
  spent: readonly SpentSite[],
  secondsMax: number,
): Promise<Sent[]> => {
  const endsAt = performance.now() + secondsMax * 1_000
  return Promise.all(spent.map((one) => sendBacklog(one, { pool, url, endsAt })))
}
