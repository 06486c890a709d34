import { type Provisional, readProvisional, verifyProvisional } from '@sidep/continuity'
import type { Trust } from '@sidep/trust'
import { checkRules } from './check-rules.ts'
import { withdrawnIn } from './continuity-trust.ts'
import { personOfDcc } from './hcert-view.ts'
import type { RuleProfile } from './rules/rule-set.ts'
import { toleranceFor, underNotice } from './tolerance.ts'
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
  const judge = (moment: Date) =>
    verifyProvisional(read, trust.continuity, moment, withdrawnIn(trust).booklets)
  const own = await judge(at)
  const notice = toleranceFor(trust, 'provisional', read.booklet.siteId, at)
  const isLate = !own.ok && own.code === 'PROVISIONAL_EXPIRED' && notice !== undefined
  // Only its time may be over: whether its booklet was withdrawn is asked after that.
  const check = isLate ? await judge(read.issuedAt) : own
  const view = viewOfProvisional(read)
  const certificate = isLate ? underNotice(view, notice) : view
  if (!check.ok) {
    const vouchedFor = check.step !== 'key' && check.step !== 'signature'
    return refused(check.step, check.code, vouchedFor ? view : null)
  }
  const rules = checkRules(read.dcc.canonical, certificate, at, purpose, profile)
  if (!rules.ok) return rules.declined
  const end = isLate ? new Date(notice.until) : check.acceptedUntil
  return accepted(certificate, earliest(rules.until, end), rules.rule)
}

const viewOfProvisional = ({ dcc, booklet }: Provisional): CertificateView => ({
  format: 'provisional',
  kind: 'test',
  ...personOfDcc(dcc),
  issuer: booklet.country,
  site: booklet.siteName,
  notices: ['PROVISIONAL', 'CHECK_IDENTITY'],
})
