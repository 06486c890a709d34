import { type DrillResult, drillKill } from '@sidep/bench/drill'
import { Argument, type Command, InvalidArgumentError } from 'commander'
import { CommandFailure } from '../failure.ts'
import { seedOf } from '../seed.ts'

interface DrillCommandOptions {
  readonly seed?: number
  readonly rounds?: number
  readonly rate?: number
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
}

const drills = {
  kill: ({ seed, rounds = 3, perSecond = 60 }: Chosen, say: Say) =>
    drillKill({ seed, rounds, perSecond }, say),
} as const satisfies Record<string, (chosen: Chosen, say: Say) => Promise<DrillResult>>

type DrillName = keyof typeof drills

const isDrill = (name: string): name is DrillName => name in drills

const explanation = `
kill      Every process in turn (portals, provider, watcher, laboratories' way in, database), kill -9, in --rounds rounds.

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
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', explanation)
    .action(drill)
}

/** As `verify` refuses. */
const notClean = 1

const drill = async (name: string, options: DrillCommandOptions): Promise<void> => {
  if (!isDrill(name)) throw new InvalidArgumentError(`no drill ${name}`)
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const chosen = { seed, rounds: options.rounds, perSecond: options.rate }
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
