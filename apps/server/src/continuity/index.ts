/** What a counter needs to go on alone, and what becomes of it afterwards: booklets, slips, reconciling, withdrawing. */

export { openBacklogIntake } from './backlog-intake.ts'
export type { ContinuityDependencies, ContinuityPlatform } from './dependencies.ts'
export { countFlags } from './flags.ts'
export { continuityModule } from './routes.ts'
export { openWithdrawalSource, type WithdrawalSource } from './withdrawal-source.ts'
