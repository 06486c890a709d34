/**
 * The watcher: probes that act as users, incidents, the status page, and those on duty. A process of its own, which needs the
 * portal for nothing but what it looks at.
 *
 * Invariants
 * - What it says is in its log before anybody is told or the page says it; a log that takes nothing (a full disk) keeps nobody from
 *   being told.
 * - Probes begin at their time, however long the ones before them take; what they find counts in the order of their beginning.
 * - It dies of nothing that it looks at.
 */
import { join } from 'node:path'
import { type WatchedComponent, watchedComponents } from '@sidep/contracts'
import { dayIn, minuteMilliseconds } from '@sidep/time'
import { type Clock, monotonicMilliseconds, type RandomBytes } from '../platform/clock.ts'
import { openOperatorPort } from '../platform/operator-port.ts'
import { startTracing } from '../platform/tracing/tracing.ts'
import { openAnchor } from './held-anchor.ts'
import { type Board, failingParts, openIncidents } from './incidents/board.ts'
import { type DutyRules, dueNow } from './incidents/duty.ts'
import type { WatchEvent } from './incidents/events.ts'
import { type Finding, makeIncidentMachine } from './incidents/machine.ts'
import { incidentRules } from './incidents/rules.ts'
import { keepCarried, readNotices } from './notices.ts'
import type { Messengers } from './notify/messengers.ts'
import { reportDraft } from './notify/report.ts'
import { makeTeller } from './notify/teller.ts'
import { makeProbes, type Probe } from './probes/probes.ts'
import { sayRunning } from './running.ts'
import type { SignalSource } from './signals/signal-source.ts'
import { type StatusFiles, statusFiles, writeStatus } from './status/status-files.ts'
import { startStatusServer } from './status/status-server.ts'
import { statusView, statusZone } from './status/status-view.ts'
import { openWatchStore, writeWhole } from './store.ts'
import type { WatchConfiguration } from './watch-configuration.ts'
import { makeWatchMetrics } from './watch-metrics.ts'

export interface WatcherDependencies {
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly messengers: Messengers
  /** Told, in words, what the person at the terminal may want to know. */
  readonly say: (line: string) => void
  /** Where the page is written besides the watcher's own folder; null: nowhere. */
  readonly publish: string | null
  /** What users met; null: it is not known. */
  readonly signals?: SignalSource | null
  /** Tests look at something else. */
  readonly probes?: readonly Probe[]
}

export interface Watcher {
  readonly url: string
  readonly port: number
  /** Where the operator reads its figures, without a slash at the end; null where that port was taken. */
  readonly operatorUrl: string | null
  board(): Board
  close(): Promise<void>
}

/** While something fails it is looked at sooner again. */
const failingMilliseconds = 2_500
const tickMilliseconds = 1_000
const stallTickMilliseconds = 250
const firstPageMilliseconds = 10_000

/** Milliseconds that this process stood still at most, of late. */
const startStallWatch = () => {
  let last = monotonicMilliseconds()
  let stalls: { readonly at: number; readonly milliseconds: number }[] = []
  const timer = setInterval(() => {
    const now = monotonicMilliseconds()
    const milliseconds = now - last - stallTickMilliseconds
    last = now
    if (milliseconds > stallTickMilliseconds)
      stalls = [...stalls.slice(-50), { at: now, milliseconds }]
  }, stallTickMilliseconds)
  timer.unref()
  return {
    latelyMilliseconds: () => {
      const now = monotonicMilliseconds()
      stalls = stalls.filter(({ at }) => now - at < 10_000)
      return Math.max(now - last, ...stalls.map(({ milliseconds }) => milliseconds))
    },
    stop: () => clearInterval(timer),
  }
}

const nameOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

/** Since when users do not get their entries in, by what they met: counters that are silent since then are still looked for. */
const entryFailsSince = (board: Board): Date | null => {
  const parts = openIncidents(board).flatMap(failingParts)
  const part = parts.find(({ component, rule }) => component === 'entry' && rule === 'users')
  return part === undefined ? null : new Date(part.since)
}

