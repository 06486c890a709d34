/**
 * `sidep bench login`: whole sign-ins through door `ecps`, as browsers do them: portal, provider's pages, portal,
 * session. Server, provider and this generator are processes of their own on the same cores; the processor time of
 * each is stated, so that the server's share can be told from the stand-in's.
 */

import { availableParallelism } from 'node:os'
import { signInOverHttp } from '@sidep/dev'
import { runLoad } from './load.ts'
import type { LoadResult } from './load-result.ts'
import { startPortalProcess } from './portal-process.ts'
import {
  type ProviderProcess,
  pharmacistsOfProvider,
  startProviderProcess,
} from './provider-process.ts'
import { rounded } from './statistics.ts'

export interface LoginBenchOptions {
  readonly seconds: number
  /** Sign-ins offered a second. */
  readonly perSecond: number
}

export interface LoginBenchResult extends LoadResult<'login'> {
  readonly failures: Record<string, number>
  /** Processor time of one sign-in in each process, milliseconds. */
  readonly processorMillisecondsEach: {
    readonly server: number
    readonly database: number
    readonly provider: number
    readonly generator: number
  }
  /** What the server alone could do with one core, by its processor time. */
  readonly perSecondPerServerCore: number
}

const inFlightMax = 2_000
const timeoutMilliseconds = 30_000
const warmUpSeconds = 2

const generatorMilliseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Runs the load for the time given, after a short warm-up that is not counted. */
export const benchLogin = async ({
  seconds,
  perSecond,
}: LoginBenchOptions): Promise<LoginBenchResult> => {
  const started: { provider: ProviderProcess | null } = { provider: null }
  const portal = await startPortalProcess(async (url) => {
    started.provider = await startProviderProcess(url)
    return started.provider.environment
  })
  try {
    const people = pharmacistsOfProvider()
    const offer = (plan: { seconds: number; offeredPerSecond: number }, first: number) =>
      runLoad({
        ...plan,
        inFlightMax,
        send: async (index) => {
          const nationalId = people[(first + index) % people.length] ?? ''
          const { session } = await signInOverHttp(portal.url, { nationalId, timeoutMilliseconds })
          return session.professional.id === nationalId && session.site !== null
        },
      })
    await offer({ seconds: warmUpSeconds, offeredPerSecond: Math.max(1, perSecond / 2) }, 0)
    const before = await portal.processorTime()
    const providerBefore = started.provider?.milliseconds() ?? 0
    const generatorBefore = generatorMilliseconds()
    const load = await offer({ seconds, offeredPerSecond: perSecond }, 500)
    const after = await portal.processorTime()
    const each = (milliseconds: number): number => rounded(milliseconds / Math.max(1, load.done), 2)
    const server = each(after.serverMilliseconds - before.serverMilliseconds)
    return {
      scenario: 'login',
      seconds: load.seconds,
      offeredPerSecond: load.offeredPerSecond,
      donePerSecond: load.donePerSecond,
      failed: load.failed,
      failures: load.failures,
      // A sign-in leaves nothing that could be lost; its session was read back before it counted.
      lost: 0,
      duplicated: 0,
      p50Milliseconds: load.p50Milliseconds,
      p99Milliseconds: load.p99Milliseconds,
      cores: availableParallelism(),
      processorMillisecondsEach: {
        server,
        database: each(after.databaseMilliseconds - before.databaseMilliseconds),
        provider: each((started.provider?.milliseconds() ?? 0) - providerBefore),
        generator: each(generatorMilliseconds() - generatorBefore),
      },
      perSecondPerServerCore: server > 0 ? rounded(1_000 / server) : 0,
    }
  } finally {
    await portal.close()
    await started.provider?.close()
  }
}
