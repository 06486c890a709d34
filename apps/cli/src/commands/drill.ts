import {
  type DrillResult,
  drillClock,
  drillDiskFull,
  drillEvening,
  drillFailover,
  drillFaults,
  drillFeeds,
  drillKill,
  drillPartition,
  drillRestore,
  drillRotateKeys,
  drillUpgrade,
} from '@sidep/bench/drill'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { CommandFailure } from '../failure.ts'
import { runSidep } from '../run-sidep.ts'
import { seedOf } from '../seed.ts'

interface DrillCommandOptions {
  readonly seed?: number
  readonly rounds?: number
  readonly rate?: number
  readonly pictures?: string
  readonly only?: string
  readonly with?: 'sidep' | 'pgbackrest'
  readonly json?: boolean
}

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('a whole number, 1 or more')
}

type Say = (line: string) => void

interface Chosen {
  readonly seed: number
  readonly rounds: number | undefined
  readonly perSecond: number | undefined
  readonly pictures: string | null
  readonly only: string | null
  readonly tool: 'sidep' | 'pgbackrest'
}

const drills = {
  kill: ({ seed, rounds = 3, perSecond = 60 }: Chosen, say: Say) =>
    drillKill({ seed, rounds, perSecond }, say),
  failover: ({ seed, rounds = 1, perSecond = 40 }: Chosen, say: Say) =>
    drillFailover({ seed, rounds, perSecond }, say),
  partition: ({ seed, rounds = 1, perSecond = 40 }: Chosen, say: Say) =>
    drillPartition({ seed, rounds, perSecond }, say),
  'disk-full': ({ seed, rounds = 2, perSecond = 40 }: Chosen, say: Say) =>
    drillDiskFull({ seed, rounds, perSecond }, say),
  clock: ({ seed, rounds = 1, perSecond = 40 }: Chosen, say: Say) =>
    drillClock({ seed, rounds, perSecond }, say),
  upgrade: ({ seed, rounds = 1, perSecond = 500 }: Chosen, say: Say) =>
    drillUpgrade({ seed, rounds, perSecond }, say),
  evening: ({ seed, perSecond = 10, pictures }: Chosen, say: Say) =>
    drillEvening({ seed, perSecond, pictures }, say),
  feeds: ({ seed, perSecond = 12 }: Chosen, say: Say) => drillFeeds({ seed, perSecond }, say),
  restore: ({ seed, rounds = 1, perSecond = 8, tool }: Chosen, say: Say) =>
    drillRestore({ seed, rounds, perSecond, tool }, say, runSidep),
  'rotate-keys': ({ seed, rounds = 1, perSecond = 40 }: Chosen, say: Say) =>
    drillRotateKeys({ seed, rounds, perSecond }, say, runSidep),
  faults: ({ seed, rounds = 20, perSecond = 40, only }: Chosen, say: Say) =>
    drillFaults({ seed, rounds, perSecond, only }, say),
} as const satisfies Record<string, (chosen: Chosen, say: Say) => Promise<DrillResult>>

type DrillName = keyof typeof drills

const isDrill = (name: string): name is DrillName => name in drills

const explanation = `
kill      Every process in turn (portals, provider, watcher, laboratories' way in, database), kill -9, in --rounds rounds.
failover  Three hosts (network namespaces; root, and Debian's patroni, etcd, HAProxy and PostgreSQL 15): the leader's database
          is killed, its host dies, its host is cut off, it hands over; each --rounds times.
partition The same hosts: cut from each other both ways and one way, portals from the database too; each --rounds times.
disk-full The file system under the database fills up, stays full for six seconds, and has room again.
clock     One of two portals has a clock ten minutes off, before and behind (Debian's libfaketime and HAProxy).
upgrade   Two portals behind HAProxy become the next version, which brings a migration, and this one again.
evening   The evening of 13 August 2021 in minutes: the provider dies, sites lose their network and go on with booklets and
          slips, a notice is signed, everything comes back at once; what /etat/ and /pilotage/ say meanwhile (Chromium).
feeds     Receivers of all feeds are down for a minute, wrong in every way, and hold batches of portals that are killed; then each has
          everything once, and the open series is what is counted in the screenings.
restore   Two portals are backed up under load, killed, and restored to a second drawn from the seed, --rounds times; counters
          send again by their own outboxes what was acknowledged since. --with pgbackrest: on Debian's PostgreSQL, set up, backed
          up and restored as the guide of one machine has it (root).
rotate-keys  Every kind of key is rotated at three portals, while verifiers judge every certificate that is issued.
faults    The same hosts: --rounds faults drawn from all, deaths, partitions, processes that stand still.

Counters enter, set results and put right all the while. In the end everything is judged: lost (acknowledged, and missing),
duplicated (there twice), and violations of every other kind. Exit 0: nothing is; 1: something is.

Example: npx sidep drill kill --seed 7 --json
What each shows, and what it last found: docs/operating/drills.md`

export const define = (command: Command): void => {
  command
    .addArgument(new Argument('<drill>', 'what to exercise').choices(Object.keys(drills)))
    .option('--seed <n>', 'replays a run; drawn when absent', seedOf)
    .option('--rounds <n>', 'how often', wholeNumber)
    .option('--rate <n>', 'acts of counters begun a second', wholeNumber)
    .option('--only <words>', 'faults: those alone whose name contains the words')
    .addOption(
      new Option('--with <tool>', 'restore: what backs up and restores (sidep)').choices([
        ...['sidep', 'pgbackrest'],
      ]),
    )
    .option('--pictures <folder>', 'evening: keep pictures of the two pages there')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', explanation)
    .action(drill)
}

/** As `verify` refuses. */
const notClean = 1

const drill = async (name: string, options: DrillCommandOptions): Promise<void> => {
  if (!isDrill(name)) throw new InvalidArgumentError(`no drill ${name}`)
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const chosen = {
    seed,
    rounds: options.rounds,
    perSecond: options.rate,
    pictures: options.pictures ?? null,
    only: options.only ?? null,
    tool: options.with ?? 'sidep',
  }
  const say: Say = options.json === true ? () => {} : (line) => console.error(line)
  const result = await drills[name](chosen, say)
  if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`)
  else
    for (const [key, value] of Object.entries(result))
      console.log(`${key.padEnd(22)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  const wrong = Object.entries(result.violations)
  if (wrong.length > 0)
    throw new CommandFailure(
      `not clean: ${wrong.map(([code, count]) => `${count} ${code}`).join(', ')} (seed ${seed})`,
      notClean,
    )
}
