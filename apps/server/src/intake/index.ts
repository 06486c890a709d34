/** The one gate: `record(entries)`, once only, issues, stores, answers; and the counter's routes. */

export { otherDevice } from '@sidep/screening'
export { stateOf } from './answer.ts'
export type { Entry, FreshEntry, RecordedState } from './entries.ts'
export { type Intake, type IntakeDependencies, openIntake } from './intake.ts'
export type { Backlog } from './late.ts'
export { isSamePerson, type NamedPerson, personHashesOf, type StoredPerson } from './person-hash.ts'
export { openRecoveries, type RecoverableScreening, type Recoveries } from './recovery.ts'
export { type IntakeRouteDependencies, intakeModule } from './routes.ts'
export type { Confirmer } from './store-confirmation.ts'
