import type { Scenario } from '../scenario.ts'
import { augustFriday } from './august-friday.ts'

export const everythingDown: Scenario = {
  ...augustFriday,
  name: 'everything-down',
  title: {
    fr: 'Tout en panne : portail, portes, réseau, et un ordinateur sur dix, de 15 h 30 à 21 h',
    en: 'Everything down: portal, doors, network, and one computer in ten, from 15:30 to 21:00',
  },
  outages: [
    { part: 'provider', fromHours: 15.5, untilHours: 21, share: 1 },
    { part: 'card', fromHours: 15.5, untilHours: 21, share: 1 },
    { part: 'portal', fromHours: 15.5, untilHours: 21, share: 1 },
    { part: 'network', fromHours: 15.5, untilHours: 21, share: 1 },
    { part: 'laboratory', fromHours: 15.5, untilHours: 21, share: 1 },
    // Assumption: a storm that takes the power of one pharmacy in ten.
    { part: 'computers', fromHours: 15.5, untilHours: 21, share: 0.1 },
  ],
}
