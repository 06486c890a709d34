/** Which positive tests prove a recovery, from when and until when (docs/adr/0074-recovery-certificates-on-request.md). */
import { type RecoveryDccInput, type RecoveryTerm, recoveryTermFrom } from '@sidep/hcert'
import { dayIn, dayMilliseconds, momentIn } from '@sidep/time'
import { antigenTestType } from './held.ts'

/** A certified positive test. */
export interface RecoveryRequest extends Pick<RecoveryDccInput, 'person' | 'disease'> {
  /** LOINC part. */
  readonly testType: string
  readonly sampledAt: Date
  /** Of its place, as IANA names it: whose days are counted. */
  readonly timeZone: string
}

/** Delegated Regulation (EU) 2022/256, art. 1(2): antigen tests of the common list, sampled from 1 October 2021 on. */
const antigenFrom = '2021-10-01'

/** Null: a test of that kind and day proves none. */
export const recoveryTermOf = ({
  testType,
  sampledAt,
  timeZone,
}: Pick<RecoveryRequest, 'testType' | 'sampledAt' | 'timeZone'>): RecoveryTerm | null => {
  const day = dayIn(sampledAt, timeZone)
  return testType === antigenTestType && day < antigenFrom ? null : recoveryTermFrom(day)
}

/** Whether a moment is before, within or after the days of a term, where the test was made. */
export const phaseOf = (
  { validFrom, validUntil }: RecoveryTerm,
  at: Date,
  timeZone: string,
): 'early' | 'open' | 'over' => {
  const day = dayIn(at, timeZone)
  return day < validFrom ? 'early' : day > validUntil ? 'over' : 'open'
}

/** The first moment of a term. */
export const beginningOf = ({ validFrom }: RecoveryTerm, timeZone: string): Date =>
  momentIn(validFrom, '00:00', timeZone)

/** After the last day of a term everywhere. */
export const endOf = ({ validUntil }: RecoveryTerm): Date =>
  new Date(Date.parse(`${validUntil}T00:00:00Z`) + 2 * dayMilliseconds)
