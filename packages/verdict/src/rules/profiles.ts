import { asOf } from './in-force.ts'
import { ownRuleSet } from './parse-rule-set.ts'
import type { RuleProfile, Texts } from './rule-set.ts'
import pass from './sets/fr-pass.json' with { type: 'json' }
import recoveries from './sets/fr-pass-recoveries.json' with { type: 'json' }
import tests from './sets/fr-pass-tests.json' with { type: 'json' }
import vaccinations from './sets/fr-pass-vaccinations.json' with { type: 'json' }
import greek from './sets/gr-entry-air.json' with { type: 'json' }

const frenchPass = ownRuleSet({ ...pass, rules: [...tests, ...recoveries, ...vaccinations] })
const greekEntry = ownRuleSet(greek)

/** The evening that the portal was built for. */
const thatEvening = new Date('2021-08-13T15:30:00+02:00')
const passOfAugust: Texts = {
  fr: 'Passe sanitaire (août 2021)',
  en: 'French health pass (August 2021)',
}

/** The rules of August 2021 (72 hours), kept in force without end: what runs when nothing is configured. */
export const august2021: RuleProfile = {
  id: 'august-2021',
  sets: [{ ...asOf(frenchPass, thatEvening), title: passOfAugust }, asOf(greekEntry, thatEvening)],
}

/** All rules, each in force when it was: for looking back. */
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
