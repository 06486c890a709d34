/**
 * What the authority accepts during an incident: a statement of the bundle signer, which verifiers apply while it lasts. It
 * travels in the part `notices`, and as a code on a sheet of paper.
 *
 * Invariants
 * - It makes nothing genuine: what it lets pass has its signature, and was not withdrawn.
 * - It is bounded: for at most two weeks, for the kinds and sites that it names.
 */
import {
  broken,
  decodeBase45,
  decoded,
  deflate,
  encodeBase45,
  inflate,
  type Layer,
} from '@sidep/encoding'
import { dayMilliseconds } from '@sidep/time'
import { openStatement, type StatementKind, signStatement } from '../statement.ts'
import type { BundleSigner } from '../succession.ts'
import { readList } from '../withdrawn-wire.ts'

const noticeFormat: StatementKind = {
  name: 'NOTICE',
  contentType: 'application/vnd.sidep.tolerance-notice+cbor',
  bytesMax: 8 * 1024,
  depthMax: 4,
}

const toleratedKinds = ['slip', 'provisional'] as const
export type ToleratedKind = (typeof toleratedKinds)[number]

export interface ToleranceNotice {
  /** For people and logs: `2021-08-13/1`. */
  readonly id: string
  /** RFC 3339. */
  readonly from: string
  readonly until: string
  /** What is accepted until then although its own time is over. */
  readonly accepts: readonly ToleratedKind[]
  /** How FINESS numbers begin of the sites whose papers it is about: `75` Paris, `9704` Réunion. Empty: all. */
  readonly sites: readonly string[]
  readonly fr: string
  readonly en: string
}

const durationMax = 14 * dayMilliseconds
const sitesMax = 200
const textCharactersMax = 500

const contentOf = (notice: ToleranceNotice): ReadonlyMap<string, unknown> =>
  new Map(
    Object.entries(notice).map(([name, value]) => [
      name,
      Array.isArray(value) ? [...value] : value,
    ]),
  )

/** What keeps a notice from being one: a field, or how long it is for. */
type NoticeFault = 'id' | 'text' | 'duration' | 'accepts' | 'sites'

const faultWords: Readonly<Record<NoticeFault, string>> = {
  id: 'a notice has a name of 40 characters at most, such as 2021-08-13/1',
  text: 'a notice has a text of 500 characters at most in each language',
  duration: 'a notice ends after it begins, two weeks later at most',
  accepts: 'a notice is about slips, provisional certificates, or both',
  sites: 'a notice names sites by how their FINESS numbers begin, such as 75 or 9704, 200 at most',
}

/** Whether a notice may say this: within two weeks, with kinds, and a text in each language. */
export const isNotice = (notice: ToleranceNotice): boolean => readContent(contentOf(notice)).ok

/** @throws RangeError when it says what no notice may */
export const signNotice = async (
  notice: ToleranceNotice,
  signer: BundleSigner,
  successions: readonly Uint8Array[] = [],
): Promise<Uint8Array> => {
  const content = contentOf(notice)
  const read = readContent(content)
  if (!read.ok) throw new RangeError(faultWords[read.fault])
  return signStatement(noticeFormat, content, signer, successions)
}

/**
 * Opens a notice.
 *
 * @returns it, or NOTICE_TOO_LARGE, NOTICE_MALFORMED, NOTICE_ALGORITHM, NOTICE_CONTENT_TYPE, NOTICE_ANCHOR,
 *   NOTICE_SIGNATURE
 */
export const openNotice = async (
  bytes: Uint8Array,
  anchorSpki: Uint8Array,
): Promise<Layer<ToleranceNotice>> => {
  const opened = await openStatement(noticeFormat, bytes, anchorSpki)
  if (!opened.ok) return opened
  const notice = readContent(opened.value.content)
  return notice.ok ? decoded(notice.value) : broken('NOTICE_MALFORMED')
}

type ReadNotice =
  | { readonly ok: true; readonly value: ToleranceNotice }
  | { readonly ok: false; readonly fault: NoticeFault }

const faulty = (fault: NoticeFault): ReadNotice => ({ ok: false, fault })

const readContent = (content: ReadonlyMap<unknown, unknown>): ReadNotice => {
  const text = (name: string, charactersMax: number): string => {
    const value: unknown = content.get(name)
    return typeof value === 'string' && value.length <= charactersMax ? value : ''
  }
  const id = text('id', 40)
  const from = text('from', 40)
  const until = text('until', 40)
  const fr = text('fr', textCharactersMax)
  const en = text('en', textCharactersMax)
  const accepts = readList(content.get('accepts'), (kind) =>
    toleratedKinds.find((known) => known === kind),
  )
  const sites = readList(content.get('sites'), (site) =>
    typeof site === 'string' && /^[0-9AB]{1,9}$/.test(site) ? site : undefined,
  )
  const duration = Date.parse(until) - Date.parse(from)
  if (id === '') return faulty('id')
  if (fr === '' || en === '') return faulty('text')
  if (!(duration > 0 && duration <= durationMax)) return faulty('duration')
  if (accepts === undefined || accepts.length === 0) return faulty('accepts')
  if (sites === undefined || sites.length > sitesMax) return faulty('sites')
  return { ok: true, value: { id, from, until, accepts, sites, fr, en } }
}

/** Whether a notice lets a paper of a site pass at a moment. */
export const isTolerated = (
  { from, until, accepts, sites }: ToleranceNotice,
  kind: ToleratedKind,
  site: string,
  at: Date,
): boolean =>
  accepts.includes(kind) &&
  at >= new Date(from) &&
  at < new Date(until) &&
  (sites.length === 0 || sites.some((prefix) => site.startsWith(prefix)))

/** So that no reader of certificates mistakes it for one. */
export const noticePrefix = 'TN1:'

/** A signed notice as the text of a code. */
export const noticeText = (bytes: Uint8Array): string => noticePrefix + encodeBase45(deflate(bytes))

/** The bytes of such a text; NOTICE_MALFORMED when it is none. */
export const noticeBytes = (text: string): Layer<Uint8Array, 'NOTICE_MALFORMED'> => {
  if (!text.startsWith(noticePrefix)) return broken('NOTICE_MALFORMED')
  const compressed = decodeBase45(text, { from: noticePrefix.length })
  const bytes = compressed.ok ? inflate(compressed.value, noticeFormat.bytesMax) : compressed
  return bytes.ok ? decoded(bytes.value) : broken('NOTICE_MALFORMED')
}
