/** Scan text → verdict: the one sequence that every verifier runs. */
export { evaluateRule, type RuleCode } from './certlogic.ts'
export { purposeFor } from './check-rules.ts'
export { august2021, dated, defaultProfile, profileNamed, profiles } from './rules/profiles.ts'
export type { Rule, RuleProfile, RuleSet, Texts } from './rules/rule-set.ts'
export {
  type Accepted,
  type CertificateView,
  type Declined,
  type Notice,
  type Purpose,
  type Step,
  steps,
  type Verdict,
} from './verdict.ts'
export { scanCharactersMax, verify, verifyAny } from './verify.ts'
