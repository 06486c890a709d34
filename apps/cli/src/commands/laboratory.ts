/** `sidep laboratory`: the ways in of laboratories and of vendors' software, a process of its own beside the portal's. */
import { describeFaults, parseConfiguration, startFailure, startLaboratory } from '@sidep/server'
import type { Command } from 'commander'
import { exitCodes } from '../failure.ts'
import { aborted, listenForStop } from '../stop-signal.ts'

export const define = (command: Command): void => {
  command
    .addHelpText(
      'after',
      `
Environment: LABORATORY_DIRECTORY, LABORATORY_AUTHORITY, LABORATORY_TLS_CERTIFICATE, LABORATORY_TLS_KEY, LABORATORY_PORT
(2575), LABORATORY_FHIR_PORT (2577); for vendors VENDOR_TLS_CERTIFICATE, VENDOR_TLS_KEY, VENDOR_URL, VENDOR_PORT (8444); and DATABASE_URL,
KEYS_DIR and the rest as the portal has them: docs/operating/configuration.md.`,
    )
    .action(run)
}

const stopMillisecondsMax = 20_000

const run = async (): Promise<void> => {
  const stopping = listenForStop()
  const parsed = parseConfiguration(process.env, process.cwd())
  if (!parsed.ok) {
    console.error(describeFaults(parsed.faults))
    process.exitCode = exitCodes.configuration
    return
  }
  try {
    const running = await startLaboratory(parsed.value)
    const { port, fhirUrl, vendors, operatorUrl } = running
    if (port !== 0)
      console.log(`sidep listens for laboratories on port ${port}, for FHIR on ${fhirUrl}`)
    if (vendors !== null) console.log(`sidep listens for vendors on port ${vendors.port}`)
    console.log(`sidep listens for its operator on ${operatorUrl}`)
    await aborted(stopping)
    // What does not end in time is cut off; everything acknowledged is stored already.
    setTimeout(() => process.exit(1), stopMillisecondsMax).unref()
    await running.close()
  } catch (error) {
    if (stopping.aborted) return
    const sentence = startFailure(error)
    if (sentence === null) throw error
    console.error(`sidep laboratory does not start: ${sentence}`)
    process.exitCode = exitCodes.configuration
  }
}
