/** Invented people and places that examples are about; the codes are cut, so that nobody takes them for a certificate. */
export const site = { id: '750712184', name: 'Pharmacie du Parvis', postalCode: '75004' } as const

export const professional = {
  // Sound, as one that a booklet names has to be.
  id: '899700098314',
  familyName: 'MARTIN',
  firstNames: 'Camille',
  profession: '21',
} as const

export const session = {
  professional,
  door: 'ecps',
  site,
  sites: [site],
  signedInAt: '2021-08-13T13:30:00.000Z',
  expiresAt: '2021-08-14T01:30:00.000Z',
  sessionId: 'q0T7cBr1mUWl5dB3yXy1QA',
  device: 'b3Lq0mVb9oGZ0m2m4sKxw5xj3GQm1yZzv3K4b0n9c1E',
  renewBy: '2021-08-13T14:00:00.000Z',
  serverTime: '2021-08-13T13:30:01.000Z',
} as const

/** RFC 7517 appendix A.1, and its thumbprint (RFC 7638). */
export const counterKey = {
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=',
  y: 'x/FEzRu9m36HLN/tue659LNpXW6pCyStikYjKIWI5a0=',
  thumbprint: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
} as const

export const screeningId = '017b3f50-0000-7000-8000-000000000001'

export const person = {
  familyName: 'Goff',
  firstNames: 'Anna',
  birthDate: '1984-02-29',
  sex: 'F',
  postalCode: '75004',
  contact: { phone: '06 12 34 56 78', language: 'fr' },
} as const

export const screening = {
  id: screeningId,
  person,
  kind: 'antigen',
  device: '1232',
  sampledAt: '2021-08-13T15:20:00+02:00',
  result: 'negative',
  resultAt: '2021-08-13T15:35:00+02:00',
} as const

export const certificate = {
  hcert: 'HC1:NCFOXN…',
  twoddoc: 'DC04FR00…',
  uvci: 'URN:UVCI:01:FR:V3K8QD7LM2XA#T',
  retrieval: 'https://portail.example/resultat/#7G4V…',
} as const

export const screeningAnswer = {
  id: screeningId,
  state: 'final',
  result: 'negative',
  recordedAt: '2021-08-13T13:36:00.000Z',
  certificate,
  notices: [],
} as const

export const delegation = {
  id: '017b3f50-0000-7000-8000-000000000002',
  site,
  responsible: professional,
  staff: { id: '899700075122', name: 'Noé' },
  createdAt: '2021-08-13T13:30:00.000Z',
  endsAt: '2021-08-13T18:00:00.000Z',
  revokedAt: null,
} as const

export const slip = {
  serial: '3Q7K9M2R5T8V1X4Z6B0DF',
  printed: '3Q7K9 M2R5T 8V1X4 Z6B0DF',
  number: 12,
  issuedAt: '2021-08-13T13:30:00.000Z',
  expiresAt: '2021-10-12T13:30:00.000Z',
} as const

export const waiting = {
  state: 'waiting',
  hasTicket: true,
  position: 1_204,
  waitSeconds: 180,
  pollAfterSeconds: 20,
} as const
