import { type Provisional, readProvisional, verifyProvisional } from '@sidep/continuity'
import type { Trust } from '@sidep/trust'
import { checkRules } from './check-rules.ts'
import { withdrawnIn } from './continuity-trust.ts'
import { personOfDcc } from './hcert-view.ts'
import type { RuleProfile } from './rules/rule-set.ts'
import {
  accepted,
  type CertificateView,
  earliest,
  type Purpose,
  refused,
  unreadable,
  type Verdict,
} from './verdict.ts'

/**
 * A provisional certificate on its way through the steps: docs/reference/continuity.md, "Verifying".
 * The rules then apply to its DCC as to a definitive one.
 */
export const verifyProvisionalText = async (
  text: string,
  trust: Trust,
  at: Date,
  purpose: Purpose,
  profile: RuleProfile,
): Promise<Verdict> => {
  const read = readProvisional(text)
  if (!read.ok) {
    return read.step === 'schema' ? refused('schema', read.code) : unreadable(read.step, read.code)
  }
  const check = await verifyProvisional(read, trust.continuity, at, withdrawnIn(trust).booklets)
  const certificate = viewOfProvisional(read)
  if (!check.ok) {
    const vouchedFor = check.step !== 'key' && check.step !== 'signature'
    return refused(check.step, check.code, vouchedFor ? certificate : null)
  }
  const rules = checkRules(read.dcc.canonical, certificate, at, purpose, profile)
  if (!rules.ok) return rules.declined
  return accepted(certificate, earliest(rules.until, check.acceptedUntil), rules.rule)
}

const viewOfProvisional = ({ dcc, booklet }: Provisional): CertificateView => ({
  format: 'provisional',
  kind: 'test',
  ...personOfDcc(dcc),
  issuer: booklet.country,
  site: booklet.siteName,
  notices: ['PROVISIONAL', 'CHECK_IDENTITY'],
})
