/**
 * Drills on three hosts under load: `failover` (a leader that is lost in each way that an operator must know), `partition`
 * (cables pulled, in one direction too) and `faults` (anything, drawn from the seed).
 */
import { setTimeout as wait } from 'node:timers/promises'
import { makeRandom } from '../random.ts'
import { type ClusterFault, clusterFaults } from './cluster-faults.ts'
import { type DrillOptions, type DrillResult, runDrill, type Stage } from './run-drill.ts'
import { startThreeHosts, type ThreeHosts } from './world-three-hosts.ts'

export interface RoundsOptions extends DrillOptions {
  /** How often each fault strikes; of `faults`, how many strike. */
  readonly rounds: number
}

export interface FaultsOptions extends RoundsOptions {
  /** Draws from those alone whose name contains it. */
  readonly only: string | null
}

type Say = (line: string) => void

const strikeOne = async (world: ThreeHosts, stage: Stage, fault: ClusterFault): Promise<void> => {
  await world.untilWhole()
  // Nowhere in particular of what the load does.
  await wait(stage.random() * 1_000)
  const leader = await world.leader()
  const { nodes } = world
  const any = nodes[Math.floor(stage.random() * nodes.length)] ?? leader
  let mend = async (): Promise<void> => {}
  // Writes are to be back while the fault lasts.
  await stage.strike(fault.name, async () => {
    mend = await fault.strike({ world, leader, any, random: stage.random })
  })
  await mend()
}

const runOnThreeHosts = async (
  drill: string,
  { rounds: _, ...options }: RoundsOptions,
  say: Say,
  draw: (random: () => number) => Iterable<ClusterFault>,
): Promise<DrillResult> => {
  const world = await startThreeHosts({ random: makeRandom(options.seed) })
  try {
    return await runDrill(
      drill,
      world,
      options,
      async (stage) => {
        for (const fault of draw(stage.random)) await strikeOne(world, stage, fault)
        await world.untilWhole()
      },
      say,
    )
  } finally {
    await world.close()
  }
}

const repeated = (rounds: number, faults: readonly ClusterFault[]): ClusterFault[] =>
  Array.from({ length: rounds }, () => faults).flat()

const losses = new Set([
  'kill the database that leads',
  'the host that leads dies',
  'the host that leads is cut off',
  'planned switchover',
])

export const drillFailover = (options: RoundsOptions, say: Say): Promise<DrillResult> =>
  runOnThreeHosts('failover', options, say, () =>
    repeated(
      options.rounds,
      clusterFaults.filter(({ name }) => losses.has(name)),
    ),
  )

export const drillPartition = (options: RoundsOptions, say: Say): Promise<DrillResult> =>
  runOnThreeHosts('partition', options, say, () =>
    repeated(
      options.rounds,
      clusterFaults.filter(({ isPartition }) => isPartition),
    ),
  )

/** @throws when no fault is called so */
export const drillFaults = (
  { only, ...options }: FaultsOptions,
  say: Say,
): Promise<DrillResult> => {
  const faults = clusterFaults.filter(({ name }) => only === null || name.includes(only))
  if (faults.length === 0) throw new Error(`no fault is called ${only}`)
  return runOnThreeHosts('faults', options, say, function* (random) {
    for (let number = 1; number <= options.rounds; number += 1) {
      const fault = faults[Math.floor(random() * faults.length)]
      if (fault !== undefined) yield fault
    }
  })
}
