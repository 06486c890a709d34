import type * as endpoints from '../../endpoints/screenings.ts'
import * as example from '../examples.ts'
import { type EndpointText, nobody, ownSite } from './text.ts'

const id = 'id of the screening, the UUIDv7 that its client made'
const entry = {
  id: example.screeningId,
  state: 'final',
  person: example.person,
  kind: 'antigen',
  disease: '840539006',
  device: '1232',
  deviceName: null,
  sampledAt: '2021-08-13T13:20:00.000Z',
  recordedAt: '2021-08-13T13:36:00.000Z',
  result: 'negative',
  certificate: example.certificate,
} as const

const { contact: _, postalCode: _code, ...listed } = example.person

export const screeningTexts: Readonly<Record<keyof typeof endpoints, EndpointText>> = {
  listScreenings: {
    act: 'lists the site’s screenings of a day, or those that wait',
    sees: ownSite,
    description:
      'Of the site of the session, the newest first, at most 500; `truncated` says that there are more. A day is a day at the site.',
    parameters: {
      day: 'YYYY-MM-DD at the site; today when absent',
      state: '`waiting`: those without a result, of any day',
    },
    answer: {
      screenings: [{ ...entry, person: listed, contactHint: '+33 •••• 78' }],
      truncated: false,
    },
  },
  recordScreening: {
    act: 'records a screening',
    sees: 'the person just entered, and their codes',
    description:
      'The client makes the id (UUIDv7), and with it the request is idempotent: sent again it answers the same (200), another body under that id is refused. An answer means that screening, certificate and link are stored. Without `result` the person is registered and waits. On UNAVAILABLE, ISSUANCE_FAILED or no answer at all, send the same again.',
    answers: { 200: 'It had been recorded before.', 201: 'Recorded.' },
    body: example.screening,
    answer: example.screeningAnswer,
  },
  recordScreenings: {
    act: 'records many screenings',
    sees: 'the people just entered, and their codes',
    description:
      'At most a hundred. Each line is recorded, or refused with a problem of its own, by itself; the answer has them in the order sent.',
    body: { screenings: [example.screening] },
    answer: {
      lines: [{ id: example.screeningId, status: 'recorded', answer: example.screeningAnswer }],
    },
  },
  readScreening: {
    act: 'reads one screening of the site',
    sees: ownSite,
    description: 'Of the person it has what the role of the caller may see.',
    parameters: { id },
    answer: entry,
  },
  setScreeningResult: {
    act: 'sets the result of a screening that waits',
    sees: 'that person, and their codes',
    description:
      'Of several results sent at once exactly one counts; the same result again answers the same.',
    parameters: { id },
    body: { result: 'negative', resultAt: '2021-08-13T15:35:00+02:00' },
    answer: example.screeningAnswer,
  },
  confirmScreening: {
    act: 'vouches, as a second person of the site, for a positive result that came in late',
    sees: 'that person, and their codes',
    description:
      'A positive of more than a day ago gets its certificate once somebody else than who entered it confirms it. Has no body.',
    parameters: { id },
    answer: example.screeningAnswer,
  },
  correctScreening: {
    act: 'corrects a screening of the site',
    sees: 'that person, and their new codes',
    description:
      'What was entered stays; the correction is the next version, with a certificate of its own. The certificate of before is revoked: verifiers refuse it once they have the next bundle. The person is told, and their link shows the new one. `replaces` is the version that the caller saw: where another is in force the answer is SCREENING_CHANGED and nothing happens. The id makes it idempotent. A result corrected to positive more than a day after its sample waits for the confirmation by somebody else.',
    answers: { 200: 'It had been corrected before.', 201: 'Corrected.' },
    parameters: { id },
    body: {
      id: '017b3f50-0000-7000-8000-000000000005',
      replaces: 1,
      reason: 'name',
      screening: {
        person: example.person,
        device: '1232',
        sampledAt: '2021-08-13T15:20:00+02:00',
        result: 'negative',
      },
    },
    answer: example.screeningAnswer,
  },
  withdrawScreening: {
    act: 'takes a screening of the site back',
    sees: nobody,
    description:
      'Its certificate is revoked and the person told. A screening that was withdrawn stays so: what did take place is entered anew.',
    parameters: { id },
    body: {
      id: '017b3f50-0000-7000-8000-000000000006',
      replaces: 1,
      reason: 'wrong-person',
    },
    answer: { id: example.screeningId, withdrawnAt: '2021-08-13T14:02:00.000Z' },
  },
  searchScreenings: {
    act: 'looks for somebody among the site’s screenings',
    sees: ownSite,
    description:
      'By a name, the beginning of one, or a birth date among those of a day; by whole names and a whole birth date among all that are kept. The newest first, at most a hundred; `truncated` says that there may be more.',
    body: { text: 'Durand 03/04/1980', day: '2021-08-13' },
    answer: {
      screenings: [{ ...entry, person: listed, contactHint: '+33 •••• 78' }],
      truncated: false,
    },
  },
  readScreeningHistory: {
    act: 'reads what happened to a screening of the site',
    sees: 'when that person was tested and opened their link, and who at the site read the screening',
    description:
      'From recording to corrections and why, the messages and the opening of the link, the oldest first, as far as the portal knows.',
    parameters: { id },
    answer: {
      events: [
        {
          at: '2021-08-13T13:36:00.000Z',
          kind: 'recorded',
          by: 'Anne LE GOFF',
          operator: null,
          reason: null,
          why: null,
          about: null,
        },
        {
          at: '2021-08-13T13:36:09.000Z',
          kind: 'sms-sent',
          by: null,
          operator: null,
          reason: null,
          why: null,
          about: null,
        },
      ],
      truncated: false,
    },
  },
  sendLinkAgain: {
    act: 'sends the person’s link again',
    sees: nobody,
    description: 'To the phone and address that were given, at most six times an hour.',
    parameters: { id },
    answer: { topics: ['notification.sms'] },
  },
}
