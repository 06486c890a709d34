/**
 * `sidep drill evening`: the evening of 13 August 2021 in minutes, against a real portal, its watcher, its provider and its
 * messages, as processes. Counters work; the provider is killed; who is not signed in tries in vain; sites lose their network
 * and go on with booklets and slips; slips are said to count, by two persons; then everything is back at once. What `/etat/`
 * and `/pilotage/` say is read before, during and after.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { probeIdentity, startFeedReceiver, startMailbox } from '@sidep/dev'
import { hourMilliseconds } from '@sidep/time'
import { Pool } from 'undici'
import { countReconciledIn } from '../backlog/count-reconciled.ts'
import type { Sent } from '../backlog/send-paced.ts'
import { startCardDoor } from '../card-door.ts'
import { pharmacistsOfProvider } from '../provider-process.ts'
import { openCounters } from '../signed-sessions.ts'
import { rounded } from '../statistics.ts'
import { untilSo } from '../watched-by.ts'
import { found } from './check-history.ts'
import { atDoor, type Returned, startEveningCrowd } from './evening-crowd.ts'
import { openEyes, requirePages, type Seen } from './evening-eyes.ts'
import { directorySite, inventPast } from './evening-past.ts'
import { openEvening, sendAll, spendAlone, tellOfIt } from './evening-sites.ts'
import { type DrillOptions, type DrillResult, runDrill } from './run-drill.ts'
import { type OneMachine, startOneMachine } from './world-one-machine.ts'

export interface EveningOptions extends DrillOptions {
  /** Where pictures of the two pages go; null: none. */
  readonly pictures: string | null
}

interface EveningLook extends Seen {
  readonly phase: string
  /** Since the provider was killed; before it, less than 0. */
  readonly seconds: number
}

export interface EveningResult extends DrillResult {
  readonly counters: number
  readonly offlineCounters: number
  /** From the provider's death until `/etat/` says that the door does not work, and from its return until it works again. */
  readonly statusSeconds: number
  readonly backSeconds: number
  /** What people who pressed the door while the provider was dead were told, and how often. */
  readonly triedInVain: Readonly<Record<string, number>>
  readonly notice: string
  readonly provisional: number
  readonly slips: number
  /** From the first counter's return to the last definitive answer. */
  readonly backlogSeconds: number
  /** What the backlog's counters were not given as definitive, by code. */
  readonly backlogFailures: Readonly<Record<string, number>>
  /** Everybody who was not signed in, until the last one is. */
  readonly returned: Returned
  readonly looks: readonly EveningLook[]
}

const openCountersCount = 200
const offlineCountersCount = 120
const certificatesEach = 5
const slowestStatusSeconds = 120
const settleSecondsMax = 300
/** Between what happens: some rounds of the watcher, and of the page's stream. */
const holdMilliseconds = 15_000
const returningCrowd = 120

