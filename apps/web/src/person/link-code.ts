/**
 * The code of a person's link. It is a secret on a phone that may be shared: it is read from the address
 * once, taken out of the address bar and the history, and kept in memory only.
 */

import { parseSlipSerial, readSlip, slipPath } from '@sidep/continuity'

/** Bounds of the contract's RetrievalInput. */
const codeLengthMin = 10
const codeLengthMax = 80

/**
 * The code in a fragment or typed by hand (a whole link, spaces and lower case are forgiven).
 *
 * @returns null when there is nothing that could be one
 */
export function parseLinkCode(text: string): string | null {
  const afterHash = text.slice(text.lastIndexOf('#') + 1)
  const serial = slipSerialIn(afterHash)
  if (serial !== null) return serial
  const code = afterHash.replace(/[\s-]/g, '').toUpperCase()
  const possible = code.length >= codeLengthMin && code.length <= codeLengthMax
  return possible && /^[A-Z0-9]+$/.test(code) ? code : null
}

/** Whether a code is a slip's serial: it is printed before there is a result under it. */
export const isSlipCode = (code: string): boolean => parseSlipSerial(code).ok

/** The serial in a slip's address: the code of its result. Null for any other text. */
function slipSerialIn(fragment: string): string | null {
  const read = readSlip(`https://slip${slipPath}#${fragment.trim()}`)
  return read.ok ? read.slip.serial.text : null
}

/** The parts of a window that are needed, so that a test can stand in. */
export interface AddressBar {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>
  readonly history: Pick<History, 'replaceState'>
}

/** Takes the code out of the address: read, then gone from the bar and the history. */
export function takeLinkCode({ location, history }: AddressBar): string | null {
  if (location.hash === '') return null
  const code = parseLinkCode(location.hash)
  history.replaceState(null, '', `${location.pathname}${location.search}`)
  return code
}
