import { startFailure } from '@sidep/server/platform/start-failure.ts'
import type { Command } from 'commander'
import { Option } from 'commander'
import { exitCodes } from '../failure.ts'
import { startEverything, UnusableConfiguration } from '../start/start-everything.ts'
import { type Role, roles } from '../start/start-options.ts'
import { aborted, listenForStop } from '../stop-signal.ts'

interface StartOptions {
  readonly role: Role
  readonly build: boolean
  readonly watch: boolean
}

export const define = (command: Command): void => {
  command
    .addOption(
      new Option('--role <role>', 'portal: answer requests only; all: also deliver messages')
        .choices([...roles])
        .default('all'),
    )
    .option('--no-build', 'serve the pages as they are, however old')
    .option('--no-watch', 'start no watcher beside it (sidep watch)')
    .addHelpText(
      'after',
      `
Environment: PORT (8080), CARD_PORT (8443), DATA_DIR (./data), DATABASE_URL, LOG_LEVEL and the rest in
docs/operating/configuration.md.
In development, an identity provider, a card authority, a mail server and an SMS gateway are stood in
for unless ECPS_ISSUER, CARD_AUTHORITY, SMTP_URL and SMS_GATEWAY_URL name real ones. SIDEP_MODE=production has no stand-ins.`,
    )
    .action(start)
}

const stopMillisecondsMax = 20_000

const start = async ({ role, build, watch }: StartOptions): Promise<void> => {
  const stopping = listenForStop()
  const say = (line: string): void => console.log(line)
  try {
    const running = await startEverything({
      environment: process.env,
      workingDirectory: process.cwd(),
      role,
      build,
      watch,
      stopping,
      say,
    })
    await aborted(stopping)
    say('Stopping')
    // What does not end in time is cut off; everything acknowledged is stored already.
    const pauseMilliseconds = running.server.platform.configuration.stopPauseSeconds * 1_000
    setTimeout(() => process.exit(1), stopMillisecondsMax + pauseMilliseconds).unref()
    await running.close()
  } catch (error) {
    if (stopping.aborted) return
    const sentence = startFailure(error)
    if (error instanceof UnusableConfiguration) console.error(error.message)
    else if (sentence !== null) console.error(`sidep does not start: ${sentence}`)
    else throw error
    process.exitCode = exitCodes.configuration
  }
}
