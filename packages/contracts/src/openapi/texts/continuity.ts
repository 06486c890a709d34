import type * as endpoints from '../../endpoints/continuity.ts'
import * as example from '../examples.ts'
import { type EndpointText, nobody } from './text.ts'

const typedLater = '017b3f50-0000-7000-8000-000000000003'
const onSlip = '017b3f50-0000-7000-8000-000000000007'

export const continuityTexts: Readonly<Record<keyof typeof endpoints, EndpointText>> = {
  listBooklets: {
    act: 'sees the booklet of this counter',
    sees: nobody,
    description: 'Ids of the booklets of this counter’s device that still count, the newest first.',
    answer: { booklets: ['0f3a6c1d9b2e4857'] },
  },
  giveBooklet: {
    act: 'gets a booklet for this counter’s key',
    sees: nobody,
    description:
      'A signed, short-lived allowance by which the counter signs provisional certificates while the portal is away. The private half of `counterKey` never leaves the counter. All other booklets of this counter end, but the one in `held`.',
    body: {
      counterKey: { x: example.counterKey.x, y: example.counterKey.y },
    },
    answer: {
      id: '0f3a6c1d9b2e4857',
      signed: '0oRDoQEm…',
      retrievalSeed: 'q83v…',
      professionalId: example.professional.id,
      siteId: example.site.id,
      siteName: example.site.name,
      testTypes: ['LP217198-3'],
      maximum: 50,
      notBefore: '2021-08-13T13:30:00.000Z',
      expiresAt: '2021-08-14T13:30:00.000Z',
      renewAt: '2021-08-13T19:30:00.000Z',
    },
  },
  withdrawBooklets: {
    act: 'withdraws a booklet; those of the whole site, the responsible alone',
    sees: nobody,
    description:
      'Without `booklet`: all that the site was given until now. What is signed from a withdrawn one afterwards is refused by verifiers.',
    body: { booklet: '0f3a6c1d9b2e4857', reason: 'stolen' },
  },
  sendHeartbeat: {
    act: 'says how this counter has fared',
    sees: nobody,
    description:
      'Every five minutes, and when the portal is back. Counted by site and département for the person on duty; nothing of a person is in it. With `leaving` when the software is closed: a site that falls silent otherwise is taken for one that does not reach the portal.',
    body: {
      offline: { since: '2021-08-13T13:30:00.000Z', until: '2021-08-13T13:52:10.000Z' },
      numbersUsed: 7,
      waiting: 3,
      lostSignIns: ['ecps'],
    },
  },
  listSlips: {
    act: 'lists slips that are out',
    sees: 'numbers of slips',
    description: 'Printed, not cancelled, not typed yet; the oldest first.',
    answer: { slips: [example.slip], truncated: false },
  },
  printSlips: {
    act: 'gets slips to print',
    sees: 'numbers and codes of the new slips',
    description:
      'Pre-signed, numbered sheets that are filled in by hand when there is no computer.',
    body: { count: 4 },
    answer: {
      siteName: example.site.name,
      slips: [
        {
          ...example.slip,
          check: 'FS1:6BFOXN…',
          code: '7G4V 2K9Q M3X8 T5Z1 B6D0 F4H7',
          address: 'https://portail.example/resultat/#7G4V…',
        },
      ],
    },
  },
  cancelSlips: {
    act: 'cancels slips; those of the whole site, the responsible alone',
    sees: nobody,
    description: 'Without `serials`: all that the site has printed until now.',
    body: { serials: [example.slip.serial], reason: 'lost' },
    answer: { cancelled: 1 },
  },
  listSiteNotices: {
    act: 'sees what was done to the whole site',
    sees: 'who did it, when',
    description: 'Of the last days, the newest first.',
    answer: {
      notices: [
        {
          id: '017b3f50-0000-7000-8000-000000000003',
          kind: 'booklets-withdrawn',
          reason: 'stolen',
          by: { id: example.professional.id, name: 'Camille MARTIN' },
          at: '2021-08-13T13:30:00.000Z',
          undoUntil: '2021-08-20T13:30:00.000Z',
          undoneAt: null,
        },
      ],
    },
  },
  undoSiteAct: {
    act: 'takes back what was done to the whole site',
    sees: nobody,
    description: 'Once, and within the time that the notice names.',
    parameters: { id: 'id of the notice' },
  },
  findDuplicates: {
    act: 'asks whether the site has these people already',
    sees: 'times of screenings at the own site, of people it names itself',
    description:
      'Before papers are sent: those of the people named whom the site has sampled within the hour of the time named.',
    body: {
      screenings: [
        {
          // Of the line to be sent, which is no double of itself.
          id: typedLater,
          familyName: example.person.familyName,
          firstNames: example.person.firstNames,
          birthDate: example.person.birthDate,
          sampledAt: example.screening.sampledAt,
        },
      ],
    },
    answer: {
      found: [
        {
          id: typedLater,
          sampledAt: '2021-08-13T13:20:00.000Z',
          recordedAt: '2021-08-13T13:36:00.000Z',
        },
      ],
    },
  },
  reconcile: {
    act: 'sends what was done offline',
    sees: 'the people it sends, and their codes',
    description:
      'Screenings that a counter certified from its booklet, or wrote on slips, while it was alone. Each line is idempotent by its id and answered by itself: `definitive` has its certificate, `acknowledged` is stored, `refused` is for a person to put right, `later` is sent again. `retryAfterSeconds` says when the next batch is welcome.',
    body: {
      items: [
        {
          kind: 'screening',
          id: onSlip,
          screening: { ...example.screening, id: onSlip },
          provisional: null,
          slip: example.slip.serial,
        },
      ],
      wasted: [],
    },
    answer: {
      lines: [{ id: onSlip, status: 'definitive' }],
      retryAfterSeconds: null,
    },
  },
}
