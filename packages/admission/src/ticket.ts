/**
 * A place in the waiting room: when it was taken, and nothing about whom. It is signed and not stored; any process
 * reads any other's. What is stored, once it is used, is its id and how often it was.
 *
 * 32 bytes, base64url: version (1) ‖ arrival, milliseconds since 1970 (6, big-endian) ‖ id (8) ‖ confirmed (the highest bit)
 * and generation (1) ‖ tag (16).
 * Using a ticket makes the next generation: of two holders of the same text only the first is let in (the rotation of
 * RFC 9700 §4.14.2). The tag is the first half of an HMAC-SHA-256 (RFC 2104 §5).
 */
import { hourMilliseconds } from '@sidep/time'

export interface Ticket {
  readonly arrivedAt: number
  /** 16 hexadecimal digits. */
  readonly id: string
  /** 0 for a new one; each use makes the next. */
  readonly generation: number
  /** Whether its holder has come back since it was taken: only then does the place count for long. */
  readonly confirmed: boolean
}

/** 32 bytes of HMAC-SHA-256 over a text, under a key that is used for tickets alone and that every process has. */
export type TicketMac = (text: string) => Uint8Array

export type TicketReading =
  | { readonly ok: true; readonly ticket: Ticket }
  | { readonly ok: false; readonly code: 'TICKET_MALFORMED' | 'TICKET_FORGED' | 'TICKET_EXPIRED' }

const version = 1
const bodyBytes = 16
const tagBytes = 16
const idBytes = 8
/** The length of every ticket's text: 32 bytes in base64url without padding. */
export const ticketCharacters = 43
/** A ticket is good for this long; nobody waits longer, and the list of used ones stays short. */
export const ticketMillisecondsMax = 6 * hourMilliseconds
/** Sign-ins that one ticket is good for, one after the other: a phone that was not confirmed in time costs no new wait. */
export const ticketUsesMax = 3
/** A network that takes more than its share is given places dated later, by at most this. */
export const datedLaterMillisecondsMax = 5 * 60_000
/** The clocks of our processes differ by less than a minute. */
const futureMillisecondsMax = datedLaterMillisecondsMax + 60_000
const confirmedBit = 0x80

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const toText = (bytes: Uint8Array): string => {
  let text = ''
  let value = 0
  let bits = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text += alphabet.charAt((value >> bits) & 63)
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet.charAt((value << (6 - bits)) & 63) : text
}

const toBytes = (text: string): Uint8Array | null => {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8))
  let value = 0
  let bits = 0
  let at = 0
  for (const character of text) {
    const digit = alphabet.indexOf(character)
    if (digit < 0) return null
    value = (value << 6) | digit
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at] = (value >> bits) & 255
      at += 1
      value &= (1 << bits) - 1
    }
  }
  // Bits that are left over are zero: one ticket has one text.
  return value === 0 ? bytes : null
}

const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

const bodyOf = ({ arrivedAt, id, generation, confirmed }: Ticket): Uint8Array => {
  const body = new Uint8Array(bodyBytes)
  const view = new DataView(body.buffer)
  body[0] = version
  view.setUint16(1, Math.floor(arrivedAt / 2 ** 32))
  view.setUint32(3, arrivedAt % 2 ** 32)
  for (let at = 0; at < idBytes; at += 1) {
    body[7 + at] = Number.parseInt(id.slice(2 * at, 2 * at + 2), 16)
  }
  body[15] = generation | (confirmed ? confirmedBit : 0)
  return body
}

const tagOf = (body: Uint8Array, mac: TicketMac): Uint8Array =>
  mac(toHex(body)).subarray(0, tagBytes)

/** Takes as long for equal as for different bytes. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 0)
  return difference === 0
}

/** The id of a new ticket, from 8 random bytes. */
export const ticketId = (random: Uint8Array): string => toHex(random.subarray(0, idBytes))

/** The text of a ticket, `ticketCharacters` long. */
export const writeTicket = (ticket: Ticket, mac: TicketMac): string => {
  const body = bodyOf(ticket)
  const bytes = new Uint8Array(bodyBytes + tagBytes)
  bytes.set(body)
  bytes.set(tagOf(body, mac), bodyBytes)
  return toText(bytes)
}

/** Reads a text that claims to be a ticket. Never throws. @param now room time, milliseconds */
export const readTicket = (text: string, mac: TicketMac, now: number): TicketReading => {
  const bytes = text.length === ticketCharacters ? toBytes(text) : null
  if (bytes === null || bytes[0] !== version) return { ok: false, code: 'TICKET_MALFORMED' }
  const body = bytes.slice(0, bodyBytes)
  if (!isSame(bytes.subarray(bodyBytes), tagOf(body, mac))) {
    return { ok: false, code: 'TICKET_FORGED' }
  }
  const view = new DataView(body.buffer)
  const arrivedAt = view.getUint16(1) * 2 ** 32 + view.getUint32(3)
  if (arrivedAt > now + futureMillisecondsMax) return { ok: false, code: 'TICKET_FORGED' }
  if (now - arrivedAt > ticketMillisecondsMax) return { ok: false, code: 'TICKET_EXPIRED' }
  const id = toHex(body.subarray(7, 7 + idBytes))
  const last = body[15] ?? 0
  const generation = last & ~confirmedBit
  return { ok: true, ticket: { arrivedAt, id, generation, confirmed: last >= confirmedBit } }
}
