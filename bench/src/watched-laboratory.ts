/** The way in of laboratories beside a portal that is watched: a process that can be killed, and what the watcher sends there as. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ensureLaboratoryFolder, probeLaboratorySettings } from '@sidep/dev'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { endOnSignal } from './end-on-signal.ts'
import { listeningOf } from './laboratory-channel.ts'

export interface WatchedLaboratory {
  /** Settings of a watcher that sends messages there. */
  readonly watch: Readonly<Record<string, string>>
  kill(): Promise<void>
  close(): Promise<void>
}

const main = join(import.meta.dirname, 'laboratory-process.ts')

/** @param environment of the portal beside it, whose data it shares */
export const startWatchedLaboratory = async (
  dataDirectory: string,
  environment: Readonly<Record<string, string>>,
): Promise<WatchedLaboratory> => {
  const files = await ensureLaboratoryFolder(join(dataDirectory, 'laboratory'), {
    now: systemClock.now(),
    serverNames: ['localhost'],
  })
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      ...environment,
      DATA_DIR: dataDirectory,
      LOG_LEVEL: 'warn',
      LABORATORY_DIRECTORY: files.directory,
      LABORATORY_AUTHORITY: files.authority,
      LABORATORY_TLS_CERTIFICATE: files.serverCertificate,
      LABORATORY_TLS_KEY: files.serverKey,
      LABORATORY_HOST: '127.0.0.1',
      LABORATORY_PORT: '0',
      LABORATORY_FHIR_PORT: '0',
      LABORATORY_OPERATOR_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const { port } = await listeningOf(child)
  return {
    watch: probeLaboratorySettings(files, port),
    kill: () => end('SIGKILL'),
    close: endOnSignal(() => end('SIGTERM')),
  }
}
