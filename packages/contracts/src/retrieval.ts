import { type Static, Type } from 'typebox'
import { CertificateTexts, Result } from './screening.ts'

export const RetrievalInput = Type.Object(
  {
    /** The code of the link (fragment of the URL). */
    code: Type.String({ minLength: 10, maxLength: 80 }),
    /** YYYY-MM-DD; YYYY-MM or YYYY for somebody whose day or month of birth nobody knows. */
    birthDate: Type.String({ minLength: 4, maxLength: 10 }),
    /** Six digits sent to the phone given at the counter (`UnlockInput`): they open a link that is paused. */
    unlockNumber: Type.Optional(Type.String({ minLength: 6, maxLength: 6, pattern: '^[0-9]{6}$' })),
  },
  { additionalProperties: false },
)
export type RetrievalInput = Static<typeof RetrievalInput>

/** What is kept about the person (masked contact) and until when (ISO dates, `YYYY-MM-DD`). */
const Kept = Type.Object({
  contact: Type.Array(Type.String()),
  identifyingDataUntil: Type.String(),
  tracesUntil: Type.String(),
})

/** Rules in force under which a certificate is accepted, as the place says that asks for them. */
const Acceptance = Type.Object({
  /** ISO 3166-1 alpha-2. */
  country: Type.String(),
  purpose: Type.Union([Type.Literal('pass'), Type.Literal('entry')]),
  title: Type.Object({ fr: Type.String(), en: Type.String() }),
  /** RFC 3339: refused from then on; may be over. Null when no end is known. */
  until: Type.Union([Type.String(), Type.Null()]),
})
export type Acceptance = Static<typeof Acceptance>

/** Proof that the person has had the disease; days as `YYYY-MM-DD`. */
export const RecoveryCertificate = Type.Object({
  /** Text of its QR code, `HC1:…`. */
  hcert: Type.String(),
  uvci: Type.String(),
  firstPositiveOn: Type.String(),
  validFrom: Type.String(),
  /** The last day. */
  validUntil: Type.String(),
})
export type RecoveryCertificate = Static<typeof RecoveryCertificate>

/** The days on which a positive test proves a recovery, `YYYY-MM-DD`, by the calendar of its place. */
const Recovery = Type.Object({
  /** Until then a certificate of it is not issued. */
  from: Type.String(),
  /** The last day. */
  until: Type.String(),
  /** Whether it can be asked for now. */
  isOpen: Type.Boolean(),
  /** Null: nobody asked for it. */
  certificate: Type.Union([RecoveryCertificate, Type.Null()]),
})

/** What the person sees: result, codes, and what is known about them and until when. */
export const RetrievalAnswer = Type.Object({
  state: Type.Literal('final'),
  familyName: Type.String(),
  firstNames: Type.String(),
  birthDate: Type.String(),
  result: Result,
  kind: Type.String(),
  disease: Type.String(),
  device: Type.String(),
  deviceName: Type.Union([Type.String(), Type.Null()]),
  /** RFC 3339; with the site's own offset overseas, else in UTC. */
  sampledAt: Type.String(),
  siteName: Type.String(),
  /** Null for an inconclusive result. */
  certificate: Type.Union([CertificateTexts, Type.Null()]),
  /** Where the certificate is or was accepted, by what a verifier would say of it; the national pass first. */
  acceptance: Type.Array(Acceptance),
  /** When it was put right by the place of the test: a document of before is no longer accepted. Absent: it never was. */
  correctedAt: Type.Optional(Type.String()),
  /** Absent: this test gives no proof of a recovery. */
  recovery: Type.Optional(Recovery),
  /** When a correction ended a certificate of recovery that was issued before. Absent: none was. */
  recoveryEndedAt: Type.Optional(Type.String()),
  kept: Kept,
})
export type RetrievalAnswer = Static<typeof RetrievalAnswer>

/** Who was tested, when and where, while there is no result to say. */
const tested = {
  familyName: Type.String(),
  firstNames: Type.String(),
  birthDate: Type.String(),
  kind: Type.String(),
  /** RFC 3339; with the site's own offset overseas, else in UTC. */
  sampledAt: Type.String(),
  siteName: Type.String(),
}

/** The sample is taken and there is no result yet: come back after `minutesToResult` from sampling. */
export const RetrievalWaiting = Type.Object({
  state: Type.Literal('waiting'),
  ...tested,
  minutesToResult: Type.Integer(),
  kept: Kept,
})
export type RetrievalWaiting = Static<typeof RetrievalWaiting>

/** The place of the test took it back: no document of it is accepted any more. */
export const RetrievalWithdrawn = Type.Object({
  state: Type.Literal('withdrawn'),
  ...tested,
  withdrawnAt: Type.String(),
  /** When a certificate of recovery ended that was issued of it, with it or by a correction before. Absent: none was. */
  recoveryEndedAt: Type.Optional(Type.String()),
  kept: Kept,
})
export type RetrievalWithdrawn = Static<typeof RetrievalWithdrawn>

/** What `POST /api/retrieval` answers, told apart by `state`. */
export const RetrievalReply = Type.Union([RetrievalAnswer, RetrievalWaiting, RetrievalWithdrawn])
export type RetrievalReply = Static<typeof RetrievalReply>

/** The code of an old link; answered 202 and nothing else, whether or not a new one is sent. */
export const RenewalInput = Type.Object(
  { code: Type.String({ minLength: 10, maxLength: 80 }) },
  { additionalProperties: false },
)
export type RenewalInput = Static<typeof RenewalInput>

/** The code of a paused link; answered 202 and nothing else, whether or not a number goes to a phone. */
export const UnlockInput = Type.Object(
  { code: Type.String({ minLength: 10, maxLength: 80 }) },
  { additionalProperties: false },
)
export type UnlockInput = Static<typeof UnlockInput>
