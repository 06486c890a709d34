import { type Static, Type } from 'typebox'
import { CertificateTexts, Result } from './screening.ts'

export const RetrievalInput = Type.Object(
  {
    /** The code of the link (fragment of the URL). */
    code: Type.String({ minLength: 10, maxLength: 80 }),
    /** YYYY-MM-DD. */
    birthDate: Type.String({ minLength: 10, maxLength: 10 }),
  },
  { additionalProperties: false },
)
export type RetrievalInput = Static<typeof RetrievalInput>

/** What the person sees: result, codes, and what is known about them and until when. */
export const RetrievalAnswer = Type.Object({
  familyName: Type.String(),
  firstNames: Type.String(),
  birthDate: Type.String(),
  result: Result,
  kind: Type.String(),
  disease: Type.String(),
  device: Type.String(),
  deviceName: Type.Union([Type.String(), Type.Null()]),
  sampledAt: Type.String(),
  siteName: Type.String(),
  /** Null for an inconclusive result. */
  certificate: Type.Union([CertificateTexts, Type.Null()]),
  /** What is kept (masked contact) and until when (ISO dates). */
  kept: Type.Object({
    contact: Type.Array(Type.String()),
    identifyingDataUntil: Type.String(),
    tracesUntil: Type.String(),
  }),
})
export type RetrievalAnswer = Static<typeof RetrievalAnswer>

export const RenewalInput = Type.Object(
  { code: Type.String({ minLength: 10, maxLength: 80 }) },
  { additionalProperties: false },
)
