/** The cookie that keeps a place in the waiting room across reloads: one a browser. */
import {
  readTicket,
  type Ticket,
  type TicketMac,
  ticketId,
  ticketMillisecondsMax,
  writeTicket,
} from '@sidep/admission'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { RandomBytes } from '../platform/clock.ts'
import type { Vault } from '../platform/vault.ts'

export interface Places {
  /** The ticket that a request carries; null when there is none, or none of ours. */
  read(cookieHeader: string | undefined, now: number): Ticket | null
  /** A new place, and the `Set-Cookie` line that keeps it. */
  give(arrivedAt: number): { readonly ticket: Ticket; readonly setCookie: string }
  /** The same place of a holder who came back, and the `Set-Cookie` line that says so. */
  confirm(ticket: Ticket): { readonly ticket: Ticket; readonly setCookie: string }
  /** A `Set-Cookie` line with a ticket's next generation. */
  renew(ticket: Ticket): string
}

const headerCharactersMax = 16_384

/** @param publicUrl under https the cookie gets the `__Host-` prefix, so that no sibling domain can plant one */
export const makePlaces = (
  vault: Pick<Vault, 'searchHash'>,
  randomBytes: RandomBytes,
  publicUrl: string,
): Places => {
  const secure = publicUrl.startsWith('https:')
  const name = `${secure ? '__Host-' : ''}sidep-place`
  const mac: TicketMac = (text) => vault.searchHash('waiting-ticket', text)
  const line = (ticket: Ticket): string =>
    stringifySetCookie({
      name,
      value: writeTicket(ticket, mac),
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure,
      maxAge: ticketMillisecondsMax / 1_000,
    })
  return {
    read(header, now) {
      if (header === undefined || header.length > headerCharactersMax) return null
      const cookies = parseCookie(header)
      const text = Object.hasOwn(cookies, name) ? cookies[name] : undefined
      const reading = text === undefined ? undefined : readTicket(text, mac, now)
      return reading?.ok ? reading.ticket : null
    },
    give(arrivedAt) {
      const ticket = { arrivedAt, id: ticketId(randomBytes(8)), generation: 0, confirmed: false }
      return { ticket, setCookie: line(ticket) }
    },
    confirm(ticket) {
      const confirmed = { ...ticket, confirmed: true }
      return { ticket: confirmed, setCookie: line(confirmed) }
    },
    renew: (ticket) => line({ ...ticket, generation: ticket.generation + 1, confirmed: true }),
  }
}
