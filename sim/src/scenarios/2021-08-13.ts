import type { Scenario } from '../scenario.ts'
import { augustFriday } from './august-friday.ts'

/**
 * The event itself. Only the first fall is given. What happens on Saturday at 08:30 follows, or does not follow, from
 * who comes back when and with what.
 */
export const august13: Scenario = {
  ...augustFriday,
  name: '2021-08-13',
  title: {
    fr: 'Vendredi 13 août 2021 : fournisseur d’identité en panne de 15 h 30 à minuit',
    en: 'Friday 13 August 2021: identity provider down from 15:30 to midnight',
  },
  outages: [{ part: 'provider', fromHours: 15.5, untilHours: 24, share: 1 }],
}
