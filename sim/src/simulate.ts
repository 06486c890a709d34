import { makeNation } from './nation.ts'
import { type Policy, type PolicyName, policies } from './policy.ts'
import { resultOf, type SimulationResult } from './result.ts'
import { run } from './run.ts'
import type { Scenario } from './scenario.ts'
import type { StorageLost } from './world.ts'

export interface SimulationOptions {
  readonly scenario: Scenario
  readonly policy: PolicyName
  /** A whole number of 32 bits; the same one gives the same result, to the byte. */
  readonly seed: number
  /** Share of the nation, (0, 1]: fewer sites and as much less capacity, each site as busy. Default 1. */
  readonly scale?: number
  /** Mechanisms taken away or changed, to see what they do. */
  readonly changes?: Partial<Policy>
  readonly storageLost?: StorageLost
}

/** So much that nothing ever waits for it. */
const plenty = 1e6

/**
 * Lets a scenario happen under a policy, and the same days without anything failing to compare with.
 *
 * @example simulate({ scenario: august13, policy: 'sidep', seed: 1 }).leftWithoutDocument
 */
export const simulate = (options: SimulationOptions): SimulationResult => {
  const { scenario, seed, scale = 1, changes = {}, storageLost = null } = options
  const policy: Policy = { ...policies[options.policy], ...changes }
  const nation = makeNation(scenario, seed, scale)
  const calmDays = { ...scenario, outages: [], providerPerSecond: plenty, portalPerSecond: plenty }
  const calm = run({ nation, scenario: calmDays, policy, scale, storageLost: null })
  const world = run({ nation, scenario, policy, scale, storageLost })
  return resultOf(world, calm, scale)
}
