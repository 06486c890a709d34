/** `sidep conformance`: what software of every vendor must do, tried against a vendor's adapter. */
import {
  type ConformancePortal,
  processAdapter,
  readVendorFile,
  realPortal,
  runConformance,
  sandboxPortal,
  type VendorAtPortal,
} from '@sidep/dev/conformance'
import { startSandbox } from '@sidep/dev/sandbox'
import { type Command, InvalidArgumentError } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'

interface ConformanceOptions {
  readonly url?: string
  readonly client: string
  readonly vendor?: string
  readonly case?: readonly string[]
  readonly json?: boolean
}

const webAddress = (text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('an address, such as http://127.0.0.1:8090')
}

export const define = (command: Command): void => {
  command
    .requiredOption('--client <file>', 'the adapter: a program, or a JSON file {"command": […]}')
    .option(
      '--url <url>',
      'of a sandbox, or, with --vendor, of a portal’s port for vendors (default: a sandbox of its own)',
      webAddress,
    )
    .option('--vendor <file>', 'what the software is let in with at a real portal, JSON')
    .option('--case <names...>', 'only these')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText(
      'after',
      '\nThe adapter’s protocol, the cases and the file of --vendor: docs/reference/conformance.md' +
        '\nExit codes: 0 every case is passed, 1 one is not, 69 nothing answers there, 64 wrong usage.',
    )
    .action(run)
}

/** Where the software is tried, and how that ends. */
interface Opened {
  readonly portal: ConformancePortal
  readonly close: () => Promise<void>
}

const now = (): number => Date.now()

const openSandbox = async (url: string | undefined): Promise<Opened> => {
  const own = url === undefined ? await startSandbox({ port: 0, now }) : null
  const close = async (): Promise<void> => own?.close()
  const address = url ?? own?.url ?? ''
  if (await fetch(new URL('/sandbox/identities', address)).then(isOk, () => false))
    return { portal: sandboxPortal(address), close }
  await close()
  const hint = address.startsWith('https:') ? '; a portal needs --vendor' : ''
  throw new CommandFailure(`no sandbox answers at ${address}${hint}`, exitCodes.unavailable)
}

const readVendor = async (file: string): Promise<VendorAtPortal> => {
  try {
    return await readVendorFile(file)
  } catch (error) {
    throw new CommandFailure(error instanceof Error ? error.message : String(error))
  }
}

const openReal = async (url: string | undefined, file: string): Promise<Opened> => {
  if (url === undefined) throw new CommandFailure('--vendor needs --url')
  const vendor = await readVendor(file)
  try {
    const portal = await realPortal({
      url,
      vendor,
      now,
      // Beside the report, which may be read by a program.
      asked: ({ userCode, address }) =>
        console.error(
          `A professional of ${vendor.site} lets the software work: ${userCode} at ${address}`,
        ),
    })
    return { portal, close: () => portal.close() }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`not let in at ${url}: ${why}`, exitCodes.unavailable)
  }
}

const run = async ({
  url,
  client,
  json,
  vendor,
  ...options
}: ConformanceOptions): Promise<void> => {
  const { portal, close } = await (vendor === undefined ? openSandbox(url) : openReal(url, vendor))
  try {
    const report = await runConformance({
      portal,
      start: processAdapter(client),
      now,
      ...(options.case === undefined ? {} : { only: options.case }),
      ...(json === true ? {} : { told: tell }),
    })
    const { passed, failed, notTried } = report
    if (json === true) process.stdout.write(`${JSON.stringify(report)}\n`)
    else
      console.log(
        `${passed} passed, ${failed} failed${notTried === 0 ? '' : `, ${notTried} not tried`}`,
      )
    process.exitCode = failed === 0 ? 0 : 1
  } finally {
    await close()
  }
}

const isOk = ({ ok }: Response): boolean => ok

const tell = (result: {
  readonly case: string
  readonly title: string
  readonly passed: boolean | null
  readonly why: string | null
}): void => {
  const mark = result.passed === null ? '–' : result.passed ? '✔' : '✖'
  console.log(`${mark} ${result.case.padEnd(16)} ${result.title}`)
  if (result.why !== null) console.log(`  ${''.padEnd(16)} ${result.why}`)
}
