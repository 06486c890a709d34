import { writeFile } from 'node:fs/promises'
import {
  drawChart,
  type PolicyName,
  policyNames,
  type SimulationResult,
  scenarioNamed,
  scenarioNames,
  simulate,
} from '@sidep/sim'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'
import { seedOf } from '../seed.ts'

interface SimulateOptions {
  readonly policy: PolicyName
  readonly seed: number
  readonly scale: number
  readonly json?: boolean
  readonly chart?: string
}

const scaleOf = (text: string): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0.001 && value <= 1) return value
  throw new InvalidArgumentError('a share of the nation, from 0.001 to 1')
}

export const define = (command: Command): void => {
  command
    .addArgument(new Argument('<scenario>', 'what happens').choices(scenarioNames))
    .addOption(
      new Option('--policy <name>', 'the house as it was, or as it is')
        .choices(policyNames)
        .default('sidep'),
    )
    .option('--seed <n>', 'the same seed gives the same result, to the byte', seedOf, 1)
    .option('--scale <share>', 'simulate a part of the nation only', scaleOf, 1)
    .option('--json', 'print one JSON object and nothing else')
    .option('--chart <file>', 'write an SVG of the hours under both policies (takes twice as long)')
    .action(run)
}

const run = async (name: string, options: SimulateOptions): Promise<void> => {
  const scenario = scenarioNamed(name)
  if (scenario === null) throw new CommandFailure(`no scenario ${name}`)
  const { seed, scale } = options
  const resultUnder = (policy: PolicyName): SimulationResult =>
    simulate({ scenario, policy, seed, scale })
  const result = resultUnder(options.policy)
  if (options.chart !== undefined) {
    const both = policyNames.map((policy) =>
      policy === options.policy ? result : resultUnder(policy),
    )
    await write(options.chart, drawChart(scenario.title, both))
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`)
  else print(result)
}

const write = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`${file} cannot be written: ${reason}`, exitCodes.cannotCreate)
  }
}

const print = ({ hours, ...figures }: SimulationResult): void => {
  for (const [name, value] of Object.entries(figures)) {
    console.log(`${name.padEnd(26)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  }
  console.log('\nhour   people waiting   without signature   backlog')
  for (const { at, waitingMax, withoutSignature, backlog } of hours) {
    const columns = [waitingMax, withoutSignature, backlog].map((value) =>
      String(value).padStart(16),
    )
    console.log(`${at.slice(8, 10)} ${at.slice(11, 16)}${columns.join('')}`)
  }
}