const countedBy = (codes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

/** What status tools are told, by component; none while there is nothing to read. */
const statesAt = async (statusUrl: string): Promise<ReadonlyMap<string, string>> => {
  const answer = await fetch(`${statusUrl}/summary.json`).catch(() => null)
  if (answer === null || !answer.ok) return new Map()
  const { components } = (await answer.json()) as { components: { id: string; status: string }[] }
  return new Map(components.map(({ id, status }) => [id, status]))
}

/** The house with everything around it. */
const startWorld = async (started: AsyncDisposableStack): Promise<OneMachine> => {
  const door = await startCardDoor()
  started.defer(() => door.close())
  const mailbox = await startMailbox()
  started.defer(() => mailbox.close())
  const receiver = await startFeedReceiver()
  started.defer(() => receiver.close())
  const world = await startOneMachine({
    counters: openCountersCount,
    portals: 1,
    siteOf: directorySite,
    prepare: (folder) => inventPast(folder, openCountersCount + offlineCountersCount),
    settings: {
      ...door.environment,
      ...door.watch,
      CARD_PUBLIC_URL: `https://localhost:${door.environment.CARD_PORT}`,
      WATCH_ECPS: probeIdentity.nationalId,
      PROBE_SITES: probeIdentity.activities[0].finess,
      SMTP_URL: mailbox.smtpUrl,
      MAIL_FROM: 'sidep@sidep.test',
      SMS_GATEWAY_URL: mailbox.smsUrl,
      SMS_GATEWAY_TOKEN: mailbox.smsToken,
      WATCH_DUTY_MAIL: 'garde@sidep.test',
      ...receiver.settings,
    },
  })
  started.defer(() => world.close())
  return world
}

const processNamed = ({ processes }: OneMachine, name: string) => {
  const found = processes.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no process ${name}`)
  return found
}

export const drillEvening = async (
  { pictures, ...options }: EveningOptions,
  say: (line: string) => void,
): Promise<EveningResult> => {
  requirePages()
  await using started = new AsyncDisposableStack()
  const world = await startWorld(started)
  const { publicUrl: url, common } = world
  const statusUrl = `http://127.0.0.1:${world.watchPort}`
  const provider = processNamed(world, 'provider')
  const away = await openCounters(
    common.folder,
    offlineCountersCount,
    openCountersCount,
    true,
    common.settings,
    directorySite,
  )
  const pool = new Pool(url, { connections: 64, pipelining: 1 })
  started.defer(() => pool.destroy())
  const portal = { pool, url }
  const sites = await openEvening(portal, away)
  say(`${openCountersCount} counters work at ${url}; ${away.length} more hold booklets and slips`)
  await untilSo('everything works', slowestStatusSeconds, async () => {
    const states = await statesAt(statusUrl)
    return states.size > 0 && [...states.values()].every((state) => state === 'operational')
  })
  const eyes = await openEyes(url, statusUrl, pictures)
  started.defer(() => eyes.close())
  say(`look with your own eyes: ${statusUrl}/etat/ and ${url}/pilotage/`)

  const looks: EveningLook[] = []
  let killedAt = Date.now()
  const look = async (phase: string): Promise<void> => {
    const seen = await eyes.look(`${looks.length + 1}-${phase}`)
    looks.push({ phase, seconds: rounded((Date.now() - killedAt) / 1_000, 0), ...seen })
    say(`${phase}: /etat/ says «${seen.status}»; /pilotage/ says «${seen.operations}»`)
  }
  const evening = {
    statusSeconds: 0,
    backSeconds: 0,
    triedInVain: {} as Record<string, number>,
    notice: '',
    provisional: 0,
    slips: 0,
    backlogSeconds: 0,
    returned: { people: 0, signedIn: 0, toldToComeBack: {}, leftOut: {}, seconds: 0 } as Returned,
  }
  let sent: readonly Sent[] = []
  let slipIds: readonly string[] = []

  const result = await runDrill(
    'evening',
    world,
    options,
    async (stage) => {
      await wait(holdMilliseconds)
      killedAt = Date.now() + 1_000
      await look('calm')

      await stage.strike('the provider dies', async () => {
        await provider.end('SIGKILL')
        killedAt = Date.now()
      })
      const crowd = startEveningCrowd({ people: pharmacistsOfProvider(), signIn: atDoor(url) })
      await untilSo(
        'the door is down on /etat/',
        slowestStatusSeconds,
        async () => (await statesAt(statusUrl)).get('ecps') === 'major_outage',
      )
      evening.statusSeconds = rounded((Date.now() - killedAt) / 1_000, 1)
      await wait(holdMilliseconds)
      await look('door-down')

      const offlineSince = new Date()
      say(`${away.length} sites lose their network, and certify on their own`)
      await wait(2 * holdMilliseconds)
      const spent = await spendAlone(sites, certificatesEach, 20_000_000)
      // A third of them get a word out, and lose it again.
      await tellOfIt(portal, spent.slice(0, Math.floor(spent.length / 3)), offlineSince)
      evening.notice = await eyes.signNotice(new Date(Date.now() + 40 * hourMilliseconds), {
        fr: 'Les fiches papier et les certificats provisoires sont acceptés partout, au-delà de leur terme.',
        en: 'Slips and provisional certificates are accepted everywhere, past their time.',
      })
      say(`${evening.notice} is signed`)
      await wait(2 * holdMilliseconds)
      await look('sites-offline')

      evening.triedInVain = crowd.toldInVain()
      const backAt = Date.now()
      await provider.start()
      say('the provider is back, and everybody with it')
      await tellOfIt(portal, spent.slice(Math.floor(spent.length / 3)), offlineSince)
      crowd.comeAtOnce(returningCrowd)
      say(`${crowd.waiting} people are not signed in yet`)
      const returning = crowd.settled(backAt)
      const sending = sendAll(portal, spent, settleSecondsMax)
      await wait(holdMilliseconds / 3)
      await look('backlog')
      sent = await sending
      evening.backlogSeconds = rounded((Date.now() - backAt) / 1_000, 1)
      evening.returned = await returning
      say(
        `${evening.returned.signedIn} of them are, the last ${evening.returned.seconds} s after the provider`,
      )
      slipIds = spent.flatMap(({ slips }) => slips)
      evening.provisional = spent.reduce((sum, one) => sum + one.provisional.length, 0)
      evening.slips = slipIds.length
      await untilSo(
        'the door is back on /etat/',
        slowestStatusSeconds,
        async () => (await statesAt(statusUrl)).get('ecps') === 'operational',
      )
      evening.backSeconds = rounded((Date.now() - backAt) / 1_000, 1)
      await wait(holdMilliseconds)
      await look('after')
    },
    say,
  )
  const definitive = sent.flatMap((one) => one.definitive)
  const ofSlips = new Set(slipIds)
  const counted = await world.read((sql) =>
    countReconciledIn(
      sql,
      definitive.filter((id) => !ofSlips.has(id)),
    ),
  )
  const typed = definitive.filter((id) => ofSlips.has(id))
  const [stored] = await world.read(
    (sql) => sql<{ screenings: number; ids: number }[]>`
      select count(*)::int as screenings, count(distinct c.screening_id)::int as ids from certificate c
      where c.screening_id = any(string_to_array(${typed.join(',')}, ',')::uuid[])`,
  )
  const backlogFailures = countedBy(sent.flatMap((one) => one.failures))
  const notDefinitive = Object.values(backlogFailures).reduce((sum, count) => sum + count, 0)
  const leftOut = evening.returned.people - evening.returned.signedIn
  return {
    ...result,
    ...evening,
    violations: {
      ...result.violations,
      ...found({ LEFT_OUT: leftOut, NOT_DEFINITIVE: notDefinitive }),
    },
    lost: result.lost + counted.lost + typed.length - (stored?.ids ?? 0),
    duplicated:
      result.duplicated + counted.duplicated + (stored?.screenings ?? 0) - (stored?.ids ?? 0),
    counters: openCountersCount,
    offlineCounters: away.length,
    backlogFailures,
    looks,
  }
}
