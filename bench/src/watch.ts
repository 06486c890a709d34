/**
 * `sidep bench watch`: how soon the watcher notices, says and tells, when one part after the other is killed under a running
 * load: the card door (its port cut), booklets and slips (their tables held), the way in of laboratories, the identity provider, the
 * database (which stands still: one that is killed is started again within a second), and server, database, provider and card port at once. And quiet days in virtual time, which must bring no alarm.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { probeIdentity, signInOverHttp } from '@sidep/dev'
import { startCardDoor } from './card-door.ts'
import { type PortalProcess, startPortalProcess } from './portal-process.ts'
import {
  type ProviderProcess,
  pharmacistsOfProvider,
  startProviderProcess,
} from './provider-process.ts'
import { passQuietDays } from './quiet-days.ts'
import { inventScreening } from './screenings.ts'
import { rounded } from './statistics.ts'
import { startWatchedBy, untilSo, type WatchedBy } from './watched-by.ts'
import { startWatchedLaboratory, type WatchedLaboratory } from './watched-laboratory.ts'

export interface WatchBenchOptions {
  /** Of the quiet days. */
  readonly days: number
  /** Screenings offered a second while parts are killed. */
  readonly perSecond: number
}

export interface WatchBenchResult {
  readonly scenario: 'watch'
  /** From the kill until the incident: of what was killed alone; `everything`: until entry is in it. */
  readonly detectSeconds: Readonly<Record<string, number>>
  /** From everything's kill until the watcher's page says that both doors and entry do not work. */
  readonly statusSeconds: number
  /** The longest of all: from the kill until those on duty were told. */
  readonly notifiedSeconds: number
  readonly falseAlarms: number
  readonly simulatedDays: number
  readonly seeds: readonly number[]
  readonly components: readonly string[]
  /** Screenings recorded by the load meanwhile. */
  readonly recordedMeanwhile: number
  readonly cores: number
}

const seeds = [1, 2, 3]
const settleSecondsMax = 90
const noticeSecondsMax = 60

/** A port in the place of another, which can be cut as a cable is. */
const openCable = async (targetPort: () => number) => {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(targetPort(), '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (isNow: boolean): void => {
    isCut = isNow
    if (isNow) for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close: () => {
      cut(true)
      server.close()
    },
  }
}

interface World {
  readonly portal: PortalProcess
  readonly provider: ProviderProcess
  readonly laboratory: WatchedLaboratory
  readonly cable: Awaited<ReturnType<typeof openCable>>
  readonly watch: () => Promise<WatchedBy>
  readonly load: { recorded(): number; stop(): Promise<void> }
  close(): Promise<void>
}

/** Counters in open sessions that go on whatever is killed. */
const startLoad = async (url: string, perSecond: number) => {
  const origin = new URL(url).origin
  const cookies = await Promise.all(
    pharmacistsOfProvider()
      .slice(0, 4)
      .map(async (nationalId) => (await signInOverHttp(url, { nationalId })).cookie),
  )
  let recorded = 0
  let index = 0
  const underWay = new Set<Promise<void>>()
  const send = async (cookie: string): Promise<void> => {
    const { ok, body } = await fetch(`${url}/api/screenings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, cookie },
      body: JSON.stringify(inventScreening(index, new Date())),
      signal: AbortSignal.timeout(10_000),
    })
    await body?.cancel()
    if (ok) recorded += 1
  }
  const timer = setInterval(() => {
    index += 1
    const sending: Promise<void> = send(cookies[index % cookies.length] ?? '')
      .catch(() => undefined)
      .finally(() => underWay.delete(sending))
    underWay.add(sending)
  }, 1_000 / perSecond)
  return {
    recorded: () => recorded,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}

const startWorld = async (perSecond: number): Promise<World> => {
  const started = new AsyncDisposableStack()
  try {
    const door = await startCardDoor()
    started.defer(() => door.close())
    const cable = await openCable(() => Number(door.environment.CARD_PORT))
    started.defer(() => cable.close())
    let provider: ProviderProcess | null = null
    const probeSites = { PROBE_SITES: probeIdentity.activities[0].finess }
    const portal = await startPortalProcess(
      async (url) => {
        provider = await startProviderProcess(url)
        return {
          ...provider.environment,
          ...door.environment,
          CARD_PUBLIC_URL: `https://localhost:${cable.port}`,
          ...probeSites,
        }
      },
      { prepare: door.prepare },
    )
    started.defer(() => portal.close())
    if (provider === null) throw new Error('the identity provider did not start')
    const running: ProviderProcess = provider
    started.defer(() => running.close())
    const laboratory = await startWatchedLaboratory(portal.dataDirectory, probeSites)
    started.defer(() => laboratory.close())
    const load = await startLoad(portal.url, perSecond)
    started.defer(() => load.stop())
    return {
      portal,
      provider: running,
      laboratory,
      cable,
      load,
      watch: () =>
        startWatchedBy({
          PUBLIC_URL: portal.url,
          WATCH_ECPS: probeIdentity.nationalId,
          ...door.watch,
          ...laboratory.watch,
        }),
      close: () => started.disposeAsync(),
    }
  } catch (error) {
    await started.disposeAsync()
    throw error
  }
}

interface Noticed {
  readonly detectSeconds: number
  readonly statusSeconds: number
  readonly notifiedSeconds: number
  readonly components: readonly string[]
}

