/** What each process of a bench used of the processor, of one core, while it was watched. */
import { readFileSync } from 'node:fs'
import type { LaboratoryChannel } from './laboratory-channel.ts'
import type { LeanProviderProcess } from './lean-provider-process.ts'
import type { PortalProcess } from './portal-process.ts'
import { rounded } from './statistics.ts'

export interface ProcessorShares {
  readonly server: number
  /** The process of laboratories and vendors, where there is one. */
  readonly laboratories?: number
  readonly database: number
  readonly provider: number
  readonly generator: number
  /** Everything else on this machine, and what its host took: what a measurement on a shared machine did not have. */
  readonly others: number
}

export interface ProcessorWatch {
  stop(): Promise<ProcessorShares>
}

const generatorMilliseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Time all cores were not idle, proc_stat(5): ticks of 10 ms; 0 where this is no Linux. */
const busyMilliseconds = (): number => {
  try {
    const line = /^cpu +(\d.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? ''
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
      .split(' ')
      .map(Number)
    return (user + nice + system + irq + softirq + steal) * 10
  } catch {
    return 0
  }
}

export const watchProcessor = async (
  portal: Pick<PortalProcess, 'processorTime'>,
  provider: Pick<LeanProviderProcess, 'milliseconds'> | null,
  laboratories: Pick<LaboratoryChannel, 'processorMilliseconds'> | null = null,
): Promise<ProcessorWatch> => {
  const read = async () => ({
    at: performance.now(),
    ...(await portal.processorTime()),
    provider: provider?.milliseconds() ?? 0,
    laboratories: laboratories?.processorMilliseconds() ?? 0,
    generator: generatorMilliseconds(),
    busy: busyMilliseconds(),
  })
  const before = await read()
  return {
    async stop() {
      const after = await read()
      const share = (name: keyof typeof before): number =>
        // A process that was killed meanwhile has used nothing that can still be read.
        rounded(Math.max(0, after[name] - before[name]) / (after.at - before.at), 2)
      const shares = {
        server: share('serverMilliseconds'),
        ...(laboratories === null ? {} : { laboratories: share('laboratories') }),
        database: share('databaseMilliseconds'),
        provider: share('provider'),
        generator: share('generator'),
      }
      const ours = Object.values(shares).reduce((sum, each) => sum + each, 0)
      return { ...shares, others: rounded(Math.max(0, share('busy') - ours), 2) }
    },
  }
}
