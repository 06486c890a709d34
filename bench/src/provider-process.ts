/** The stand-in identity provider in a process of its own, so that its work is not counted as the server's. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { generateProfessionals } from '@sidep/dev'
import { processMilliseconds } from './processor-time.ts'

export interface ProviderProcess {
  /** Settings of a portal that signs in there. */
  readonly environment: Readonly<Record<string, string>>
  /** Processor time used so far. */
  milliseconds(): number
  /** Ends it as a machine that loses its power does. */
  kill(): Promise<void>
  close(): Promise<void>
}

const main = join(
  dirname(fileURLToPath(import.meta.resolve('@sidep/dev'))),
  'identity-provider/main.ts',
)

/** As many as that process knows, and by the same seed. */
const people = { count: 2_000, seed: 1 } as const

/** National ids of invented pharmacists who can sign in there and work at exactly one site. */
export const pharmacistsOfProvider = (): string[] =>
  generateProfessionals(people.count, people.seed)
    .filter(
      ({ profession, category, activities }) =>
        profession.code === '21' &&
        category === 'C' &&
        activities.length === 1 &&
        activities[0]?.finess !== '',
    )
    .map(({ nationalId }) => nationalId)

/** @param portalUrl address of the portal that sends people there */
export const startProviderProcess = async (portalUrl: string): Promise<ProviderProcess> => {
  const child = spawn(process.execPath, [main, '0', portalUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const settings: Record<string, string> = {}
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('ECPS_ISSUER=')) continue
    for (const pair of line.split(' ')) {
      const [name = '', value = ''] = pair.split('=')
      settings[name] = value
    }
    break
  }
  if (settings.ECPS_ISSUER === undefined) throw new Error('the identity provider did not start')
  child.stdout.resume()
  return {
    environment: settings,
    milliseconds: () => processMilliseconds(child.pid ?? 0),
    kill: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