/**
 * With a watcher that has just found everything well but for what is known to be dead: kills, and waits until it noticed.
 *
 * @param wanted what must be said not to work @param dead what is down already
 */
const notice = async (
  watched: WatchedBy,
  kill: () => Promise<void> | void,
  wanted: readonly string[],
  dead: readonly string[] = [],
): Promise<Noticed> => {
  let components: readonly string[] = []
  await untilSo('a portal that works', settleSecondsMax, async () => {
    const states = await watched.states()
    components = [...states.keys()]
    const isAsKnown = ([id, status]: readonly [string, string]): boolean =>
      status === (dead.includes(id) ? 'major_outage' : 'operational')
    return (
      states.size > 0 &&
      [...states].every(isAsKnown) &&
      // What they were told of before is not what they are told now.
      (dead.length === 0 || watched.told().length > 0)
    )
  })
  // Nowhere in particular between two looks.
  await wait(Math.random() * 5_000)
  const killedAt = Date.now()
  await kill()
  const secondsSince = (at: number): number => rounded((at - killedAt) / 1_000, 1)
  await untilSo(`${wanted} on the page`, noticeSecondsMax, async () => {
    const states = await watched.states()
    return wanted.every((id) => states.get(id) === 'major_outage')
  })
  const statusSeconds = secondsSince(Date.now())
  const events = await watched.events()
  const noticedAt = wanted.map((id) => {
    const event = events.find(
      (one) => 'component' in one && one.component === id && one.type !== 'recovered',
    )
    if (event === undefined) throw new Error(`${id} is in no incident`)
    return Date.parse(event.at)
  })
  await untilSo('somebody told', noticeSecondsMax, async () =>
    watched.told().some((at) => at >= killedAt),
  )
  const toldAt = watched.told().find((at) => at >= killedAt) ?? killedAt
  return {
    detectSeconds: secondsSince(Math.max(...noticedAt)),
    statusSeconds,
    notifiedSeconds: secondsSince(toldAt),
    components,
  }
}

const withWatcher = async (
  world: World,
  ...rest: Parameters<typeof notice> extends [unknown, ...infer Rest] ? Rest : never
): Promise<Noticed> => {
  const watched = await world.watch()
  try {
    return await notice(watched, ...rest)
  } finally {
    await watched.close()
  }
}

/** A table is held until what needs it is said not to work; the rest of the portal works meanwhile. */
const withTable = async (
  world: World,
  table: string,
  wanted: readonly string[],
): Promise<Noticed> => {
  let goOn = async (): Promise<void> => undefined
  try {
    const hold = async (): Promise<void> => {
      goOn = await world.portal.holdTable(table)
    }
    return await withWatcher(world, hold, wanted)
  } finally {
    await goOn()
  }
}

/** Kills one part after the other, and everything. */
export const benchWatch = async ({
  days,
  perSecond,
}: WatchBenchOptions): Promise<WatchBenchResult> => {
  const first = await startWorld(perSecond)
  let recorded = 0
  let card: Noticed
  let booklets: Noticed
  let slips: Noticed
  let laboratory: Noticed
  let everything: Noticed
  try {
    card = await withWatcher(first, () => first.cable.cut(true), ['card'])
    first.cable.cut(false)
    booklets = await withTable(first, 'booklet_number', ['booklets'])
    slips = await withTable(first, 'slip', ['slips'])
    laboratory = await withWatcher(first, () => first.laboratory.kill(), ['laboratory'])
    everything = await withWatcher(
      first,
      async () => {
        first.cable.cut(true)
        await Promise.all([first.portal.kill(), first.provider.kill()])
      },
      ['ecps', 'card', 'entry', 'booklets', 'slips'],
      ['laboratory'],
    )
    recorded += first.load.recorded()
  } finally {
    await first.close()
  }
  const second = await startWorld(perSecond)
  let ecps: Noticed
  let database: Noticed
  try {
    ecps = await withWatcher(second, () => second.provider.kill(), ['ecps'])
    let goOn = (): void => undefined
    try {
      const hang = async (): Promise<void> => {
        goOn = await second.portal.hangDatabase()
      }
      database = await withWatcher(second, hang, ['entry'], ['ecps'])
    } finally {
      goOn()
    }
    recorded += second.load.recorded()
  } finally {
    await second.close()
  }
  const quiet = seeds.map((seed) => passQuietDays(days, seed))
  return {
    scenario: 'watch',
    detectSeconds: {
      ecps: ecps.detectSeconds,
      card: card.detectSeconds,
      booklets: booklets.detectSeconds,
      slips: slips.detectSeconds,
      laboratory: laboratory.detectSeconds,
      database: database.detectSeconds,
      everything: everything.detectSeconds,
    },
    statusSeconds: everything.statusSeconds,
    notifiedSeconds: Math.max(
      ...[ecps, card, booklets, slips, laboratory, database, everything].map(
        ({ notifiedSeconds }) => notifiedSeconds,
      ),
    ),
    falseAlarms: quiet.reduce((sum, { alarms }) => sum + alarms.length, 0),
    simulatedDays: quiet.reduce((sum, one) => sum + one.days, 0),
    seeds,
    components: everything.components,
    recordedMeanwhile: recorded,
    cores: availableParallelism(),
  }
}
