import type { Scenario } from '../scenario.ts'
import { augustFriday } from './august-friday.ts'

export const portalDown: Scenario = {
  ...augustFriday,
  name: 'portal-down',
  title: {
    fr: 'Portail arrêté un vendredi d’août, de 15 h 30 à 18 h 30',
    en: 'Portal down on an August Friday, from 15:30 to 18:30',
  },
  outages: [{ part: 'portal', fromHours: 15.5, untilHours: 18.5, share: 1 }],
}
