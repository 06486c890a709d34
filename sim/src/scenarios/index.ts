import type { Scenario } from '../scenario.ts'
import { august13 } from './2021-08-13.ts'
import { everythingDown } from './everything-down.ts'
import { portalDown } from './portal-down.ts'
import { recordDay } from './record-day.ts'
import { regionalNetworkDown } from './regional-network-down.ts'

export const scenarios: readonly Scenario[] = [
  august13,
  portalDown,
  regionalNetworkDown,
  recordDay,
  everythingDown,
]

export const scenarioNames: readonly string[] = scenarios.map(({ name }) => name)

/** The scenario of that name, or null. */
export const scenarioNamed = (wanted: string): Scenario | null =>
  scenarios.find(({ name }) => name === wanted) ?? null
