/**
 * Sites at which programs act as users, to see whether it works (`PROBE_SITES`). What is entered there is recorded like
 * everything else, and reaches nobody.
 *
 * Invariants
 * - Only the person that is plainly none can be entered there: whoever takes a probe's sign-in gets no pass with it.
 * - Nothing of it is written to the outbox, which messages and feeds are made from, or counted against a name.
 */
import type { Person } from '@sidep/contracts'

/** Whom probes enter: nobody. */
export const probePerson = {
  familyName: 'SONDE',
  firstNames: 'ESSAI DE FONCTIONNEMENT',
  birthDate: '1970-01-01',
  sex: 'F',
} as const satisfies Person

interface Marked {
  readonly probeSites: readonly string[]
}

export const isProbeSite = ({ probeSites }: Marked, siteId: string | undefined): boolean =>
  siteId !== undefined && probeSites.includes(siteId)

/** Whether somebody may be entered at a site. */
export const mayBeEnteredAt = (
  marked: Marked,
  siteId: string,
  { familyName, firstNames, birthDate, contact }: Person,
): boolean =>
  !isProbeSite(marked, siteId) ||
  (familyName === probePerson.familyName &&
    firstNames === probePerson.firstNames &&
    birthDate === probePerson.birthDate &&
    contact === undefined)
