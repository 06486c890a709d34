/**
 * What the watcher keeps, in a folder of its own: a log of events, one JSON line each, and what it counted of the last days.
 *
 * Invariants
 * - A line that was appended is on the disk before anybody acts on it.
 * - A line that was cut off by a crash is none: the next start leaves it out, and appends after what is whole.
 * - A file that others read is there whole, or as it was before.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Board, emptyBoard, foldEvents } from './incidents/board.ts'
import { parseEvent, type WatchEvent } from './incidents/events.ts'
import type { KeptRates } from './incidents/rates.ts'
import { logKeptMilliseconds } from './incidents/rules.ts'

export interface WatchStore {
  /** As the log says at the start. */
  readonly board: Board
  readonly kept: Readonly<Record<string, KeptRates>>
  append(events: readonly WatchEvent[]): Promise<void>
  keep(rates: Readonly<Record<string, KeptRates>>): Promise<void>
  /** Hands over what people told the watcher since the last look, in the order of its coming; gone once that was heard. */
  takeOrders(heard: (orders: readonly WatchEvent[]) => Promise<void>): Promise<void>
  close(): Promise<void>
}

export const logName = 'events.ndjson'
const ratesName = 'rates.json'
const ordersName = 'orders'
/** An order is a few hundred bytes. */
const orderBytesMax = 8 * 1024
const ordersMax = 200

/** Writes a file so that whoever reads it finds it whole, after a crash too. */
export const writeWhole = async (path: string, content: string | Uint8Array): Promise<void> => {
  const part = `${path}.part`
  await mkdir(dirname(path), { recursive: true })
  const file = await open(part, 'w', 0o644)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, path)
}

const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })

const lineOf = (event: WatchEvent): string => `${JSON.stringify(event)}\n`

/** What is within its time, and incidents that are open however old. */
const stillKept = (events: readonly WatchEvent[], now: Date): WatchEvent[] => {
  const oldest = now.getTime() - logKeptMilliseconds
  const closed = new Set(
    events.flatMap((event) =>
      event.type === 'closed' && Date.parse(event.at) < oldest ? event.incident : [],
    ),
  )
  return events.filter((event) => {
    if ('incident' in event) return !closed.has(event.incident)
    const end = event.type === 'planned' ? event.until : event.at
    return Date.parse(end) >= oldest
  })
}

const parseKept = (text: string): Readonly<Record<string, KeptRates>> => {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return {}
    const isCount = (count: unknown): boolean =>
      Array.isArray(count) && count.length === 3 && count.every((number) => Number.isFinite(number))
    const entries = Object.entries(value as Record<string, KeptRates>)
    return Object.fromEntries(
      entries.filter(
        ([, rates]) =>
          Array.isArray(rates?.counts) && rates.counts.every((count) => isCount(count)),
      ),
    )
  } catch {
    // Cut off, or none: the windows fill anew.
    return {}
  }
}

/** Leaves an order for the watcher of that folder, which takes it within seconds. @param name unique among orders */
export const leaveOrder = async (folder: string, name: string, event: WatchEvent): Promise<void> =>
  writeWhole(join(folder, ordersName, `${name}.json`), JSON.stringify(event))

export const openWatchStore = async (folder: string, now: Date): Promise<WatchStore> => {
  await mkdir(join(folder, ordersName), { recursive: true })
  const path = join(folder, logName)
  const text = await textOf(path)
  const events = text.split('\n').flatMap((line) => parseEvent(line) ?? [])
  const kept = stillKept(events, now)
  const whole = kept.map(lineOf).join('')
  if (whole !== text) await writeWhole(path, whole)
  const log = await open(path, 'a', 0o600)
  let underWay: Promise<unknown> = Promise.resolve()

  /** One after the other, whatever became of the one before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = underWay.then(work, work)
    underWay = turn.catch(() => undefined)
    return turn
  }

  return {
    board: foldEvents(kept, emptyBoard),
    kept: parseKept(await textOf(join(folder, ratesName))),
    append: (more) =>
      inTurn(async () => {
        if (more.length === 0) return
        await log.writeFile(more.map(lineOf).join(''))
        await log.sync()
      }),
    keep: (rates) => writeWhole(join(folder, ratesName), JSON.stringify(rates)),
    async takeOrders(heard) {
      const orders = join(folder, ordersName)
      const names = (await readdir(orders)).filter((name) => name.endsWith('.json')).sort()
      const taken = names.slice(0, ordersMax)
      if (taken.length === 0) return
      const texts = await Promise.all(taken.map((name) => textOf(join(orders, name))))
      await heard(
        texts.flatMap((text) => (text.length > orderBytesMax ? [] : (parseEvent(text) ?? []))),
      )
      await Promise.all(taken.map((name) => rm(join(orders, name), { force: true })))
    },
    close: async () => {
      await underWay
      await log.close()
    },
  }
}
