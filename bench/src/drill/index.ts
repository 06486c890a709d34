/** The exercises of `sidep drill`. */
export { drillClock } from './clock.ts'
export { drillDiskFull } from './disk-full.ts'
export { drillEvening } from './evening.ts'
export { drillKill } from './kill.ts'
export { drillRotateKeys } from './rotate-keys.ts'
export type { DrillResult } from './run-drill.ts'
export { drillFailover, drillFaults, drillPartition } from './three-hosts-drills.ts'
export { drillUpgrade } from './upgrade.ts'
