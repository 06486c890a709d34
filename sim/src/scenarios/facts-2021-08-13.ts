/** What was published about 13 and 14 August 2021, and where. Tests hold `as-2021` against it. */

export interface PublishedFact {
  readonly what: string
  /** A number, or the time of day in hours since midnight of Friday 13 August. */
  readonly value: number
  readonly unit: 'share' | 'hours' | 'tests a day' | 'sites'
  readonly source: string
}

const onPortal =
  'Message on the SI-DEP portal, 14 August 2021 about 13:00: disturbances on Friday 13 August from 15:30 to midnight and on Saturday 14 August from 8:30 to 10:30; quoted by HuffPost and Sputnik France, 14 August 2021'

export const publishedFacts = {
  testsADay: {
    what: 'antigen tests a day (more than)',
    value: 300_000,
    unit: 'tests a day',
    source: 'TF1, «Panne géante : que s’est-il passé ?», 14 August 2021',
  },
  sitesTesting: {
    what: 'pharmacies that test',
    value: 12_000,
    unit: 'sites',
    source: 'franceinfo, 14 August 2021',
  },
  lockedOutShare: {
    what: 'pharmacies that could not enter tests (more than)',
    value: 0.9,
    unit: 'share',
    source: 'TF1, «Panne géante : que s’est-il passé ?», 14 August 2021',
  },
  downAt: { what: 'sign-in goes down', value: 15.5, unit: 'hours', source: onPortal },
  backAt: { what: 'sign-in is back', value: 24, unit: 'hours', source: onPortal },
  downAgainAt: {
    what: 'sign-in is down again, as most come back at once',
    value: 24 + 8.5,
    unit: 'hours',
    source: `${onPortal}; cause as the vice-president of the FSPF saw it, LCI, 14 August 2021`,
  },
  backAgainAt: { what: 'sign-in is back again', value: 24 + 10.5, unit: 'hours', source: onPortal },
} as const satisfies Record<string, PublishedFact>
