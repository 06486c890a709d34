import type * as endpoints from '../../endpoints/operations.ts'
import { type EndpointText, nobody } from './text.ts'

const at = '2021-08-13T13:42:10.000Z'

const overview = {
  at,
  doors: [
    { door: 'ecps', state: 'down', since: '2021-08-13T13:30:00.000Z' },
    { door: 'card', state: 'up', since: null },
  ],
  capacity: {
    limit: 600,
    inFlight: 41,
    waiting: 0,
    sitesActive: 310,
    room: { isOpen: false, people: 0, signInsPerSecond: 40 },
  },
  figures: {
    signIns: {
      ecps: 0,
      card: 12,
      cameEcps: 0,
      cameCard: 4,
      failedEcps: 310,
      failedCard: 0,
    },
    counters: { heard: 9_100, back: 40, offlineSince: '2021-08-13T13:31:00.000Z', waiting: 310 },
    switches: [],
    sessions: 18_204,
    sitesActive: 6_120,
    today: [{ from: '2021-08-13T13:30:00.000Z', count: 4_211, weekBefore: 9_870 }],
    departments: [{ department: '75', lastHour: 1_204, weekBefore: 2_960, sites: 412 }],
    laboratories: { lastHour: 9_412, lastAt: '2021-08-13T13:42:08.000Z' },
    booklets: { inForce: 9_120, sites: 8_011, allowance: 456_000 },
    provisional: { received: 5_100, reconciled: 4_900, waiting: 200, overdue: 3, gaps: 12 },
    slips: { out: 1_240, sites: 310, overdue: 8 },
    messages: {
      sent: 12_800,
      delivered: 12_400,
      bounced: 230,
      late: 0,
      oldestLateAt: null,
    },
    trust: { number: 4_120, issuedAt: '2021-08-13T13:40:00.000Z' },
    suspended: 2,
    feeds: [{ name: 'tracing', lagSeconds: 0, waiting: 12, deadLetters: 0, isPaused: false }],
    notices: [],
    fraud: { open: 0, newestAt: null, points: 0 },
    forecast: {
      peak: { day: '2021-08-14', hour: 10, expected: 41_000, low: 33_000, high: 50_000 },
      capacityPerSecond: 40,
      busiestPerSecond: 14.2,
      backtest: {
        weeks: 12,
        scaledError: 0.68,
        meanAbsoluteError: 810,
        naiveMeanAbsoluteError: 1_190,
        coverage: 0.8,
      },
    },
  },
  figuresAt: at,
  watcher: {
    writtenAt: '2021-08-13T13:42:00.000Z',
    components: [{ component: 'ecps', status: 'major_outage', since: '2021-08-13T13:30:04.000Z' }],
    incidents: [
      {
        id: '2021-08-13/1',
        severity: 'major',
        openedAt: '2021-08-13T13:30:26.000Z',
        closedAt: null,
        takenBy: null,
        parts: [
          {
            component: 'ecps',
            since: '2021-08-13T13:30:04.000Z',
            recoveredAt: null,
            code: 'PROVIDER_UNAVAILABLE',
            rule: 'probe',
            departments: [],
            sites: null,
          },
        ],
        timeline: [
          {
            at: '2021-08-13T13:30:26.000Z',
            type: 'opened',
            component: 'ecps',
            by: null,
            fr: null,
            en: null,
          },
        ],
      },
    ],
  },
} as const

