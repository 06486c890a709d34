/** The one gate: `record(screening, actor)` authorises, once only, issues, stores, answers; and the counter's routes. */

export { otherDevice } from '@sidep/screening'
export { type Intake, type IntakeNeeds, openIntake, type Recorded } from './intake.ts'
export { isSamePerson, type NamedPerson, personHashesOf, type StoredPerson } from './person-hash.ts'
export { type LateEntry, type LateOutcome, type LateScreening, stateOf } from './record-many.ts'
export { type IntakeRouteNeeds, intakeModule } from './routes.ts'
export type { Confirmer } from './store-confirmation.ts'
