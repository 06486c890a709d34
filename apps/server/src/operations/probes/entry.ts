/** What a counter, a person and a verifier do: enter a test, open its link, read its code, with the newest bundle. */
import {
  type Catalogue,
  type RetrievalReply,
  routes,
  type ScreeningAnswer,
  type ScreeningInput,
} from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import { makeUuidV7 } from '@sidep/identifiers'
import { minuteMilliseconds } from '@sidep/time'
import { followBundle, loadTrust, type Trust } from '@sidep/trust'
import { purposeFor, verify } from '@sidep/verdict'
import type { RandomBytes } from '../../platform/clock.ts'
import { probePerson } from '../../platform/probe-sites.ts'
import { failureOf, type ProbeBrowser, ProbeFailure } from './browser.ts'

/** What a probe's test left with. */
export interface Entered {
  readonly hcert: string
  readonly link: string
}

const jsonAt = async <Answer>(browser: ProbeBrowser, url: URL): Promise<Answer> => {
  const page = await browser.ask(url)
  if (page.status !== 200) throw new ProbeFailure(failureOf(page))
  return JSON.parse(page.text) as Answer
}

/** A negative antigen test of nobody, sampled a quarter of an hour ago. */
export const screeningOf = (
  { kinds, devices }: Catalogue,
  now: Date,
  randomBytes: RandomBytes,
): ScreeningInput => {
  const kind = kinds.find(({ atCounter }) => atCounter)
  const day = now.toISOString().slice(0, 10)
  const device = devices.find(
    ({ validFrom, validUntil }) =>
      (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil),
  )
  if (kind === undefined || device === undefined) throw new ProbeFailure('CATALOGUE_EMPTY')
  const sampledAt = new Date(now.getTime() - kind.minutesToResult * minuteMilliseconds)
  return {
    id: makeUuidV7(now, randomBytes),
    person: probePerson,
    kind: kind.code,
    device: device.id,
    sampledAt: sampledAt.toISOString(),
    result: 'negative',
    resultAt: now.toISOString(),
    reason: 'other',
  }
}

/** @throws ProbeFailure */
export const readCatalogue = (browser: ProbeBrowser, counter: string): Promise<Catalogue> =>
  jsonAt<Catalogue>(browser, new URL(routes.catalogue, counter))

/** In a session that the browser has. @throws ProbeFailure */
export const enterTest = async (
  browser: ProbeBrowser,
  counter: string,
  now: Date,
  randomBytes: RandomBytes,
): Promise<Entered> => {
  const catalogue = await readCatalogue(browser, counter)
  const page = await browser.ask(new URL(routes.screenings, counter), {
    method: 'POST',
    json: screeningOf(catalogue, now, randomBytes),
  })
  if (page.status !== 201) throw new ProbeFailure(failureOf(page))
  const { certificate } = JSON.parse(page.text) as ScreeningAnswer
  if (certificate === null || certificate.hcert === null)
    throw new ProbeFailure('CERTIFICATE_MISSING')
  return { hcert: certificate.hcert, link: certificate.retrieval }
}

/** As the person, with the link and the birth date. @throws ProbeFailure */
export const openLink = async (
  browser: ProbeBrowser,
  person: string,
  { hcert, link }: Entered,
): Promise<void> => {
  const page = await browser.ask(new URL(routes.retrieval, person), {
    method: 'POST',
    json: { code: new URL(link).hash.slice(1), birthDate: probePerson.birthDate },
  })
  if (page.status !== 200) throw new ProbeFailure(failureOf(page))
  const reply = JSON.parse(page.text) as RetrievalReply
  if (reply.state !== 'final' || reply.certificate?.hcert !== hcert)
    throw new ProbeFailure('CERTIFICATE_DIFFERS')
}

export interface HeldTrust {
  /** SubjectPublicKeyInfo of the key that the next bundle is held to. */
  readonly anchor: Uint8Array
  readonly trust: Trust
}

/** Where the portal writes it into its verifier's page (ADR 81). */
const pageAnchor = /<meta name="trust-anchor" content="([A-Za-z0-9+/=]{16,1024})"/

/** What a phone begins with: the page's; a portal without pages has only its word. */
const firstAnchor = async (browser: ProbeBrowser, verifier: string): Promise<Uint8Array> => {
  const page = await browser.ask(new URL('/verifier/', verifier))
  const spki =
    pageAnchor.exec(page.text)?.[1] ??
    (await jsonAt<{ spki: string }>(browser, new URL(routes.trustAnchor, verifier))).spki
  const bytes = base64ToBytes(spki)
  if (!bytes.ok) throw new ProbeFailure('ANCHOR_MALFORMED')
  return bytes.value
}

/**
 * As a verifier, which keeps the key that it began with, or a successor that it signed for.
 *
 * @param anchor null: begins now
 * @throws ProbeFailure
 */
export const pollBundle = async (
  browser: ProbeBrowser,
  verifier: string,
  anchor: Uint8Array | null,
  now: Date,
): Promise<HeldTrust> => {
  const held = anchor ?? (await firstAnchor(browser, verifier))
  const bytes = await browser.bytes(new URL(routes.trustBundle, verifier))
  const bundle = await followBundle(bytes, held, now)
  if (!bundle.ok) throw new ProbeFailure(bundle.code)
  return { anchor: bundle.value.anchor, trust: await loadTrust(bundle.value.content) }
}

/** Reads the code as a venue in France does. @throws ProbeFailure */
export const readCode = async ({ hcert }: Entered, trust: Trust, now: Date): Promise<void> => {
  const { verdict, code } = await verify(hcert, trust, now, purposeFor('FR'))
  if (verdict !== 'accepted') throw new ProbeFailure(code)
}
