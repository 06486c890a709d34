/** The nation in virtual time. */
export { drawChart } from './chart.ts'
export {
  type ConductEntry,
  type ConductOptions,
  type SimulatedConduct,
  simulateConduct,
  type TheftKind,
  theftKinds,
} from './conduct.ts'
export { type Demand, simulateDemand } from './demand.ts'
export { type Policy, type PolicyName, policies, policyNames } from './policy.ts'
export type { HourView, SimulationResult, Span } from './result.ts'
export type { Day, Outage, Part, Scenario, Text } from './scenario.ts'
export { type PublishedFact, publishedFacts } from './scenarios/facts-2021-08-13.ts'
export { scenarioNamed, scenarioNames, scenarios } from './scenarios/index.ts'
export { type SimulationOptions, simulate } from './simulate.ts'
