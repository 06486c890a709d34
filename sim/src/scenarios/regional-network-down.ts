import type { Scenario } from '../scenario.ts'
import { augustFriday } from './august-friday.ts'

export const regionalNetworkDown: Scenario = {
  ...augustFriday,
  name: 'regional-network-down',
  title: {
    fr: 'Réseau coupé dans une région, de 14 h à 20 h 30',
    en: 'Network cut in one region, from 14:00 to 20:30',
  },
  // Assumption: one pharmacy in twenty, about what Brittany has.
  outages: [{ part: 'network', fromHours: 14, untilHours: 20.5, share: 0.05 }],
}
