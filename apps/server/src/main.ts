#!/usr/bin/env node
import { startServer } from './index.ts'
/** Parses the configuration, starts the server, and stops it when told to. */
import { describeFaults, parseConfiguration } from './platform/configuration.ts'
import { outliveLostOutput } from './platform/lost-output.ts'
import { isUnavailable } from './platform/problems.ts'
import { startFailure } from './platform/start-failure.ts'
import { keepHandlersToTheEnd } from './platform/stopping.ts'

const stopDeadlineMilliseconds = 20_000
const exitCodeUnusableConfiguration = 78 // sysexits.h EX_CONFIG

/**
 * A new connection of the database's client asks for the types of arrays, and nobody waits for that answer (postgres 3,
 * `fetchArrayTypes`): lost at that moment, it would end the server, whose other connections live. Anything else
 * that nobody waits for is a fault of ours and ends it.
 */
const outliveLostConnections = (reason: unknown): void => {
  if (!isUnavailable(reason)) throw reason
  console.error(`a connection was lost: ${String(reason)}`)
}

const run = async (): Promise<void> => {
  const parsed = parseConfiguration(process.env, process.cwd())
  if (!parsed.ok) {
    console.error(describeFaults(parsed.faults))
    process.exitCode = exitCodeUnusableConfiguration
    return
  }
  const server = await startServer(parsed.value)
  console.log(`sidep listens on ${server.url}, for its operator on ${server.operatorUrl}`)
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    keepHandlersToTheEnd()
    // What does not end in time is cut off; everything acknowledged is stored already.
    const deadlineMilliseconds = stopDeadlineMilliseconds + parsed.value.stopPauseSeconds * 1_000
    setTimeout(() => process.exit(1), deadlineMilliseconds).unref()
    server.close().catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

process.on('unhandledRejection', outliveLostConnections)
outliveLostOutput()
run().catch((error: unknown) => {
  const sentence = startFailure(error)
  console.error(sentence === null ? error : `sidep does not start: ${sentence}`)
  process.exitCode = sentence === null ? 1 : exitCodeUnusableConfiguration
})
