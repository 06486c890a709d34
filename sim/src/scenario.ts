/** What a day is like and what fails in it: data, whoever is at work. */

export interface Text {
  readonly fr: string
  readonly en: string
}

export type Part =
  /** The identity provider behind door `ecps`; in 2021 the only one there was. */
  | 'provider'
  /** Certificates of cards cannot be checked: door `card`. */
  | 'card'
  /** The portal's intake. */
  | 'portal'
  /** The network of some sites. */
  | 'network'
  /** The computers of some sites: no power, or broken. */
  | 'computers'
  /** The laboratories' channel, a process of its own. */
  | 'laboratory'

export interface Outage {
  readonly part: Part
  /** Hours since the scenario's first midnight. */
  readonly fromHours: number
  readonly untilHours: number
  /** Share of the sites concerned, 1 for all. */
  readonly share: number
}

export interface Day {
  /** Antigen tests of the nation on this day. */
  readonly antigenTests: number
  readonly laboratoryTests: number
  readonly isSaturday: boolean
}

export interface Scenario {
  readonly name: string
  readonly title: Text
  /** Midnight in Paris of the first day, RFC 3339. */
  readonly startsAt: string
  readonly days: readonly Day[]
  /** Sites that test; the nation has 20,757 pharmacies. */
  readonly sitesTesting: number
  /** Relative demand in each hour of the day, 24 numbers. */
  readonly demandByHour: readonly number[]
  /** Sign-ins a second that the identity provider finishes at its best. */
  readonly providerPerSecond: number
  /** Screenings a second that the portal stores and signs. */
  readonly portalPerSecond: number
  /** Share of answers of the portal that are lost on the way though the request arrived. */
  readonly answersLostShare: number
  readonly outages: readonly Outage[]
}

/** Pharmacies in France: shared fact of the house, ../docs/reference/simulation.md. */
export const pharmaciesOfFrance = 20_757
