/**
 * `sidep drill clock`: one of two portals behind a load balancer has a clock that is ten minutes off, before and then behind
 * (libfaketime). It is to say so and get no work; nothing may be issued with a wrong time.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { ensurePrograms, fakeTimeLibrary } from './debian-programs.ts'
import { type DrillResult, runDrill } from './run-drill.ts'
import type { RoundsOptions } from './three-hosts-drills.ts'
import { startOneMachine } from './world-one-machine.ts'

export interface ClockDrillResult extends DrillResult {
  /** What `/readyz` of the portal whose clock was off said, each time; or that it did not start, and why. */
  readonly said: readonly string[]
}

const minutesOff = ['+10m', '-10m'] as const
const workMilliseconds = 5_000
const saidMillisecondsMax = 30_000

const statusOf = async (url: string): Promise<string | null> => {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
    return ((await answer.json()) as { status: string }).status
  } catch {
    return null
  }
}

/** Once it says anything but that its database is away, which it does while it starts. */
const untilSaid = async (url: string): Promise<string> => {
  const end = performance.now() + saidMillisecondsMax
  for (;;) {
    const status = await statusOf(url)
    if (status !== null && status !== 'database-unavailable') return status
    if (performance.now() > end) return status ?? 'no answer'
    await wait(100)
  }
}

/** By a clock that is behind the keys of a new portal are not valid yet. */
const whyNot = (error: unknown): string => {
  const reason = /certificate of the signer \w+ is valid only from/.exec(String(error))?.[0]
  if (reason === undefined) throw error
  return `does not start: the ${reason} later`
}

export const drillClock = async (
  { rounds, ...options }: RoundsOptions,
  say: (line: string) => void,
): Promise<ClockDrillResult> => {
  ensurePrograms(['haproxy', 'libfaketime'])
  const world = await startOneMachine({
    isWhole: false,
    isBalanced: true,
  })
  const [, portal] = world.portals
  const [, url = ''] = world.portalUrls
  const said: string[] = []
  try {
    const result = await runDrill(
      'clock',
      world,
      options,
      async (stage) => {
        if (portal === undefined) throw new Error('there is no second portal')
        for (let round = 1; round <= rounds; round += 1)
          for (const offset of minutesOff) {
            await portal.end('SIGTERM')
            await stage.strike(`portal-2 is ${offset} off`, async () => {
              const off = {
                LD_PRELOAD: fakeTimeLibrary,
                FAKETIME: offset,
                // Durations are true, only the time of day is wrong.
                FAKETIME_DONT_FAKE_MONOTONIC: '1',
                DONT_FAKE_MONOTONIC: '1',
              }
              said.push(await portal.start({ environment: off }).then(() => untilSaid(url), whyNot))
              await wait(workMilliseconds)
            })
          }
        await portal.end('SIGTERM')
        await portal.start()
      },
      say,
    )
    return { ...result, said }
  } finally {
    await world.close()
  }
}