export const operationsTexts: Readonly<Record<keyof typeof endpoints, EndpointText>> = {
  readOperator: {
    act: 'sees the own roles in operations',
    sees: 'the own name and roles',
    description: 'Roles are given by `sidep operators`; without one the answer is ROLE_REQUIRED.',
    answer: {
      id: '899700075122',
      familyName: 'TESTARD',
      firstNames: 'Camille',
      roles: ['duty'],
      door: 'card',
      signedInAt: '2021-08-13T12:00:00.000Z',
      expiresAt: '2021-08-14T00:00:00.000Z',
      sessionId: 'y3vSpFQ0rTgYdqJxN2kqVw',
      siteId: null,
      professionalId: '899700075122',
      serverTime: at,
    },
  },
  readOperations: {
    act: 'sees how the portal is',
    sees: nobody,
    description:
      'Counts and states only. `figures` are as old as `figuresAt`: while the database is away the last ones stay, and doors, capacity and the watcher are still of now.',
    answer: overview,
  },
  followOperations: {
    act: 'follows how the portal is',
    sees: nobody,
    description:
      'Server-sent events: each `data` is what `GET /api/operations/overview` answers, every few seconds, made once for everybody who follows. The event `ended` says that the session or the role is over.',
  },
  previewAct: {
    act: 'asks what an act of operations would touch',
    sees: 'counts of sites, certificates, people, sessions and papers',
    description: 'Changes nothing. A count that is no matter of the act is absent.',
    body: { of: 'suspension', professional: '899700075122' },
    answer: { sites: 1, sessions: 2, booklets: 1, isUndoable: true },
  },
  sayDoor: {
    act: 'says a door down, open, or leaves it to the probes again',
    sees: nobody,
    description:
      'Counts against the probes in every process within seconds, and ends by itself after `hours`. While every door is down, open sessions bound to their device are carried on.',
    body: { door: 'ecps', to: 'down', hours: 8, reason: 'no sign-in succeeds since 15:30' },
    answer: { isChanged: true },
  },
  pauseFeed: {
    act: 'lets a feed rest, or go on',
    sees: nobody,
    description:
      'Nothing is lost while it rests. `running` also has what was given up tried again.',
    body: { feed: 'tracing', to: 'paused', reason: 'the receiver asked for it' },
    answer: { isChanged: true },
  },
  actOnIncident: {
    act: 'opens an incident, takes it, adds to what the status page says of it, or closes what a person opened',
    sees: nobody,
    description:
      'Left for the watcher in its folder (`WATCH_DIR`), which hears it within seconds. INCIDENT_UNKNOWN: its log has no open incident of that name, or, to close one, none that a person alone opened. Opening what is open already changes nothing.',
    answers: { 202: 'Left for the watcher.' },
    body: {
      kind: 'note',
      incident: '2021-08-13/1',
      fr: 'Le fournisseur d’identité répare.',
      en: 'The identity provider is at it.',
      reason: 'call with the provider at 15:50',
    },
  },
  withdrawPapers: {
    act: 'withdraws all booklets, or all slips, of a site',
    sees: nobody,
    description:
      'What was given or printed until now; verifiers refuse it with their next list, and what is taken or printed afterwards is good again.',
    body: { papers: 'booklets', site: '750712184', why: 'stolen', reason: 'burglary, reported' },
    answer: { isChanged: true, booklets: 2 },
  },
  suspendProfessional: {
    act: 'suspends somebody’s account, or lets them work again',
    sees: nobody,
    description:
      'Ends what they and those who work for them have open, and the booklets of both; nothing that was recorded is touched.',
    body: { professional: '899700075122', to: 'suspended', reason: 'negatives without a test' },
    answer: { isChanged: true, booklets: 1 },
  },
  revokeIssued: {
    act: 'revokes every certificate that was entered in somebody’s name since a time',
    sees: nobody,
    description:
      'Each by itself, as a withdrawal at a counter; the people are told. `certificates` is what the preview said: when another number is found, PREVIEW_OUTDATED and nothing is done. It may be broken off and sent again with the number that is left.',
    body: {
      professional: '899700075122',
      since: '2021-08-13T12:00:00+02:00',
      certificates: 41,
      reason: 'stolen card',
    },
    answer: { isChanged: true, certificates: 41 },
  },
  draftNotice: {
    act: 'drafts a tolerance notice',
    sees: nobody,
    description:
      'For two weeks at most, of the kinds and sites that it names. Nothing of it counts, and nobody outside operations sees it, before somebody else has signed it; a draft is never changed, only dropped.',
    body: {
      accepts: ['slip', 'provisional'],
      sites: ['75'],
      from: '2021-08-13T20:00:00+02:00',
      until: '2021-08-16T12:00:00+02:00',
      fr: 'Les fiches papier de Paris comptent jusqu’à lundi midi.',
      en: 'Slips of Paris count until Monday noon.',
      reason: 'no door has worked since 15:30',
    },
    answer: { notice: 'AT-2021-08-13-1' },
  },
  signNotice: {
    act: 'signs a tolerance notice that somebody else drafted',
    sees: nobody,
    description:
      'By the bundle’s signer: verifiers have it with the next index, the status page with the watcher’s next look. SECOND_PERSON_REQUIRED for who drafted it.',
    body: { notice: 'AT-2021-08-13-1', reason: 'agreed with the minister’s office' },
    answer: { isChanged: true },
  },
  withdrawNotice: {
    act: 'withdraws a tolerance notice, or drops a draft',
    sees: nobody,
    description:
      'Verifiers drop it with the next index that they get; one without a network, or one that scanned it from paper, keeps it until its end.',
    body: { notice: 'AT-2021-08-13-1', reason: 'both doors work' },
    answer: { isChanged: true },
  },
  listFraudAlerts: {
    act: 'reads the open alerts of fraud',
    sees: 'professionals by national id, with what was odd of their day; nobody tested',
    description: 'The weightiest first, a hundred at most.',
    answer: {
      alerts: [
        {
          professional: '899700075122',
          openedAt: at,
          lastAt: at,
          since: '2021-08-12T13:42:10.000Z',
          entries: 31,
          points: 128.5,
          evidence: [{ code: 'UNKNOWN_COUNTER_AND_NETWORK', value: 26, points: 75 }],
          sites: ['750712184'],
          isSuspended: false,
        },
      ],
    },
  },
  closeFraudAlert: {
    act: 'closes what is open of somebody, with what was found',
    sees: nobody,
    description: 'The account goes on as it was: suspending and revoking are acts of their own.',
    body: { professional: '899700075122', reason: 'new computer, confirmed by phone' },
    answer: { isChanged: true },
  },
}
