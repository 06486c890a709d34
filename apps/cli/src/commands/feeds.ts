import {
  type FeedName,
  type FeedView,
  feedNames,
  type ItemFeed,
  itemFeeds,
  pauseFeed,
  readFeeds,
  replayFeed,
  resumeFeed,
} from '@sidep/server/feeds/index.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import type { Sql } from '@sidep/server/platform/context.ts'
import { type Command, Option } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { instantOf, nameOf, wordsOf } from '../operator-words.ts'

interface FeedsOptions {
  readonly pause?: FeedName
  readonly resume?: FeedName
  readonly replay?: ItemFeed
  readonly since?: Date
  readonly reason?: string
  readonly by?: string
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .addOption(
      new Option('--pause <feed>', 'tell it nothing until it is resumed').choices(feedNames),
    )
    .addOption(
      new Option(
        '--resume <feed>',
        'go on with a paused feed, and try again what was given up',
      ).choices(feedNames),
    )
    .addOption(
      new Option(
        '--replay <feed>',
        'tell again what was told since --since: its receiver knows it by the ids',
      ).choices(itemFeeds),
    )
    .option('--since <instant>', 'with --replay: of acts from then on', instantOf)
    .option('--by <name>', 'who decides it: it stands in the audit chain', nameOf)
    .option('--reason <words>', 'why, for the audit chain', wordsOf)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Without an act it shows how each feed stands: what waits, for how long the oldest has been due, dead letters. The database is
that of DATABASE_URL, or the embedded one in DATA_DIR, with its server running or not.

Examples:
  npx sidep feeds
  npx sidep feeds --pause surveillance --by c.martin --reason 'their move to another hall'
  npx sidep feeds --replay tracing --since 2021-08-13T15:30:00+02:00 --by c.martin --reason 'they lost a disk'`,
    )
    .action(feeds)
}

const act = async (database: Sql, options: FeedsOptions): Promise<string | null> => {
  const { pause, resume, replay, since, by, reason } = options
  const acts = [pause, resume, replay].filter((name) => name !== undefined)
  if (acts.length === 0) return null
  if (acts.length > 1) throw new CommandFailure('one of --pause, --resume and --replay at a time')
  if (by === undefined || reason === undefined) {
    throw new CommandFailure('an act on a feed needs --by and --reason')
  }
  const order = { by, reason, at: systemClock.now() }
  if (pause !== undefined) {
    await pauseFeed(database, { ...order, name: pause })
    return `${pause} is paused`
  }
  if (resume !== undefined) {
    const revived = await resumeFeed(database, { ...order, name: resume })
    return `${resume} goes on; ${revived} that were given up are tried again`
  }
  if (replay === undefined || since === undefined)
    throw new CommandFailure('--replay needs --since')
  const again = await replayFeed(database, { ...order, name: replay }, since)
  return `${again} of ${replay} are told again`
}

const describe = (view: FeedView): string => {
  const { name, paused, waiting, lagSeconds, deadLetters, deadCodes } = view
  return [
    name.padEnd(13),
    `${waiting} waiting`.padStart(16),
    (lagSeconds === 0 ? 'nothing overdue' : `overdue for ${lagSeconds} s`).padStart(22),
    `${deadLetters} dead letters`.padStart(20),
    deadCodes.length === 0 ? '' : ` (${deadCodes.join(', ')})`,
    view.lastFailure === null ? '' : `  last failure ${view.failedAt} ${view.lastFailure}`,
    paused === null ? '' : `  PAUSED by ${paused.by}: ${paused.reason}`,
  ].join('')
}

const feeds = (options: FeedsOptions): Promise<void> =>
  withDatabaseBesides(readConfiguration(), async ({ pools }) => {
    const done = await act(pools.worker, options)
    const views = await readFeeds(pools.worker, systemClock.now())
    if (options.json === true) {
      console.log(JSON.stringify({ ...(done === null ? {} : { done }), feeds: views }))
      return
    }
    if (done !== null) console.log(done)
    for (const view of views) console.log(describe(view))
  })
