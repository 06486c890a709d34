import type { CertificateView, Notice, RuleView, Verdict } from '@sidep/verdict'

/** What leaves the command of a certificate: never its health facts. */
export type PublicView = Omit<CertificateView, 'medical'>

export const publicView = ({ medical: _, ...view }: CertificateView): PublicView => view

/** A verdict for people at a terminal. */
export const sentenceOf = (verdict: Verdict): string => {
  const { certificate } = verdict
  const who = certificate === null ? '' : `\n  ${subjectOf(certificate)}${noticesOf(certificate)}`
  if (verdict.verdict === 'accepted') {
    const until = verdict.acceptedUntil?.toISOString()
    return `accepted${until === undefined ? '' : ` until ${until}`}${who}${ruleOf(verdict)}`
  }
  return `${verdict.verdict} at step ${verdict.step}: ${verdict.code}${who}${ruleOf(verdict)}`
}

const ruleOf = ({ rule }: Verdict): string =>
  rule === undefined ? '' : `\n  ${rule.id}: ${rule.description.en}${timesOf(rule)}`

/** From when to when it is met, by the clock of the place whose rule it is. */
const timesOf = ({ from, until, timeZone }: RuleView): string => {
  if (from === null && until === null) return ''
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  const start = from === null ? '' : ` from ${clock.format(from)}`
  const end = until === null ? '' : ` until ${clock.format(until)}`
  return `\n  met${start}${end} (${timeZone})`
}

/** A slip names nobody: its site and number are what can be compared. */
const subjectOf = (certificate: CertificateView): string =>
  certificate.format === 'slip'
    ? `slip ${certificate.id} of ${certificate.site ?? certificate.issuer}`
    : personOf(certificate)

const noticeSentences: Readonly<Record<Notice, string>> = {
  PROVISIONAL: 'provisional: the definitive certificate is still to come',
  HANDWRITTEN: 'only the sheet is vouched for, not what is written on it by hand',
  CHECK_IDENTITY: 'check the identity document',
}

const noticesOf = ({ notices = [], tolerance }: CertificateView): string =>
  [
    ...notices.map((notice) => noticeSentences[notice]),
    ...(tolerance === undefined ? [] : [`notice ${tolerance.id}: ${tolerance.en}`]),
  ]
    .map((sentence) => `\n  ${sentence}`)
    .join('')

const personOf = ({ familyName, firstNames, birthDate }: CertificateView): string =>
  `${`${familyName} ${firstNames}`.trim()}, born ${birthDate || 'on an unknown date'}`

export const jsonOf = (verdict: Verdict): string => {
  const { certificate, ...rest } = verdict
  return JSON.stringify({
    ...rest,
    ...(certificate !== null && { certificate: publicView(certificate) }),
  })
}

export const verdictExitCodes = { accepted: 0, refused: 1, unreadable: 2 } as const
