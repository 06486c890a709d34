import { type Static, Type } from 'typebox'
import { Delivery } from './delivery.ts'
import { EntryChange } from './entry-change.ts'

const strict = { additionalProperties: false } as const

export const Sex = Type.Union([Type.Literal('M'), Type.Literal('F'), Type.Literal('U')])
export const Result = Type.Union([
  Type.Literal('negative'),
  Type.Literal('positive'),
  Type.Literal('inconclusive'),
])
export type Result = Static<typeof Result>

export const Contact = Type.Object(
  {
    /** As typed; normalised to E.164 by intake. */
    phone: Type.Optional(Type.String({ maxLength: 30 })),
    email: Type.Optional(Type.String({ maxLength: 254 })),
    language: Type.Optional(Type.Union([Type.Literal('fr'), Type.Literal('en')])),
  },
  strict,
)

export const Person = Type.Object(
  {
    familyName: Type.String({ maxLength: 80 }),
    /** Empty for somebody who has one name only: it is the family name. */
    firstNames: Type.String({ maxLength: 80 }),
    /** YYYY-MM-DD, a real calendar date; YYYY-MM or YYYY for somebody whose day or month of birth nobody knows. */
    birthDate: Type.String({ minLength: 4, maxLength: 10 }),
    sex: Sex,
    /** Matricule INS (15 characters) as read from the INS DataMatrix, when there is one. */
    ins: Type.Optional(Type.String({ minLength: 15, maxLength: 15 })),
    /** French postal code of residence, for surveillance by département. */
    postalCode: Type.Optional(Type.String({ maxLength: 16, pattern: '^[0-9]{5}$' })),
    contact: Type.Optional(Contact),
  },
  strict,
)
export type Person = Static<typeof Person>

export const Symptoms = Type.Object(
  {
    presence: Type.Union([Type.Literal('none'), Type.Literal('present'), Type.Literal('unknown')]),
    /** First day of symptoms, YYYY-MM-DD; only with `present`. */
    onset: Type.Optional(Type.String({ minLength: 10, maxLength: 10 })),
  },
  strict,
)

export const screeningReasons = [
  'pass',
  'symptoms',
  'contact',
  'travel',
  'care',
  'screening-campaign',
  'other',
] as const
// Spelt out: a union made with `map` checks the same, but its static type is `never`.
export const Reason = Type.Union([
  Type.Literal('pass'),
  Type.Literal('symptoms'),
  Type.Literal('contact'),
  Type.Literal('travel'),
  Type.Literal('care'),
  Type.Literal('screening-campaign'),
  Type.Literal('other'),
])

/** Why something is entered late; packages/screening says from which age of the sample that is. */
export const lateReasons = ['outage', 'paper', 'forgotten', 'correction'] as const
export const LateReason = Type.Union([
  /** The portal, the network or the computer was down. */
  Type.Literal('outage'),
  /** Written on paper then, typed now. */
  Type.Literal('paper'),
  /** Simply not entered. */
  Type.Literal('forgotten'),
  /** In the place of an entry that was wrong. */
  Type.Literal('correction'),
])
export type LateReason = Static<typeof LateReason>

/** Disease of a screening that names none: COVID-19, SNOMED CT. */
export const defaultDisease = '840539006'

/** One screening as a counter sends it. `result` absent: the person is registered and waits. */
export const ScreeningInput = Type.Object(
  {
    /** UUIDv7 made by the client; makes the request idempotent. */
    id: Type.String({ minLength: 36, maxLength: 36 }),
    person: Person,
    /** Kind of test, a code of `testKinds` (data, see catalogue.ts): `antigen` at counters. */
    kind: Type.String({ minLength: 1, maxLength: 40 }),
    /** SNOMED CT code of the disease; COVID-19 when absent. */
    disease: Type.Optional(Type.String({ minLength: 1, maxLength: 18 })),
    /** Id of a device on the EU list, or `other`. */
    device: Type.String({ minLength: 1, maxLength: 20 }),
    /** Name of the device, required with `other`. */
    deviceName: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    /** RFC 3339 with offset. */
    sampledAt: Type.String({ minLength: 20, maxLength: 35 }),
    result: Type.Optional(Result),
    /** RFC 3339; when the result was read. */
    resultAt: Type.Optional(Type.String({ minLength: 20, maxLength: 35 })),
    symptoms: Type.Optional(Symptoms),
    reason: Type.Optional(Reason),
    /** Typed after the event (backlog): sampling may be older than 72 h. */
    catchUp: Type.Optional(Type.Boolean()),
    /** Required when the sample is older than 24 h; kept, audited and looked into. */
    lateReason: Type.Optional(LateReason),
  },
  strict,
)
export type ScreeningInput = Static<typeof ScreeningInput>

