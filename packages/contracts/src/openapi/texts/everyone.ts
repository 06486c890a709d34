import type * as endpoints from '../../endpoints/everyone.ts'
import * as example from '../examples.ts'
import { type EndpointText, nobody } from './text.ts'

const code = '7G4V2K9QM3X8T5Z1B6D0F4H7'

export const everyoneTexts: Readonly<Record<keyof typeof endpoints, EndpointText>> = {
  openResult: {
    act: 'opens the own result',
    sees: 'the own name, birth date, result, codes; masked contact',
    description:
      'By the code of the link (or of the slip) and the birth date. After some wrong birth dates the link pauses; it reopens by itself, or with the number that `unlock` sends. A refusal takes the same time whatever it is for.',
    body: { code, birthDate: example.person.birthDate },
    answer: {
      state: 'final',
      familyName: 'GOFF',
      firstNames: 'Anna',
      birthDate: example.person.birthDate,
      result: 'negative',
      kind: 'antigen',
      disease: '840539006',
      device: '1232',
      deviceName: null,
      sampledAt: '2021-08-13T13:20:00.000Z',
      siteName: example.site.name,
      certificate: example.certificate,
      acceptance: [
        {
          country: 'FR',
          purpose: 'pass',
          title: { fr: 'Pass sanitaire', en: 'Health pass' },
          until: '2021-08-16T13:20:00Z',
        },
      ],
      kept: {
        contact: ['06 •• •• •• 02'],
        identifyingDataUntil: '2021-11-13',
        tracesUntil: '2022-02-13',
      },
    },
  },
  requestRecovery: {
    act: 'asks for the own certificate of recovery',
    sees: 'the own certificate of recovery, with name and birth date in its code',
    description:
      'Of a positive test, from the eleventh to the 180th day after its sample. Asked for again, it is the same one. It ends with its test: a correction or a withdrawal revokes it. `RECOVERY_TOO_EARLY` says in `detail` from which day on.',
    body: { code, birthDate: example.person.birthDate },
    answer: {
      hcert: example.certificate.hcert,
      uvci: 'URN:UVCI:01:FR:W7N2XK4RJ9DT#3',
      firstPositiveOn: '2021-10-05',
      validFrom: '2021-10-16',
      validUntil: '2022-04-03',
    },
  },
  renewLink: {
    act: 'has a new link sent to the own phone or e-mail',
    sees: nobody,
    description: 'Answers the same whether or not one goes out: it tells nobody what exists.',
    answers: { 202: 'If there is such a link and a way to reach its person, a new one goes out.' },
    body: { code },
  },
  unlockLink: {
    act: 'has a number sent to the own phone',
    sees: nobody,
    description:
      'Six digits that open a paused link. Answers the same whether or not one goes out.',
    answers: { 202: 'If the link is paused and its person has a phone, a number goes out.' },
    body: { code },
  },
  reportDelivery: {
    act: 'says whether a message arrived',
    sees: nobody,
    description:
      'For the SMS gateway: its last word about a message that it took. Sent again until it is answered; the same again answers the same.',
    body: { reference: 'sms-4711', status: 'delivered' },
  },
  readCatalogue: {
    act: 'reads kinds of tests, devices, diseases',
    sees: nobody,
    description: 'What a counter may enter, and within which limits.',
    answer: {
      limits: { catchUpDaysMax: 90 },
      kinds: [
        {
          code: 'antigen',
          dccTestType: 'LP217198-3',
          loinc: '945580',
          label: { fr: 'Test antigénique', en: 'Antigen test' },
          atCounter: true,
          minutesToResult: 15,
        },
      ],
      diseases: [{ code: '840539006', label: { fr: 'COVID-19', en: 'COVID-19' } }],
      devices: [
        {
          id: '1232',
          maker: 'Abbott Rapid Diagnostics',
          name: 'Panbio COVID-19 Ag Rapid Test',
          validFrom: null,
          validUntil: null,
        },
      ],
    },
  },
  readTrustBundle: {
    act: 'reads what verifiers trust',
    sees: nobody,
    description:
      'COSE_Sign1 over keys, withdrawn booklets and slips, rules and audit digests. Cacheable; checked with the anchor that a verifier has, never over this connection alone.',
    answers: { 304: 'The caller has it: `If-None-Match` names it.' },
  },
  readTrustIndex: {
    act: 'reads the index of what verifiers trust',
    sees: nobody,
    description:
      'COSE_Sign1 over number, times, and the name, SHA-256, size and ages of each part: keys by country, revocations, rules, value sets, notices. Its number only grows. Some 2 kB; poll it hourly, at a moment of your own.',
    answers: { 304: 'The caller has it: `If-None-Match` names it.' },
  },
  readTrustPart: {
    act: 'reads a part of the index',
    sees: nobody,
    description:
      'By its SHA-256, 64 hexadecimal digits. It never changes, and is there for a day after the last index that named it; only what has that hash is to be used.',
    parameters: { id: 'SHA-256 of the part, as the index names it.' },
  },
  readTrustAnchor: {
    act: 'reads the key that the bundle is checked with',
    sees: nobody,
    description: 'For a first comparison; a verifier ships with its own.',
    answer: { spki: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…' },
  },
  readOpenApi: {
    act: 'reads the description of the interface',
    sees: nobody,
    description:
      'This document, OpenAPI 3.1: what software of others may call. The rest of the interface is between our pages and our server, and is described on the operator’s port.',
  },
  readApiPage: {
    act: 'reads the description of the interface, as a page',
    sees: nobody,
    description: 'The same without a program: one page, no script, nothing from elsewhere.',
  },
  reportViolation: {
    act: 'says that a page tried what its policy forbids',
    sees: nobody,
    description:
      'Browsers send it by themselves, as `application/reports+json` or `application/csp-report`. Only the name of the directive is counted: addresses in a report can carry codes, and are not kept.',
  },
  readHealth: {
    act: 'asks whether the process lives',
    sees: nobody,
    description: 'Answers as long as the process can answer at all.',
    answer: { status: 'alive' },
  },
  readReadiness: {
    act: 'asks whether it can work',
    sees: nobody,
    description: 'For load balancers: no new requests are wanted while it is not `ready`.',
    answers: { 503: 'Not ready: stopping, or waiting for the database.' },
    answer: { status: 'ready' },
  },
}
