/** CertLogic phrases that several rule sets share, so that a rule reads like its legal text. */
import type { CertLogicExpression, TimeUnit } from 'certlogic-js'

export const field = (path: string): CertLogicExpression => ({ var: `payload.${path}` })

const instant = (path: string): CertLogicExpression => ({
  plusTime: [{ var: path }, 0, 'day'],
})

/** This instant. */
export const now = instant('external.validationClock')

/** The same, a few minutes on: what lies before it may have happened by a clock that is right. */
export const nowAtTheLatest = instant('external.latestClock')

/** An instant of the certificate, and hours after it. */
export const hoursAfter = (path: string, hours: number): CertLogicExpression => ({
  plusTime: [field(path), hours, 'hour'],
})

/** This moment on the wall of the place whose rule it is; days, months and years count there. */
export const today = instant('local.validationClock')

export const todayAtTheLatest = instant('local.latestClock')

/** Days, months or years after a date or time of the certificate, on the wall of the place whose rule it is. */
export const later = (
  path: string,
  amount: number,
  unit: Exclude<TimeUnit, 'hour'>,
): CertLogicExpression => ({
  plusTime: [{ var: `local.${path}` }, amount, unit],
})

export const equal = (
  left: CertLogicExpression,
  right: CertLogicExpression,
): CertLogicExpression => ({
  '===': [left, right],
})

/** When the guard holds, the condition must; otherwise it does not concern the certificate. */
export const when = (
  guard: CertLogicExpression,
  condition: CertLogicExpression,
): CertLogicExpression => ({ if: [guard, condition, true] })

export const both = (...all: CertLogicExpression[]): CertLogicExpression => ({ and: all })

export const not = (condition: CertLogicExpression): CertLogicExpression => ({ '!': [condition] })

/** CertLogic has no `or`. */
export const either = (
  left: CertLogicExpression,
  right: CertLogicExpression,
): CertLogicExpression => ({ if: [left, true, right] })

export const oneOf = (value: CertLogicExpression, list: string[]): CertLogicExpression => ({
  in: [value, list],
})

// Value sets of the eHealth Network, version 1.
export const covid19 = '840539006'
export const antigenTest = 'LP217198-3'
export const nucleicAcidTest = 'LP6464-4'
export const notDetected = '260415000'
export const detected = '260373001'
export const janssen = 'EU/1/20/1525'

/** Vaccines authorised in the Union on 13 August 2021: Comirnaty, Spikevax, Vaxzevria, Janssen. */
export const vaccinesOfTheUnion = ['EU/1/20/1528', 'EU/1/20/1507', 'EU/1/21/1529', janssen]

export const isTest = field('t.0')
export const isVaccination = field('v.0')
export const isRecovery = field('r.0')

export const isNegative = both(isTest, equal(field('t.0.tr'), notDetected))
export const isPositive = both(isTest, equal(field('t.0.tr'), detected))
