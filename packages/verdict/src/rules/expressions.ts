/** CertLogic phrases that several rule sets share, so that a rule reads like its legal text. */
import type { CertLogicExpression, TimeUnit } from 'certlogic-js'

export const field = (path: string): CertLogicExpression => ({ var: `payload.${path}` })

export const now: CertLogicExpression = {
  plusTime: [{ var: 'external.validationClock' }, 0, 'day'],
}

export const later = (path: string, amount: number, unit: TimeUnit): CertLogicExpression => ({
  plusTime: [field(path), amount, unit],
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
