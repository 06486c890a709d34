/** Friday 13 and Saturday 14 August 2021, with nothing down. */
import type { Scenario } from '../scenario.ts'

/** Assumption: a summer Friday before a long weekend; most people come after work. */
const demandAugust: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 3, 8, 10, 10, 7, 5, 7, 9, 11, 12, 11, 7, 0, 0, 0, 0,
]

export const augustFriday: Omit<Scenario, 'name' | 'title' | 'outages'> = {
  startsAt: '2021-08-13T00:00:00+02:00',
  days: [
    // «more than 300,000 antigen tests a day»: TF1, 14 August 2021. Laboratories: assumption.
    { antigenTests: 300_000, laboratoryTests: 250_000, isSaturday: false },
    // Assumption: a Saturday has less, most of it in the morning.
    { antigenTests: 220_000, laboratoryTests: 120_000, isSaturday: true },
  ],
  // «the 12,000 pharmacies that test»: franceinfo, 14 August 2021.
  sitesTesting: 12_000,
  demandByHour: demandAugust,
  // Calibrated: ordinary mornings pass without a queue, the morning after does not (docs/reference/simulation.md).
  providerPerSecond: 6.5,
  // What `sidep bench issue` is asked to show on two cores; measure your own.
  portalPerSecond: 1_000,
  // Assumption.
  answersLostShare: 0.0005,
}
