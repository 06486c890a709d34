/** Scan text → verdict: the one sequence that every verifier runs. */
export { evaluateRule, type RuleCode } from './certlogic.ts'
export { purposeFor } from './check-rules.ts'
export { type CarriedRules, withCarriedRules } from './rules/carried-rules.ts'
export { carriedRuleSet, type GatewayRuleCode, ruleSetFromGateway } from './rules/gateway-rules.ts'
export { parseRuleSet, type RuleSetCode } from './rules/parse-rule-set.ts'
export { august2021, dated, defaultProfile, profileNamed, profiles } from './rules/profiles.ts'
export type { Rule, RuleProfile, RuleSet, Texts, ValueSets } from './rules/rule-set.ts'
export {
  type Accepted,
  type CertificateView,
  type Declined,
  type Notice,
  type Purpose,
  type RuleView,
  type Step,
  steps,
  type Verdict,
} from './verdict.ts'
export { scanCharactersMax, verify, verifyAny } from './verify.ts'
export { read2dDocOf } from './verify-2d-doc.ts'
