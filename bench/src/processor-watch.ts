/** What each process of a bench used of the processor, of one core, while it was watched. */
import type { LeanProviderProcess } from './lean-provider-process.ts'
import type { PortalProcess } from './portal-process.ts'
import { rounded } from './statistics.ts'

export interface ProcessorShares {
  readonly server: number
  readonly database: number
  readonly provider: number
  readonly generator: number
}

export interface ProcessorWatch {
  stop(): Promise<ProcessorShares>
}

const generatorMilliseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

export const watchProcessor = async (
  portal: Pick<PortalProcess, 'processorTime'>,
  provider: Pick<LeanProviderProcess, 'milliseconds'> | null,
): Promise<ProcessorWatch> => {
  const read = async () => ({
    at: performance.now(),
    ...(await portal.processorTime()),
    provider: provider?.milliseconds() ?? 0,
    generator: generatorMilliseconds(),
  })
  const before = await read()
  return {
    async stop() {
      const after = await read()
      const share = (name: keyof typeof before): number =>
        rounded((after[name] - before[name]) / (after.at - before.at), 2)
      return {
        server: share('serverMilliseconds'),
        database: share('databaseMilliseconds'),
        provider: share('provider'),
        generator: share('generator'),
      }
    },
  }
}
