/** `sidep conformance`: what software of every vendor must do, tried against a vendor's adapter. */
import { processAdapter, runConformance } from '@sidep/dev/conformance'
import { startSandbox } from '@sidep/dev/sandbox'
import { type Command, InvalidArgumentError } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'

interface ConformanceOptions {
  readonly url?: string
  readonly client: string
  readonly case?: readonly string[]
  readonly json?: boolean
}

const webAddress = (text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('the address of a sandbox, such as http://127.0.0.1:8090')
}

export const define = (command: Command): void => {
  command
    .requiredOption('--client <file>', 'the adapter: a program, or a JSON file {"command": […]}')
    .option('--url <url>', 'of a sandbox that runs (default: one of its own)', webAddress)
    .option('--case <names...>', 'only these')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText(
      'after',
      '\nThe adapter’s protocol and the cases: docs/reference/conformance.md' +
        '\nExit codes: 0 every case is passed, 1 one is not, 69 no sandbox answers, 64 wrong usage.',
    )
    .action(run)
}

const run = async ({ url, client, json, ...options }: ConformanceOptions): Promise<void> => {
  const now = (): number => Date.now()
  const own = url === undefined ? await startSandbox({ port: 0, now }) : null
  const address = url ?? own?.url ?? ''
  try {
    if (!(await fetch(new URL('/sandbox/identities', address)).then(isOk, () => false)))
      throw new CommandFailure(`no sandbox answers at ${address}`, exitCodes.unavailable)
    const report = await runConformance({
      url: address,
      start: processAdapter(client),
      now,
      ...(options.case === undefined ? {} : { only: options.case }),
      ...(json === true ? {} : { told: tell }),
    })
    if (json === true) process.stdout.write(`${JSON.stringify(report)}\n`)
    else console.log(`${report.passed} passed, ${report.failed} failed`)
    process.exitCode = report.failed === 0 ? 0 : 1
  } finally {
    await own?.close()
  }
}

const isOk = ({ ok }: Response): boolean => ok

const tell = (result: {
  readonly case: string
  readonly title: string
  readonly passed: boolean
  readonly why: string | null
}): void => {
  console.log(`${result.passed ? '✔' : '✖'} ${result.case.padEnd(16)} ${result.title}`)
  if (result.why !== null) console.log(`  ${''.padEnd(16)} ${result.why}`)
}
