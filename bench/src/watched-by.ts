/** A watcher beside a portal under test: what its page says, what its log says, and what it tells. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { parseEvent, type WatchEvent } from '@sidep/server/operations/incidents/events.ts'
import { endOnSignal } from './end-on-signal.ts'

export interface WatchedBy {
  /** `component status` of its page, as status tools have them. */
  states(): Promise<ReadonlyMap<string, string>>
  events(): Promise<readonly WatchEvent[]>
  /** When somebody was told, in milliseconds since 1970. */
  told(): readonly number[]
  close(): Promise<void>
}

interface Summary {
  readonly components: readonly { readonly id: string; readonly status: string }[]
}

const main = join(import.meta.dirname, 'watcher-process.ts')
const pollMilliseconds = 100

const addressOf = async (child: ChildProcess): Promise<string> => {
  const { stdout } = child
  if (stdout === null) throw new Error('the watcher has no output to read')
  for await (const line of createInterface({ input: stdout }))
    if (line.startsWith('http')) {
      stdout.resume()
      return line
    }
  throw new Error('the watcher did not start')
}

/** @param environment where the portal is, and whom to be there */
export const startWatchedBy = async (
  environment: Readonly<Record<string, string>>,
): Promise<WatchedBy> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidep-bench-watch-'))
  const told: number[] = []
  const receiver = createServer((request, response) => {
    told.push(Date.now())
    request.resume()
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      WATCH_DIR: folder,
      WATCH_PORT: '0',
      WATCH_DUTY_WEBHOOK: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await addressOf(child)
  return {
    async states() {
      const response = await fetch(`${url}/summary.json`)
      if (!response.ok) return new Map()
      const { components } = (await response.json()) as Summary
      return new Map(components.map(({ id, status }) => [id, status]))
    },
    async events() {
      const text = await readFile(join(folder, 'events.ndjson'), 'utf8')
      return text.split('\n').flatMap((line) => parseEvent(line) ?? [])
    },
    told: () => told,
    close: endOnSignal(async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
      receiver.close()
      receiver.closeAllConnections()
      await rm(folder, { recursive: true, force: true })
    }),
  }
}

/** Waits for something of the watcher's. @throws when it does not come within `secondsMax` */
export const untilSo = async (
  what: string,
  secondsMax: number,
  isSo: () => Promise<boolean>,
): Promise<void> => {
  const end = performance.now() + secondsMax * 1_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${secondsMax} s`)
    await wait(pollMilliseconds)
  }
}
