/** From what is typed in an act's form to what is asked of the portal: first what it would touch, then the act. Pure. */
import { feedNames, type NoticeDraft, type PreviewInput } from '@sidep/contracts'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { instantOfWallClock, parisZone, wallClockAt } from '@sidep/time'

/** Those that begin anywhere. */
export const actKinds = [
  'open',
  'door',
  'notice',
  'feed',
  'withdrawal',
  'suspension',
  'revocation',
] as const
/** The others begin at what they are about. */
export type ActKind =
  | (typeof actKinds)[number]
  | 'take'
  | 'note'
  | 'close'
  | 'signNotice'
  | 'withdrawNotice'
  | 'closeFraud'

/** What the form holds, by the name of the field; every one of them text. */
export type Typed = Readonly<Record<string, string>>

/** The choices that stand at first. */
export const startOf: Readonly<Record<ActKind, Typed>> = {
  door: { door: 'ecps', to: 'down' },
  feed: { feed: 'tracing', to: 'paused' },
  withdrawal: { papers: 'booklets', why: 'stolen' },
  suspension: { to: 'suspended' },
  revocation: {},
  open: { component: 'entry' },
  take: {},
  note: {},
  close: {},
  notice: { accepts: 'both' },
  signNotice: {},
  withdrawNotice: {},
  closeFraud: {},
}

type Field = 'site' | 'sites' | 'professional' | 'since' | 'until' | 'noteFr' | 'noteEn'

/** Fields that are typed, in the order of the form. */
export const fieldsOf: Readonly<Record<ActKind, readonly Field[]>> = {
  door: [],
  feed: [],
  withdrawal: ['site'],
  suspension: ['professional'],
  revocation: ['professional', 'since'],
  open: [],
  close: [],
  take: [],
  note: ['noteFr', 'noteEn'],
  notice: ['sites', 'until', 'noteFr', 'noteEn'],
  signNotice: [],
  withdrawNotice: [],
  closeFraud: [],
}

/** `13/08/2021 12:00` in Paris as an instant; null for anything else. */
export const instantTyped = (text: string): string | null => {
  const read = /^(\d{1,2})[/. ](\d{1,2})[/. ](\d{4})\s+(\d{1,2})[:h](\d{2})$/.exec(text.trim())
  if (read === null) return null
  const [, day, month, year, hour, minute] = read.map(Number)
  const reading = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute))
  const isReal = reading.getUTCDate() === day && reading.getUTCHours() === hour
  return isReal ? instantOfWallClock(reading, parisZone).toISOString() : null
}

/** An instant as `instantTyped` reads it, of the minute that it is in. */
export const instantWritten = (instant: Date): string => {
  const [day = '', clock = ''] = wallClockAt(instant, parisZone).toISOString().split('T')
  return `${day.split('-').toReversed().join('/')} ${clock.slice(0, 5)}`
}

export const whys = ['stolen', 'lost', 'misused', 'replaced'] as const
export const tolerated = ['both', 'slip', 'provisional'] as const

const tidy = (text: string | undefined): string => (text ?? '').replace(/\s+/g, '').toUpperCase()

/** How FINESS numbers begin, with anything between them. */
const sitesTyped = (text: string | undefined): string[] | null => {
  const sites = (text ?? '')
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter((one) => one !== '')
  return sites.every((one) => /^[0-9AB]{1,9}$/.test(one)) ? [...new Set(sites)] : null
}

const acceptsTyped = ({ accepts }: Typed): NoticeDraft['accepts'] =>
  accepts === 'slip' || accepts === 'provisional' ? [accepts] : ['slip', 'provisional']

const isFilled = (text: string | undefined): boolean => (text ?? '').trim().length >= 3

/** A notice as it is typed, from now on; null while it is not whole. */
export const noticeTyped = (typed: Typed, now: Date): Omit<NoticeDraft, 'reason'> | null => {
  const sites = sitesTyped(typed.sites)
  const until = instantTyped(typed.until ?? '')
  if (sites === null || until === null || ![typed.noteFr, typed.noteEn].every(isFilled)) return null
  return {
    accepts: acceptsTyped(typed),
    sites,
    from: now.toISOString(),
    until,
    fr: (typed.noteFr ?? '').trim(),
    en: (typed.noteEn ?? '').trim(),
  }
}
const isProfessional = (text: string): boolean => parseProfessionalId(text).ok

/** What to ask first; null while the form is not filled; `nothing` for an act that touches no more than words. */
export const previewFor = (kind: ActKind, typed: Typed): PreviewInput | 'nothing' | null => {
  const professional = tidy(typed.professional)
  switch (kind) {
    case 'door':
      return { of: 'door', door: typed.door === 'card' ? 'card' : 'ecps' }
    case 'feed':
      return { of: 'feed', feed: feedNames.find((one) => one === typed.feed) ?? 'tracing' }
    case 'withdrawal': {
      const site = tidy(typed.site)
      const papers = typed.papers === 'slips' ? 'slips' : 'booklets'
      return parseFiness(site).ok ? { of: 'withdrawal', papers, site } : null
    }
    case 'suspension':
      return isProfessional(professional) ? { of: 'suspension', professional } : null
    case 'revocation': {
      const since = instantTyped(typed.since ?? '')
      if (since === null || !isProfessional(professional)) return null
      return { of: 'revocation', professional, since }
    }
    case 'notice':
    case 'signNotice':
    case 'withdrawNotice': {
      const sites = sitesTyped(typed.sites)
      // The day of a draft does not change what it touches.
      const isWhole = kind !== 'notice' || noticeTyped(typed, new Date(0)) !== null
      return sites === null || !isWhole
        ? null
        : { of: 'notice', accepts: acceptsTyped(typed), sites }
    }
    case 'open':
    case 'close':
    case 'take':
    case 'closeFraud':
      return 'nothing'
    case 'note':
      return [typed.noteFr, typed.noteEn].every(isFilled) ? 'nothing' : null
  }
}
