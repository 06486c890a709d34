import { pharmaciesOfFrance, type Scenario } from '../scenario.ts'

/** Monday 10 January 2022: more tests than on any other day; nothing is down. */
export const recordDay: Scenario = {
  name: 'record-day',
  title: {
    fr: 'Lundi 10 janvier 2022 : 2 280 000 tests, rien en panne',
    en: 'Monday 10 January 2022: 2,280,000 tests, nothing down',
  },
  startsAt: '2022-01-10T00:00:00+01:00',
  // 2,280,000 tests, about 70 % of them antigen: 1,596,000.
  days: [{ antigenTests: 1_596_000, laboratoryTests: 684_000, isSaturday: false }],
  // Assumption: by then every pharmacy tested.
  sitesTesting: pharmaciesOfFrance,
  // Assumption: before school, at lunch, after work.
  demandByHour: [0, 0, 0, 0, 0, 0, 0, 0, 6, 10, 10, 10, 9, 8, 8, 9, 11, 12, 11, 8, 0, 0, 0, 0],
  // Assumption: more than in August, as the provider had promised; calibrated to an ordinary morning.
  providerPerSecond: 40,
  portalPerSecond: 1_000,
  answersLostShare: 0.0005,
  outages: [],
}
