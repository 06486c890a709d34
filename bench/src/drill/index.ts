/** The exercises of `sidep drill`. */
export { drillKill, type KillDrillOptions } from './kill.ts'
export type { DrillOptions, DrillResult } from './run-drill.ts'
