/** Whose clock times are typed and shown by: the site's. */
import type { SessionView } from '@sidep/contracts'
import { isSiteZone, timeZoneOf } from '@sidep/screening'
import { offsetMinutesIn } from '@sidep/time'

interface AtWork {
  readonly session: Pick<SessionView, 'site'> | null
  readonly holder: Pick<SessionView, 'site'> | null
}

/** The zone that this computer is set to. */
export const computerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * The time zone of the site worked at. Before one is chosen it is that of who worked here last, else the computer's if a
 * site can be there, else the mainland's.
 */
export const siteZoneOf = ({ session, holder }: AtWork, ofComputer?: string): string => {
  const site = session?.site ?? holder?.site
  if (site) return timeZoneOf(site.postalCode)
  // Asked for only here: browsers take a while to say it, and this is read with every change of the counter's state.
  const computer = ofComputer ?? computerZone()
  return isSiteZone(computer) ? computer : timeZoneOf(null)
}

/** Whether this computer's clock shows another hour than the site's. */
export const isZoneOff = (siteZone: string, at: Date, computer = computerZone()): boolean =>
  offsetMinutesIn(at, computer) !== offsetMinutesIn(at, siteZone)
