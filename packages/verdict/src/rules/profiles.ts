import { frenchPass } from './fr-pass-2021-08-09.ts'
import { greekEntry } from './gr-entry-2021-08.ts'
import type { RuleProfile, RuleSet } from './rule-set.ts'

const withoutDates = (set: RuleSet): RuleSet => ({
  ...set,
  inForce: { from: null, until: null },
})

/** The rules of August 2021 (72 hours), kept in force without end: what runs when nothing is configured. */
export const august2021: RuleProfile = {
  id: 'august-2021',
  sets: [withoutDates(frenchPass), withoutDates(greekEntry)],
}

/** The same rules in force only when they were: for looking back. */
export const dated: RuleProfile = { id: 'dated', sets: [frenchPass, greekEntry] }

export const defaultProfile = august2021

/** The profiles that configuration may name. */
export const profiles: readonly RuleProfile[] = [august2021, dated]

/**
 * The profile of an id, as configuration and trust bundles name it.
 *
 * @param id the default profile when undefined, or unknown: a bundle may name rules that this build does not have yet
 */
export const profileNamed = (id: string | undefined): RuleProfile =>
  profiles.find((profile) => profile.id === id) ?? defaultProfile
