/** The main job, from outside, as a pharmacist, a verifier and a person do it. Every step over the wire. */
import {
  type Catalogue,
  type CertificateTexts,
  type RetrievalAnswer,
  type RetrievalReply,
  routes,
  type ScreeningAnswer,
} from '@sidep/contracts'
import { demoPeople, type Mailbox, type ReceivedMessage, signInOverHttp } from '@sidep/dev'
import { base64ToBytes } from '@sidep/encoding'
import { type BundleContent, loadTrust, openBundle } from '@sidep/trust'
import { purposeFor, type Verdict, verify } from '@sidep/verdict'
import { demoScreening } from './demo-screening.ts'
import { DemoFailure, portalClient } from './portal-client.ts'
import { codeVerdict, type DemoReport, type DemoStage, type EnteredScreening } from './report.ts'
import type { Stopwatch } from './stopwatch.ts'

export interface StoryDependencies {
  /** The portal's public address. */
  readonly url: string
  readonly mailbox: Mailbox
  readonly stopwatch: Stopwatch<DemoStage>
  readonly now: () => Date
  readonly randomBytes: (length: number) => Uint8Array
  readonly wait: (milliseconds: number) => Promise<void>
}

const country = 'FR'
const messagePollMilliseconds = 10
const messagePollsMax = 3_000

type IssuedTexts = CertificateTexts & { readonly hcert: string }

/** Both codes, or the reason that the demonstration cannot go on. */
const issuedTexts = ({ certificate }: ScreeningAnswer): IssuedTexts => {
  if (certificate === null) throw new DemoFailure('the negative test brought no certificate')
  const { hcert } = certificate
  if (hcert === null) throw new DemoFailure('the listed device brought no EU certificate')
  return { ...certificate, hcert }
}

const fetchTrust = async (url: string, now: Date): Promise<BundleContent> => {
  const portal = portalClient(url)
  const anchor = (await portal.getJson(routes.trustAnchor)) as { readonly spki: string }
  const spki = base64ToBytes(anchor.spki)
  if (!spki.ok) throw new DemoFailure('the trust anchor is not base64')
  const bundle = await openBundle(await portal.getBytes(routes.trustBundle), spki.value, now)
  if (!bundle.ok) throw new DemoFailure(`the trust bundle does not open: ${bundle.code}`)
  return bundle.value
}

/** The first verdict that is not "accepted", or the last. */
const commonVerdict = (verdicts: readonly [Verdict, Verdict]): Verdict =>
  verdicts.find(({ verdict }) => verdict !== 'accepted') ?? verdicts[1]

const verifyBoth = async (
  texts: IssuedTexts,
  content: BundleContent,
  now: Date,
): Promise<DemoReport['verdict']> => {
  const trust = await loadTrust(content)
  const purpose = purposeFor(country)
  const hcert = await verify(texts.hcert, trust, now, purpose)
  const twoddoc = await verify(texts.twoddoc, trust, now, purpose)
  const { verdict, step, code } = commonVerdict([hcert, twoddoc])
  return {
    verdict,
    step,
    code,
    for: country,
    at: now.toISOString(),
    hcert: codeVerdict(hcert),
    twoddoc: codeVerdict(twoddoc),
  }
}

/** Waits until both channels have brought a message with a link. */
const awaitMessages = async ({ mailbox, wait }: StoryDependencies): Promise<ReceivedMessage[]> => {
  for (let polls = 0; polls < messagePollsMax; polls += 1) {
    const messages = mailbox.messages()
    if (new Set(messages.map(({ channel }) => channel)).size === 2) return messages
    await wait(messagePollMilliseconds)
  }
  throw new DemoFailure('no notification came')
}

const linkIn = ({ text, channel }: ReceivedMessage): string => {
  const link = /https?:\/\/\S+\/resultat\/#[A-Z2-7]+/.exec(text)?.[0]
  if (link === undefined) throw new DemoFailure(`the ${channel} carries no link`)
  return link
}

const sameTexts = (a: CertificateTexts, b: CertificateTexts | null): boolean =>
  b !== null &&
  a.hcert === b.hcert &&
  a.twoddoc === b.twoddoc &&
  a.uvci === b.uvci &&
  a.retrieval === b.retrieval

const openLink = async (
  { url }: StoryDependencies,
  link: string,
  birthDate: string,
  texts: CertificateTexts,
): Promise<RetrievalAnswer> => {
  const code = new URL(link).hash.slice(1)
  const reply = (await portalClient(url).postJson(
    routes.retrieval,
    { code, birthDate },
    200,
  )) as RetrievalReply
  if (reply.state !== 'final') throw new DemoFailure('the person is told to wait')
  if (!sameTexts(texts, reply.certificate)) {
    throw new DemoFailure('the person got another certificate than the pharmacist')
  }
  return reply
}

const enter = async (
  { url, now, randomBytes }: StoryDependencies,
  cookie: string,
): Promise<EnteredScreening> => {
  const portal = portalClient(url, cookie)
  const catalogue = (await portal.getJson(routes.catalogue)) as Catalogue
  const screening = demoScreening(catalogue, now(), randomBytes)
  const answer = (await portal.postJson(routes.screenings, screening, 201)) as ScreeningAnswer
  return { ...screening, ...answer }
}

/** What the story brings; the time it all took is the caller's to add. */
export type StoryReport = Omit<DemoReport, 'milliseconds'>

/**
 * Signs in, enters a negative antigen test, verifies both codes for France from the signed bundle, and opens the
 * link of the notification with the birth date.
 *
 * @throws DemoFailure at the first step that does not do what it should
 */
export const tellStory = async (dependencies: StoryDependencies): Promise<StoryReport> => {
  const { url, stopwatch, now } = dependencies
  const { nationalId } = demoPeople.pharmacist
  const { cookie } = await stopwatch.measure('signIn', () => signInOverHttp(url, { nationalId }))
  const screening = await stopwatch.measure('screening', () => enter(dependencies, cookie))
  const texts = issuedTexts(screening)
  const bundle = await stopwatch.measure('trust', () => fetchTrust(url, now()))
  const verdict = await stopwatch.measure('verify', () => verifyBoth(texts, bundle, now()))
  if (verdict.verdict !== 'accepted') {
    throw new DemoFailure(
      `the certificate is ${verdict.verdict} at ${verdict.step}: ${verdict.code}`,
    )
  }
  const messages = await stopwatch.measure('notification', () => awaitMessages(dependencies))
  const links = new Set(messages.map(linkIn))
  const [link] = links
  if (link === undefined || links.size !== 1)
    throw new DemoFailure('the messages carry several links')
  const { birthDate } = screening.person
  const opened = await stopwatch.measure('retrieval', () =>
    openLink(dependencies, link, birthDate, texts),
  )
  return {
    hcert: texts.hcert,
    twoddoc: texts.twoddoc,
    screening,
    verdict,
    retrieval: {
      ...opened,
      url: link,
      messages: messages.map(({ channel, to }) => ({ channel, to: to.join(', ') })),
    },
    signers: { dcc: bundle.dcc, twoddoc: bundle.twoddoc },
  }
}
