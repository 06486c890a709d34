import { recordRestoration } from '@sidep/server/audit/restorations.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { CannotStart } from '@sidep/server/platform/start-failure.ts'
import type { Command } from 'commander'
import { type Restored, restorePortal } from '../backup/restore-portal.ts'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure, exitCodes } from '../failure.ts'
import { parseInstantLeniently } from '../instant.ts'

interface RestoreOptions {
  readonly from?: string
  readonly to: string
  readonly done?: boolean
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option('--from <folder>', 'folder of the backups that sidep backup made')
    .requiredOption('--to <instant>', 'the second to go back to, such as 2021-08-13T15:29:59+02:00')
    .option(
      '--done',
      'a PostgreSQL of your own was restored by its own tools: writes it down, so that counters are told',
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
For the embedded database, with the portal stopped. The database in place is moved aside once the restored one is whole, its
audit chains are as they were written, and what was erased since is erased again; until then nothing is changed.
What was acknowledged after that second is listed in a file of the data folder, act by act: counters are told and send their
screenings again by themselves, and its sign-outs, suspensions and revocations done again.
KEYS_DIR, the key-encryption key and KEY_EPOCHS_FILE must be there: they are in no backup. docs/operating/backup.md says more.`,
    )
    .action(restore)
}

const describe = ({ to, base, lost, lostFile, removed, audit, before }: Restored): string => {
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ') || 'nothing'
  return [
    `restored to ${to}, from the backup of ${base}`,
    `${audit.chains} audit chains, ${audit.rows} rows, as written`,
    `erased again: ${listed(removed)}`,
    `acknowledged since and not in it: ${listed(lost)} (${lostFile})`,
    ...(before === null
      ? []
      : [`the database of before is in ${before}: remove it when it is of no more use`]),
    'start the portal, then make a backup at once: sidep backup',
  ].join('\n')
}

/** The portal is told what its database cannot know: that it is one of before. */
const writeDown = (to: Date): Promise<void> => {
  const configuration = readConfiguration()
  if (configuration.databaseUrl === null)
    throw new CommandFailure('--done is for a PostgreSQL of your own (DATABASE_URL)')
  return withDatabaseBesides(configuration, async ({ pools }) => {
    await recordRestoration(pools.worker, { to, at: systemClock.now() })
  })
}

const restore = async ({ from, to, done, json }: RestoreOptions): Promise<void> => {
  const instant = parseInstantLeniently(to)
  if (instant === null) throw new CommandFailure(`not an instant: ${to}`)
  if (instant > systemClock.now()) throw new CommandFailure(`${to} is not yet`)
  if ((from === undefined) === (done !== true))
    throw new CommandFailure('one of --from FOLDER and --done')
  if (from === undefined) {
    await writeDown(instant)
    const written = { to: instant.toISOString(), told: true }
    console.log(json === true ? JSON.stringify(written) : `written down: set back to ${written.to}`)
    return
  }
  const say = (line: string): void => console.error(line)
  try {
    const restored = await restorePortal(readConfiguration(), { from, to: instant, say })
    console.log(json === true ? JSON.stringify(restored) : describe(restored))
  } catch (error) {
    if (error instanceof CannotStart) throw new CommandFailure(error.message, exitCodes.unavailable)
    throw error
  }
}
