/** What a correction says: the screening as it should have been entered, and what that changes. */
import type { CorrectedScreening, CorrectionInput, FieldFault, Person } from '@sidep/contracts'
import { parseScreening, type Screening } from '@sidep/screening'
import type { SiteActor } from '../platform/actor.ts'
import type { CatalogueSource } from '../platform/catalogue.ts'
import type { Platform } from '../platform/context.ts'
import { Problem } from '../platform/problems.ts'
import { isHeld } from './answer.ts'
import { screeningShape } from './compiled-shapes.ts'
import { limitsFor } from './late.ts'
import type { StoredScreening } from './store.ts'
import type { ChangeFlag } from './store-change.ts'

export interface CorrectedDependencies extends Pick<Platform, 'configuration'> {
  readonly catalogue: CatalogueSource
}

export const invalid = (faults: readonly FieldFault[]): Problem =>
  new Problem('REQUEST_INVALID', { faults: [...faults] })

/** What a professional leaves out because they do not see it, or did not touch it, stays. */
const mergedPerson = (given: Person, stored: Person): Person => {
  const isSameIdentity =
    given.familyName === stored.familyName &&
    given.firstNames === stored.firstNames &&
    given.birthDate === stored.birthDate &&
    given.sex === stored.sex
  const { contact = stored.contact, postalCode = stored.postalCode } = given
  const ins = given.ins ?? (isSameIdentity ? stored.ins : undefined)
  const hasContact = contact?.phone !== undefined || contact?.email !== undefined
  const { contact: _, postalCode: _code, ins: _ins, ...identity } = given
  return {
    ...identity,
    ...(ins === undefined ? {} : { ins }),
    ...(postalCode === undefined ? {} : { postalCode }),
    ...(contact === undefined || !hasContact ? {} : { contact }),
  }
}

export const isSameContact = (a: Person['contact'], b: Person['contact']): boolean =>
  a?.phone === b?.phone && a?.email === b?.email

const sameSampleMilliseconds = 86_400_000

/** Whether somebody vouched for this positive already: it was certified, and is of the same sample. */
export const isVouchedFor = (row: StoredScreening, { result, sampledAt }: Screening): boolean =>
  result === 'positive' &&
  row.result === 'positive' &&
  !isHeld(row) &&
  Math.abs(row.sampled_at.getTime() - sampledAt.getTime()) < sameSampleMilliseconds

/** The screening as it should have been entered, judged as at the time when it was. */
export const parseCorrected = (
  { configuration, catalogue }: CorrectedDependencies,
  row: StoredScreening,
  { screening }: Pick<CorrectionInput, 'screening'>,
  stored: Person,
  actor: SiteActor,
): Screening => {
  const { person, ...rest } = screening
  const input = {
    id: row.id,
    kind: row.kind,
    disease: row.disease,
    ...rest,
    person: mergedPerson(person, stored),
    catchUp: true,
    lateReason: 'correction',
  }
  const parsed = parseScreening(
    input,
    catalogue.current(),
    limitsFor(configuration, actor),
    row.recorded_at,
    screeningShape,
  )
  const faults: FieldFault[] = parsed.ok ? [] : [...parsed.faults]
  if (row.state === 'final' && screening.result === undefined) {
    faults.push({ pointer: '/result', code: 'REQUIRED' })
  }
  if (row.state === 'waiting' && screening.result !== undefined) {
    faults.push({ pointer: '/result', code: 'NOT_ALLOWED' })
  }
  if (!parsed.ok || faults.length > 0) {
    throw invalid(faults.map((fault) => ({ ...fault, pointer: `/screening${fault.pointer}` })))
  }
  return parsed.value
}

/** What somebody of operations is to see of a correction. */
export const flagsOf = (
  row: StoredScreening,
  before: Person,
  { person, result }: Screening,
  isHeldNow: boolean,
): ChangeFlag[] => [
  ...(row.result !== null && row.result !== result ? (['RESULT_CORRECTED'] as const) : []),
  ...(before.familyName !== person.familyName && before.birthDate !== person.birthDate
    ? (['PERSON_REPLACED'] as const)
    : []),
  ...(isHeldNow ? (['POSITIVE_LATE'] as const) : []),
]

/** What a statement that gives no reason puts right. */
export const reasonOf = (
  row: StoredScreening,
  stored: Person | undefined,
  { person, result, sampledAt }: CorrectedScreening,
): CorrectionInput['reason'] => {
  if (result !== undefined && row.result !== result) return 'result'
  if (stored?.birthDate !== person.birthDate) return 'birth-date'
  if (Date.parse(sampledAt) !== row.sampled_at.getTime()) return 'time'
  const isSameName =
    stored?.familyName === person.familyName && stored.firstNames === person.firstNames
  return isSameName ? 'other' : 'name'
}
