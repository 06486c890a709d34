import { type Static, Type } from 'typebox'

/** `GET /api/catalogue`: what a counter may enter. Data, not code: the tables live in the server's database seed. */
export const Catalogue = Type.Object({
  /** What the operator of the portal set; absent: what it sets by itself. */
  limits: Type.Optional(
    Type.Object({
      /** How old a sample may be that is entered as catch-up. */
      catchUpDaysMax: Type.Integer(),
    }),
  ),
  /** Where people and verifiers reach the portal, for what is printed; absent: where the counter does. */
  origins: Type.Optional(Type.Object({ person: Type.String(), verifier: Type.String() })),
  kinds: Type.Array(
    Type.Object({
      code: Type.String(), // antigen, pcr
      /** DCC test type (LOINC part): LP217198-3 antigen, LP6464-4 NAAT. */
      dccTestType: Type.String(),
      /** LOINC of 2D-DOC F4, dash removed. */
      loinc: Type.String(),
      label: Type.Object({ fr: Type.String(), en: Type.String() }),
      /** Whether a counter may enter it (antigen) or only laboratories (pcr). */
      atCounter: Type.Boolean(),
      minutesToResult: Type.Integer(),
    }),
  ),
  diseases: Type.Array(
    Type.Object({
      code: Type.String(),
      label: Type.Object({ fr: Type.String(), en: Type.String() }),
    }),
  ),
  devices: Type.Array(
    Type.Object({
      id: Type.String(),
      maker: Type.String(),
      name: Type.String(),
      /** ISO dates, inclusive; null = open. */
      validFrom: Type.Union([Type.String(), Type.Null()]),
      validUntil: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
})
export type Catalogue = Static<typeof Catalogue>
