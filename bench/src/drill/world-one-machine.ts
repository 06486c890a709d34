/**
 * One machine: a database, the embedded one unless told, two portals on it, and the provider, the watcher and the laboratories'
 * way in beside them.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SiteView } from '@sidep/contracts'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { endOnSignal } from '../end-on-signal.ts'
import { openCounters } from '../signed-sessions.ts'
import { type DrillProcess, thisMachine } from './host.ts'
import { type MachineDatabase, openEmbeddedDatabase } from './machine-database.ts'
import {
  balancerProcess,
  type Common,
  laboratoryProcess,
  portalProcess,
  providerProcess,
  providerSettings,
  type Settings,
  watcherProcess,
} from './portals.ts'
import type { World } from './world.ts'

export interface OneMachineOptions {
  readonly counters?: number
  readonly portals?: number
  /** Whether provider, watcher and laboratory are there too. */
  readonly isWhole?: boolean
  /** Before anything starts, with the folder that all data will be in. */
  readonly prepare?: (folder: string) => Promise<void>
  /** Its data folder, removed at the end; a temporary one when absent. */
  readonly folder?: string
  /** For what everything says; in the data folder when absent. */
  readonly logs?: string
  /** Whether HAProxy stands before the portals, as deploy/patroni has it; at most three of them. */
  readonly isBalanced?: boolean
  /** Of everything of ours, beyond the usual. */
  readonly settings?: Settings
  /** What all data is in, made on the data folder; the embedded database when absent. */
  readonly database?: (folder: string) => Promise<MachineDatabase>
  /** Where counter number `index` is; at a site that is nobody's when absent. */
  readonly siteOf?: (index: number) => SiteView
  /** Of a portal beyond the usual, by its number from 1. */
  readonly portalSettings?: (number: number) => Settings
}

export interface OneMachine extends World {
  readonly common: Common
  readonly portals: readonly DrillProcess[]
  /** Their own addresses, past what stands before them. */
  readonly portalUrls: readonly string[]
  /** Of the watcher's own pages; 0: there is no watcher. */
  readonly watchPort: number
  /** Stops the database, does something to its files, and starts what is there then. */
  withoutDatabase(work: () => Promise<void>): Promise<void>
  /** kill -9 of PostgreSQL, all its processes. */
  killDatabase(): Promise<void>
}

export const startOneMachine = async ({
  counters: counterCount = 40,
  portals: portalCount = 2,
  isWhole = true,
  prepare,
  folder: given,
  logs,
  isBalanced = false,
  settings = {},
  database: openMachineDatabase = openEmbeddedDatabase,
  siteOf,
  portalSettings = () => ({}),
}: OneMachineOptions = {}): Promise<OneMachine> => {
  const stack = new AsyncDisposableStack()
  const close = endOnSignal(() => stack.disposeAsync())
  try {
    const folder = given ?? (await mkdtemp(join(tmpdir(), 'sidep-drill-')))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    await mkdir(folder, { recursive: true })
    await prepare?.(folder)
    const database = await openMachineDatabase(folder)
    stack.defer(() => database.close())
    const ports = await Promise.all(
      Array.from({ length: portalCount }, () => freePort('127.0.0.1')),
    )
    const each = ports.map((port) => `http://127.0.0.1:${port}`)
    const balancerPort = isBalanced ? await freePort('127.0.0.1') : null
    const targets = balancerPort === null ? each : [`http://127.0.0.1:${balancerPort}`]
    const [publicUrl = ''] = targets
    const providerPort = await freePort('127.0.0.1')
    const common: Common = {
      folder,
      ...(logs === undefined ? {} : { logs }),
      settings: {
        ...database.settings,
        PUBLIC_URL: publicUrl,
        // Sessions are not renewed here; a drill may take longer than they would last.
        SESSION_RENEWAL_MINUTES: '60',
        ...providerSettings(providerPort),
        ...settings,
      },
    }
    const portals = ports.map((port, index) =>
      portalProcess(common, `portal-${index + 1}`, thisMachine, port, portalSettings(index + 1)),
    )
    const processes: DrillProcess[] = [...portals]
    stack.defer(async () => {
      await Promise.all(processes.map((one) => one.end('SIGKILL')))
    })
    if (isWhole) processes.unshift(providerProcess(common, thisMachine, providerPort, publicUrl))
    for (const one of processes) await one.start()
    if (balancerPort !== null) {
      const balancer = balancerProcess(common, `127.0.0.1:${balancerPort}`, each)
      stack.defer(() => balancer.end('SIGKILL'))
      await balancer.start()
    }
    const counters = await openCounters(folder, counterCount, 0, true, common.settings, siteOf)
    const watchPort = isWhole ? await freePort('127.0.0.1') : 0
    if (isWhole) {
      const beside = [
        watcherProcess(common, watchPort, publicUrl),
        await laboratoryProcess(
          common,
          await freePort('127.0.0.1'),
          counters[0]?.siteId ?? '',
          new Date(),
        ),
      ]
      processes.push(...beside)
      for (const one of beside) await one.start()
    }
    return {
      targets,
      publicUrl,
      counters,
      processes,
      portals,
      portalUrls: each,
      common,
      watchPort,
      async withoutDatabase(work) {
        await database.stop()
        try {
          await work()
        } finally {
          await database.start()
        }
      },
      killDatabase: () => database.kill(),
      read: (work) => database.read(work),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
