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
    signIns: { ecps: 0, card: 12 },
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
}
