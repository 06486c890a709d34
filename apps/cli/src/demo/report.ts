import type { RetrievalAnswer, ScreeningAnswer, ScreeningInput } from '@sidep/contracts'
import type { BundleContent } from '@sidep/trust'
import type { Verdict } from '@sidep/verdict'
import { type PublicView, publicView } from '../verify/view.ts'

/** What a verifier said of one code. */
export interface CodeVerdict {
  readonly verdict: Verdict['verdict']
  readonly step: Verdict['step']
  readonly code: string
  readonly acceptedUntil: string | null
  readonly certificate: PublicView | null
}

export const demoStages = [
  'start',
  'signIn',
  'screening',
  'trust',
  'verify',
  'notification',
  'retrieval',
  'stop',
] as const
export type DemoStage = (typeof demoStages)[number]

/** What was sent, with what the portal answered over it. */
export type EnteredScreening = Omit<ScreeningInput, keyof ScreeningAnswer> & ScreeningAnswer

/** What `sidep demo --json` prints. */
export interface DemoReport {
  /** Text of the EU DCC's QR code. */
  readonly hcert: string
  /** Text of the 2D-DOC's DataMatrix. */
  readonly twoddoc: string
  /** What was entered, and what the portal answered. */
  readonly screening: EnteredScreening
  /** The common verdict on both codes, and each code's own. */
  readonly verdict: {
    readonly verdict: Verdict['verdict']
    readonly step: Verdict['step']
    readonly code: string
    readonly for: string
    readonly at: string
    readonly hcert: CodeVerdict
    readonly twoddoc: CodeVerdict
  }
  /** What the person saw behind the link, and how the link came. */
  readonly retrieval: RetrievalAnswer & {
    readonly url: string
    readonly messages: readonly { readonly channel: 'email' | 'sms'; readonly to: string }[]
  }
  readonly signers: Pick<BundleContent, 'dcc' | 'twoddoc'>
  readonly milliseconds: Readonly<Record<DemoStage | 'total', number>>
}

export const codeVerdict = (verdict: Verdict): CodeVerdict => ({
  verdict: verdict.verdict,
  step: verdict.step,
  code: verdict.code,
  acceptedUntil:
    verdict.verdict === 'accepted' ? (verdict.acceptedUntil?.toISOString() ?? null) : null,
  certificate: verdict.certificate === null ? null : publicView(verdict.certificate),
})

/** The report for a person at a terminal. */
export const describeReport = (report: DemoReport): string => {
  const { screening, verdict, retrieval, milliseconds } = report
  const { person } = screening
  const messages = retrieval.messages.map(({ channel, to }) => `${channel} to ${to}`).join(', ')
  const times = demoStages.map((stage) => `${stage} ${milliseconds[stage]} ms`).join(', ')
  return [
    `Screening ${screening.id}: ${person.firstNames} ${person.familyName}, ${screening.result}`,
    `EU DCC   ${verdict.hcert.verdict} for ${verdict.for}, until ${verdict.hcert.acceptedUntil ?? 'open'}`,
    `         ${report.hcert}`,
    `2D-DOC   ${verdict.twoddoc.verdict} for ${verdict.for}, until ${verdict.twoddoc.acceptedUntil ?? 'open'}`,
    // The separators of a 2D-DOC would garble a terminal.
    `         ${JSON.stringify(report.twoddoc)}`,
    `Link     ${retrieval.url}`,
    `         sent by ${messages}; opened with the birth date, same certificate`,
    `Time     ${times}, ${milliseconds.total} ms in all`,
  ].join('\n')
}
