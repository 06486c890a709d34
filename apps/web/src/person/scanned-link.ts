/** What a hand scanner typed, wherever the focus was: a link's code, or why it is none. */
import { looksLikeCode, restoreLayout } from '@sidep/identifiers'
import { mayBeCode } from '../shared/scanner/index.ts'
import { parseLinkCode } from './link-code.ts'

export type ScannedLink =
  | { readonly kind: 'code'; readonly code: string }
  /** A code of something else: a certificate, an identity. */
  | { readonly kind: 'other' }
  /** The scanner is set for another keyboard, and a part of the text is lost. */
  | { readonly kind: 'layout' }

/** An address that leads to a result; what was restored is believed only as a whole one. */
const isWholeLink = (text: string): boolean =>
  /^https?:\/\/\S+$/i.test(text.trim()) && parseLinkCode(text) !== null

/**
 * @param typed as the computer wrote it: through another layout, or under Caps Lock, perhaps
 * @returns null for what is no code
 */
export const readScannedLink = (typed: string): ScannedLink | null => {
  const text = restoreLayout(typed, isWholeLink)?.text ?? typed
  const code = parseLinkCode(text)
  if (code !== null) return { kind: 'code', code }
  if (looksLikeCode(typed)) return { kind: 'other' }
  return mayBeCode(typed) ? { kind: 'layout' } : null
}