const dutyRulesOf = ({ escalateMilliseconds }: WatchConfiguration): DutyRules => ({
  gatherMilliseconds: 3_000,
  escalateMilliseconds,
  staleMilliseconds: 60 * minuteMilliseconds,
})

export const startWatcher = async (
  configuration: WatchConfiguration,
  {
    clock,
    randomBytes,
    messengers,
    say,
    publish,
    signals = null,
    probes: given,
  }: WatcherDependencies,
): Promise<Watcher> => {
  const { folder, origins, help } = configuration
  const store = await openWatchStore(folder, clock.now())
  const machine = makeIncidentMachine({
    rules: incidentRules,
    board: store.board,
    kept: store.kept,
  })
  const stalls = startStallWatch()
  const anchors = await openAnchor(folder, configuration.anchor)
  const ending = new AbortController()
  const probes =
    given ??
    makeProbes({
      configuration,
      clock,
      randomBytes,
      stalledMilliseconds: stalls.latelyMilliseconds,
      anchor: anchors.get(),
      onAnchor: anchors.set,
      onNotices: (notices) => {
        // Whoever was turned away with a slip looks for it now.
        keepCarried(folder, notices)
          .catch((error: unknown) => say(`notices are not kept: ${nameOf(error)}`))
          .then(writePage)
      },
      stopping: ending.signal,
    })
  const watched = new Set(probes.map(({ component }) => component))
  const components = watchedComponents.filter((component) => watched.has(component))
  const dutyRules = dutyRulesOf(configuration)
  const figures = makeWatchMetrics({
    clock,
    components,
    board: () => machine.board(),
    untold: () => dueNow(machine.board(), configuration.recipients, dutyRules, clock.now()).length,
  })
  const pageAddress = configuration.publicUrl ?? `${origins.home}/etat/`
  const seen = new Map<WatchedComponent, Date>()
  const statusFolder = join(folder, 'etat')
  let written: StatusFiles | null = null
  let stopped = false
  let watchedMinutes = 0
  let lastMinute = Math.floor(clock.now().getTime() / minuteMilliseconds)

  const log = async (events: readonly WatchEvent[]): Promise<void> => {
    try {
      await store.append(events)
    } catch (error) {
      say(`the watcher's log takes nothing: ${nameOf(error)}`)
    }
  }

  const teller = makeTeller({
    recipients: configuration.recipients,
    rules: dutyRules,
    clock,
    send: messengers.send,
    page: pageAddress,
    record: async (event) => {
      figures.told(event.outcome)
      machine.record(event)
      await log([event])
    },
  })

  let writing: Promise<void> = Promise.resolve()
  const writePage = (): Promise<void> => {
    writing = writing.then(async () => {
      try {
        const notices = await readNotices(folder, anchors.get())
        const view = statusView(machine.board(), components, seen, notices, clock.now())
        const files = statusFiles(view, { home: origins.home, help })
        const before = written
        // Whoever asks the watcher itself needs no disk.
        written = files
        await writeStatus(statusFolder, files, before)
        figures.pageWritten()
        if (publish !== null) await writeStatus(publish, files, before)
      } catch (error) {
        say(`the status page is not written: ${nameOf(error)}`)
      }
    })
    return writing
  }

  const reportOf = async (id: string): Promise<void> => {
    const incident = machine.board().incidents.find((one) => one.id === id)
    if (incident === undefined) return
    const path = join(folder, 'reports', `${id.replace('/', '-')}.md`)
    await writeWhole(path, reportDraft(incident)).catch((error: unknown) =>
      say(`the report of ${id} is not written: ${nameOf(error)}`),
    )
  }

  /** What happened is logged, shown and told, in this order. */
  const happened = async (events: readonly WatchEvent[]): Promise<void> => {
    if (events.length === 0) return
    await log(events)
    for (const event of events) {
      say(`${event.at} ${event.type}${'component' in event ? ` ${event.component}` : ''}`)
      if (event.type === 'closed') await reportOf(event.incident)
    }
    await writePage()
    teller.tell(machine.board())
  }

  const heard = (begunAt: Date, finding: Finding): Promise<void> => {
    if (finding.state !== 'unknown') seen.set(finding.component, clock.now())
    return happened(machine.round(begunAt, [finding], clock.now()))
  }

  const timers = new Set<NodeJS.Timeout>()
  const later = (milliseconds: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!stopped) work()
    }, milliseconds)
    timers.add(timer)
  }

  const underWay = new Set<Promise<void>>()
  const run = (probe: Probe): void => {
    let isFailing = false
    let turn: Promise<void> = Promise.resolve()
    const begin = (): void => {
      const begunAt = clock.now()
      const from = monotonicMilliseconds()
      const looking = probe.look().then((finding) => {
        figures.looked(finding, (monotonicMilliseconds() - from) / 1_000)
        return finding
      })
      turn = turn.then(async () => {
        const finding = await looking
        isFailing = finding.state === 'fails'
        if (!stopped) await heard(begunAt, finding)
      })
      const done = turn.finally(() => underWay.delete(done))
      underWay.add(done)
      const pace = configuration.intervalMilliseconds
      later(isFailing ? Math.min(failingMilliseconds, pace) : pace, begin)
    }
    begin()
  }

  const everyMinute = async (): Promise<void> => {
    watchedMinutes += 1
    if (watchedMinutes >= 60) await sayWatched()
    await store
      .keep(machine.kept())
      .catch((error: unknown) => say(`what was counted is not kept: ${nameOf(error)}`))
    const met = (await signals?.read(clock.now(), entryFailsSince(machine.board()))) ?? null
    if (met !== null) await happened(machine.look(clock.now(), met.lately, met.minutes))
    await writePage()
  }

  const sayWatched = async (): Promise<void> => {
    if (watchedMinutes === 0) return
    const now = clock.now()
    const event: WatchEvent = {
      type: 'watched',
      at: now.toISOString(),
      day: dayIn(now, statusZone),
      minutes: watchedMinutes,
    }
    watchedMinutes = 0
    machine.record(event)
    await log([event])
  }

  const takeOrders = (): Promise<void> =>
    store
      .takeOrders(async (orders) => {
        await happened(orders.flatMap((order) => machine.ordered(order)))
      })
      .catch((error: unknown) => say(`orders are not read: ${nameOf(error)}`))

  let ticking: Promise<void> = Promise.resolve()
  const tick = (): void => {
    ticking = (async () => {
      await takeOrders()
      teller.tell(machine.board())
      const minute = Math.floor(clock.now().getTime() / minuteMilliseconds)
      if (minute !== lastMinute) {
        lastMinute = minute
        await everyMinute()
      }
    })().finally(() => later(tickMilliseconds, tick))
  }

  const name = Buffer.from(randomBytes(12)).toString('base64url')
  await using opened = new AsyncDisposableStack()
  opened.defer(() => store.close())
  opened.defer(() => stalls.stop())
  const endTracing = await startTracing(configuration.tracing, 'watch', figures.metrics)
  opened.defer(endTracing)
  // Without its figures it watches all the same: whoever reads them notices.
  const operator = await openOperatorPort(configuration.operator, {
    metrics: () => figures.metrics.render(),
  }).catch((error: unknown) => {
    say(`nobody reads figures: ${nameOf(error)}`)
    return null
  })
  opened.defer(() => operator?.close())
  const server = await startStatusServer({ ...configuration, name }, () => written)
  const ports = opened.move()
  const gone = await sayRunning(folder, { processId: process.pid, url: server.url, name })
  for (const probe of probes) run(probe)
  // By then each has been looked at once, or has given up.
  later(firstPageMilliseconds, () => void writePage())
  tick()

  return {
    url: server.url,
    port: server.port,
    operatorUrl: operator?.url ?? null,
    board: () => machine.board(),
    close: async () => {
      stopped = true
      ending.abort()
      for (const timer of timers) clearTimeout(timer)
      await Promise.allSettled([...underWay, ticking])
      await teller.settle()
      await sayWatched()
      await writing
      await gone()
      await server.close()
      messengers.close()
      await signals?.close()
      await ports.disposeAsync()
    },
  }
}
