/** `sidep drill kill`: kill -9 of every process in turn, in an order drawn from the seed, and of the database, under load. */
import { setTimeout as wait } from 'node:timers/promises'
import { type DrillOptions, type DrillResult, runDrill, type Stage } from './run-drill.ts'
import { type OneMachine, type OneMachineOptions, startOneMachine } from './world-one-machine.ts'

export interface KillDrillOptions extends DrillOptions {
  /** How often every process is killed. */
  readonly rounds: number
}

/** Up to so long does what was killed stay away. */
const awayMillisecondsMax = 1_500

const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const left = [...items]
  const drawn: T[] = []
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1))
  return drawn
}

const killRound = async (world: OneMachine, stage: Stage): Promise<void> => {
  const kills: readonly (readonly [string, () => Promise<void>])[] = [
    ['database', () => world.killDatabase()],
    ...world.processes.map(
      (one) =>
        [
          one.name,
          async () => {
            await one.end('SIGKILL')
            await wait(stage.random() * awayMillisecondsMax)
            await one.start()
          },
        ] as const,
    ),
  ]
  for (const [name, kill] of shuffled(kills, stage.random)) {
    // Nowhere in particular of what the load does.
    await wait(stage.random() * 500)
    await stage.strike(`kill ${name}`, kill)
  }
}

export const drillKill = async (
  { rounds, ...options }: KillDrillOptions,
  say: (line: string) => void,
  place: OneMachineOptions = {},
): Promise<DrillResult> => {
  const world = await startOneMachine(place)
  try {
    return await runDrill(
      'kill',
      world,
      options,
      async (stage) => {
        for (let round = 1; round <= rounds; round += 1) await killRound(world, stage)
      },
      say,
    )
  } finally {
    await world.close()
  }
}
