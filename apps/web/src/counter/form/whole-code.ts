/** Whether a text is all of a code that others scan: enough to tell a scan of the wrong code from a scanner set wrongly. */
import { decodeBase45 } from '@sidep/encoding'
import { restoreLayout } from '@sidep/identifiers'

const twoddocHeader = /^DC0[1-4][A-Z0-9]{8}[0-9A-F]{8}[A-Z0-9]{2}/
/** Of a person's link or a slip: an address whose last part holds a code. */
const addressEnd = /[#/][A-Z0-9-]{10,200}$/

const isWhole = (sent: string): boolean => {
  const text = sent.trim()
  if (/^(?:HC|FC)1:/.test(text)) return text.length > 4 && decodeBase45(text, { from: 4 }).ok
  if (/^https?:/.test(text)) return URL.canParse(text) && addressEnd.test(text)
  return twoddocHeader.test(text)
}

/** The same, through whichever keyboard it was typed. */
export const isWholeCode = (typed: string): boolean => restoreLayout(typed, isWhole) !== null
