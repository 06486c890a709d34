import type { Conduct } from './conduct.ts'
import { alertPoints, type FraudRule, fraudRules } from './rules.ts'

export interface Evidence {
  readonly code: string
  /** What the rule looks at, as it was. */
  readonly value: number
  readonly points: number
}

export interface Judgement {
  /** Sum of the evidence: alerts are looked at from the highest down. */
  readonly points: number
  readonly isAlert: boolean
  /** Weightiest first, without those that gave nothing. */
  readonly evidence: readonly Evidence[]
}

const pointsOf = ({ feature, from, full, points }: FraudRule, conduct: Conduct): number =>
  points * Math.max(0, Math.min(1, (conduct[feature] - from) / (full - from)))

export const judgeConduct = (
  conduct: Conduct,
  rules: readonly FraudRule[] = fraudRules,
): Judgement => {
  const evidence = rules
    .map((rule) => ({
      code: rule.code,
      value: conduct[rule.feature],
      points: pointsOf(rule, conduct),
    }))
    .filter(({ points }) => points > 0)
    .sort((one, other) => other.points - one.points)
  const points = evidence.reduce((sum, { points: ofRule }) => sum + ofRule, 0)
  return { points, isAlert: points >= alertPoints, evidence }
}
