#!/usr/bin/env node
import { startServer } from './index.ts'
/** Parses the configuration, starts the server, and stops it when told to. */
import { describeFaults, parseConfiguration } from './platform/configuration.ts'

const stopDeadlineMilliseconds = 20_000
const exitCodeUnusableConfiguration = 78 // sysexits.h EX_CONFIG

const run = async (): Promise<void> => {
  const parsed = parseConfiguration(process.env, process.cwd())
  if (!parsed.ok) {
    console.error(describeFaults(parsed.faults))
    process.exitCode = exitCodeUnusableConfiguration
    return
  }
  const server = await startServer(parsed.value)
  console.log(`sidep listens on ${server.url}`)
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    // What does not end in time is cut off; everything acknowledged is stored already.
    setTimeout(() => process.exit(1), stopDeadlineMilliseconds).unref()
    server.close().catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