export const screeningsPerBatchMax = 100
export const ScreeningBatch = Type.Object(
  { screenings: Type.Array(ScreeningInput, { minItems: 1, maxItems: screeningsPerBatchMax }) },
  strict,
)

export const ResultInput = Type.Object(
  { result: Result, resultAt: Type.Optional(Type.String({ minLength: 20, maxLength: 35 })) },
  strict,
)
export type ResultInput = Static<typeof ResultInput>

/** Said with a recorded screening; not errors. */
export const NoticeCode = Type.Union([
  /** The device is not on the EU list: French 2D-DOC only, no EU DCC (Regulation (EU) 2021/953, art. 3(1)(b)). */
  Type.Literal('DEVICE_NOT_ON_EU_LIST_NO_DCC'),
  /** An inconclusive result gives no certificate. */
  Type.Literal('INCONCLUSIVE_NO_CERTIFICATE'),
  /** A positive of more than 24 h ago: its certificate comes once somebody else of the site, or the authority, confirmed it. */
  Type.Literal('POSITIVE_TO_BE_CONFIRMED'),
])

export const CertificateTexts = Type.Object({
  /** Text of the QR code, `HC1:…`; null when the device is not on the EU list. */
  hcert: Type.Union([Type.String(), Type.Null()]),
  /** Text of the DataMatrix, `DC04…`. */
  twoddoc: Type.String(),
  uvci: Type.String(),
  /** URL the person opens, code in the fragment. */
  retrieval: Type.String(),
})
export type CertificateTexts = Static<typeof CertificateTexts>

/** The answer to a recorded screening (about 1 kB). */
export const ScreeningAnswer = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('final')]),
  result: Type.Union([Result, Type.Null()]),
  recordedAt: Type.String(),
  certificate: Type.Union([CertificateTexts, Type.Null()]),
  notices: Type.Array(NoticeCode),
})
export type ScreeningAnswer = Static<typeof ScreeningAnswer>

/** One line of a batch answer, in the order sent: the answer, or the problem of that line. */
export const BatchLine = Type.Union([
  Type.Object({ id: Type.String(), status: Type.Literal('recorded'), answer: ScreeningAnswer }),
  Type.Object({ id: Type.String(), status: Type.Literal('refused'), problem: Type.Unknown() }),
])
export const BatchAnswer = Type.Object({ lines: Type.Array(BatchLine) })

/**
 * One entry of the site's list of the day (also the waiting list), or one that was opened. Of the person it has the fields
 * that `visibleFields` tells.
 */
export const ScreeningEntry = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('final')]),
  person: Person,
  /** Where a link to the result goes, in a view that does not show it whole: `+33 •••• 78`. */
  contactHint: Type.Optional(Type.String()),
  kind: Type.String(),
  /** SNOMED CT. */
  disease: Type.String(),
  device: Type.String(),
  deviceName: Type.Union([Type.String(), Type.Null()]),
  /** RFC 3339; with the site's own offset overseas, else in UTC. */
  sampledAt: Type.String(),
  recordedAt: Type.String(),
  result: Type.Union([Result, Type.Null()]),
  certificate: Type.Union([CertificateTexts, Type.Null()]),
  /** A positive of more than 24 h ago, whose certificate waits for somebody else; absent otherwise. */
  confirmation: Type.Optional(Type.Literal('wanted')),
  /** Absent from an entry that is as it was entered. */
  change: Type.Optional(EntryChange),
  /** The latest message of each channel with the person's link; absent where there is none. */
  deliveries: Type.Optional(Type.Array(Delivery)),
})
export type ScreeningEntry = Static<typeof ScreeningEntry>
export const ScreeningList = Type.Object({
  screenings: Type.Array(ScreeningEntry),
  truncated: Type.Boolean(),
})
export type ScreeningList = Static<typeof ScreeningList>

/** `POST /api/screenings/:id/notifications`: the ways by which the link goes out again. */
export const SentAgain = Type.Object({
  topics: Type.Array(
    Type.Union([Type.Literal('notification.sms'), Type.Literal('notification.email')]),
  ),
})
export type SentAgain = Static<typeof SentAgain>
