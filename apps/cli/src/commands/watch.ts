import { resolve } from 'node:path'
import { type WatchedComponent, watchedComponents } from '@sidep/contracts'
import {
  leaveOrder,
  maintenanceMillisecondsMax,
  makeMessengers,
  noticeFile,
  openSignalSource,
  parseWatchConfiguration,
  runningWatcher,
  startWatcher,
  systemClock,
  systemRandomBytes,
  type WatchConfiguration,
  writeWhole,
} from '@sidep/server/operations/index.ts'
import { describeFaults } from '@sidep/server/platform/configuration.ts'
import { startFailure } from '@sidep/server/platform/start-failure.ts'
import type { Command } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'
import { parseInstantLeniently } from '../instant.ts'
import { aborted, listenForStop } from '../stop-signal.ts'

interface WatchOptions {
  readonly publish?: string
  readonly take?: string
  readonly note?: string
  readonly plan?: string
  readonly unplan?: string
  readonly notice?: string
  readonly components?: string
  readonly from?: string
  readonly until?: string
  readonly by?: string
  readonly fr?: string
  readonly en?: string
}

export const define = (command: Command): void => {
  command
    .option('--publish <folder>', 'write the status page there too: for another host, or a CDN')
    .option('--take <incident>', 'say that somebody is on it, with --by')
    .option('--note <incident>', 'add to what the page says of it, with --by, --fr and --en')
    .option(
      '--plan <name>',
      'say beforehand that --components are under maintenance, with --from, --until, --fr and --en',
    )
    .option('--unplan <name>', 'take such a plan back')
    .option('--notice <text>', 'show a tolerance notice (sidep notice --sign) on the page')
    .option('--components <names>', `of ${watchedComponents.join(', ')}; with commas`)
    .option('--from <instant>', 'such as 2026-12-02T02:00:00+01:00')
    .option('--until <instant>', 'likewise')
    .option('--by <name>', 'who says it')
    .option('--fr <text>', 'as the page says it in French')
    .option('--en <text>', 'the same in English')
    .addHelpText(
      'after',
      `
Without --take, --note, --plan, --unplan or --notice it watches until it is stopped; with one of them it tells that to the
watcher of the same folder, which hears it within seconds. Settings (WATCH_…): docs/operating/watching.md`,
    )
    .action(watch)
}

const readConfiguration = (): WatchConfiguration => {
  const parsed = parseWatchConfiguration(process.env, process.cwd())
  if (!parsed.ok) throw new CommandFailure(describeFaults(parsed.faults), exitCodes.configuration)
  return parsed.value
}

const watch = async (options: WatchOptions): Promise<void> => {
  const configuration = readConfiguration()
  if (isOrder(options)) return order(configuration, options)
  const other = await runningWatcher(configuration.folder)
  if (other !== null)
    throw new CommandFailure(
      `a watcher runs on ${configuration.folder} already (process ${other.processId}, ${other.url}/)`,
      exitCodes.unavailable,
    )
  const stopping = listenForStop()
  const watcher = await startWatcher(configuration, {
    clock: systemClock,
    randomBytes: systemRandomBytes,
    messengers: makeMessengers(configuration),
    signals: openSignalSource(configuration),
    say: (line) => console.log(line),
    publish: options.publish === undefined ? null : resolve(options.publish),
  }).catch((error: unknown) => {
    const sentence = startFailure(error)
    if (sentence === null) throw error
    throw new CommandFailure(`the watcher does not start: ${sentence}`, exitCodes.configuration)
  })
  console.log(`sidep watches ${configuration.origins.home}; the status page is on ${watcher.url}/`)
  if (watcher.operatorUrl !== null) console.log(`its figures are on ${watcher.operatorUrl}/metrics`)
  await aborted(stopping)
  await watcher.close()
}

const isOrder = ({ take, note, plan, unplan, notice }: WatchOptions): boolean =>
  [take, note, plan, unplan, notice].some((one) => one !== undefined)

const needed = (text: string | undefined, option: string): string => {
  if (text !== undefined && text.trim() !== '') return text.trim()
  throw new CommandFailure(`missing: ${option}`)
}

const incidentIn = (text: string): string => {
  if (/^\d{4}-\d{2}-\d{2}\/\d{1,4}$/.test(text)) return text
  throw new CommandFailure(`${text} is no incident: such as 2026-11-30/1`)
}

const instantIn = (text: string | undefined, option: string): string => {
  const instant = parseInstantLeniently(needed(text, option))
  if (instant === null) throw new CommandFailure(`${option}: an instant with its offset`)
  return instant.toISOString()
}

const componentsIn = (text: string | undefined): WatchedComponent[] =>
  needed(text, '--components')
    .split(',')
    .map((name) => {
      const known = watchedComponents.find((one) => one === name.trim())
      if (known === undefined)
        throw new CommandFailure(`--components: of ${watchedComponents.join(', ')}`)
      return known
    })

const order = async ({ folder }: WatchConfiguration, options: WatchOptions): Promise<void> => {
  const now = systemClock.now()
  const at = now.toISOString()
  const leave = (event: Parameters<typeof leaveOrder>[2]): Promise<void> =>
    leaveOrder(folder, `${now.getTime()}-${process.pid}`, event)
  const { take, note, plan, unplan, notice, by, fr, en } = options
  if (notice !== undefined) {
    await writeWhole(noticeFile(folder, `${now.getTime()}`), `${notice.trim()}\n`)
  } else if (take !== undefined) {
    await leave({ type: 'taken', at, incident: incidentIn(take), by: needed(by, '--by') })
  } else if (note !== undefined) {
    const incident = incidentIn(note)
    const texts = { fr: needed(fr, '--fr'), en: needed(en, '--en') }
    await leave({ type: 'noted', at, incident, by: needed(by, '--by'), ...texts })
  } else if (unplan !== undefined) {
    await leave({ type: 'unplanned', at, plan: unplan })
  } else {
    const from = instantIn(options.from, '--from')
    const until = instantIn(options.until, '--until')
    const length = Date.parse(until) - Date.parse(from)
    if (length <= 0 || length > maintenanceMillisecondsMax)
      throw new CommandFailure('--until: after --from, and at most a day later')
    const name = needed(plan, '--plan')
    if (!/^[a-z0-9-]{1,40}$/.test(name))
      throw new CommandFailure('--plan: a name of small letters, digits and hyphens')
    await leave({
      type: 'planned',
      at,
      plan: name,
      components: componentsIn(options.components),
      from,
      until,
      fr: needed(fr, '--fr'),
      en: needed(en, '--en'),
    })
  }
  console.log('told to the watcher of this folder')
}
