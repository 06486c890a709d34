import { type Static, Type } from 'typebox'

export const Door = Type.Union([Type.Literal('ecps'), Type.Literal('card')])
export type Door = Static<typeof Door>

export const SiteView = Type.Object({
  /** FINESS, 9 characters. */
  id: Type.String(),
  name: Type.String(),
  postalCode: Type.Union([Type.String(), Type.Null()]),
})
export type SiteView = Static<typeof SiteView>

/** `GET /api/session`. */
export const SessionView = Type.Object({
  professional: Type.Object({
    /** `8` + RPPS. */
    id: Type.String(),
    familyName: Type.String(),
    firstNames: Type.String(),
    /** Profession code (G15 nomenclature): 21 pharmacist … */
    profession: Type.String(),
  }),
  door: Door,
  /** The site worked at, null until chosen. */
  site: Type.Union([SiteView, Type.Null()]),
  /** All activities to choose from. */
  sites: Type.Array(SiteView),
  /** Activities that cannot be used here, and why: they carry no FINESS number, or a wrong one. */
  sitesLeftOut: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        reason: Type.Union([Type.Literal('FINESS_MISSING'), Type.Literal('FINESS_INVALID')]),
      }),
    ),
  ),
  signedInAt: Type.String(),
  expiresAt: Type.String(),
})
export type SessionView = Static<typeof SessionView>

export const SiteChoice = Type.Object(
  { site: Type.String({ minLength: 9, maxLength: 9 }) },
  { additionalProperties: false },
)

/** `GET /api/doors`: what can be used to sign in now. */
export const DoorsView = Type.Object({
  doors: Type.Array(
    Type.Object({
      door: Door,
      url: Type.String(),
      state: Type.Union([Type.Literal('up'), Type.Literal('down')]),
    }),
  ),
})
export type DoorsView = Static<typeof DoorsView>
