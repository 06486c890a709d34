/** From what is typed in an act's form to what is asked of the portal: first what it would touch, then the act. Pure. */
import type { PreviewInput } from '@sidep/contracts'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { instantOfWallClock, parisZone } from '@sidep/time'

export const actKinds = ['open', 'door', 'feed', 'withdrawal', 'suspension', 'revocation'] as const
export type ActKind = (typeof actKinds)[number] | 'take' | 'note' | 'close'

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
}

type Field = 'site' | 'professional' | 'since' | 'noteFr' | 'noteEn'

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

export const watched = ['ecps', 'card', 'entry', 'retrieval', 'verification', 'bundle'] as const
export const feeds = ['tracing', 'surveillance', 'open-data'] as const

const tidy = (text: string | undefined): string => (text ?? '').replace(/\s+/g, '').toUpperCase()
const isProfessional = (text: string): boolean => parseProfessionalId(text).ok

/** What to ask first; null while the form is not filled; `nothing` for an act that touches no more than words. */
export const previewFor = (kind: ActKind, typed: Typed): PreviewInput | 'nothing' | null => {
  const professional = tidy(typed.professional)
  switch (kind) {
    case 'door':
      return { of: 'door', door: typed.door === 'card' ? 'card' : 'ecps' }
    case 'feed':
      return { of: 'feed', feed: feeds.find((one) => one === typed.feed) ?? 'tracing' }
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
    case 'open':
    case 'close':
    case 'take':
      return 'nothing'
    case 'note':
      return [typed.noteFr, typed.noteEn].every((text) => (text ?? '').trim().length >= 3)
        ? 'nothing'
        : null
  }
}
