/** `sidep sandbox`: what software of vendors is developed against. */
import { startSandbox } from '@sidep/dev/sandbox'
import { type Command, InvalidArgumentError } from 'commander'
import { readConfiguration } from '../configured.ts'
import { CommandFailure, exitCodes } from '../failure.ts'
import { aborted, listenForStop } from '../stop-signal.ts'

const defaultPort = 8090

const portOf = (text: string): number => {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidArgumentError('a port, or 0 for a free one')
}

export const define = (command: Command): void => {
  command
    .option('--port <n>', 'where it listens, on this machine only', portOf, defaultPort)
    .addHelpText(
      'after',
      '\nSign-up, faults and what it is not: docs/reference/sandbox.md. It keeps nothing when it ends.',
    )
    .action(run)
}

/** A sandbox records anything for anybody: beside real settings it would be taken for the portal. */
const refuseInProduction = (): void => {
  if (readConfiguration().mode === 'production')
    throw new CommandFailure(
      'a sandbox does not run in production: unset SIDEP_MODE, on another machine',
      exitCodes.configuration,
    )
}

const run = async ({ port }: { readonly port: number }): Promise<void> => {
  refuseInProduction()
  const sandbox = await startSandbox({ port, now: () => Date.now() })
  console.log(`Sandbox for software of vendors: ${sandbox.url}
Sign up: curl -d '{"name":"…","publicKey":"-----BEGIN PUBLIC KEY-----…"}' ${sandbox.url}/sandbox/vendors
Test identities: ${sandbox.url}/sandbox/identities`)
  await aborted(listenForStop())
  await sandbox.close()
}
