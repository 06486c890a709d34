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
    /** `8` + RPPS; of an operator `3` + FINESS + `/` + the card's number there. */
    id: Type.String(),
    familyName: Type.String(),
    firstNames: Type.String(),
    /** Profession code (G15 nomenclature): 21 pharmacist …; empty for an operator. */
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
  /** Names the session in a renewal's statement; opens nothing by itself. */
  sessionId: Type.Optional(Type.String()),
  /** Thumbprint (RFC 7638) of the device key that the session is bound to; null: to none. */
  device: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  /** A bound session is renewed by its device until then, or refused with SESSION_RENEWAL_DUE. */
  renewBy: Type.Optional(Type.String()),
  /** Renewed past its normal life because no door is open. */
  extended: Type.Optional(Type.Boolean()),
  /** Who is at the keyboard, when working for the professional. */
  operator: Type.Optional(
    Type.Union([
      Type.Object({ id: Type.String(), familyName: Type.String(), firstNames: Type.String() }),
      Type.Null(),
    ]),
  ),
  /** The delegation worked under, and its end. */
  delegation: Type.Optional(
    Type.Union([Type.Object({ id: Type.String(), endsAt: Type.String() }), Type.Null()]),
  ),
  /** By the server's clock; a device's own may be wrong. */
  serverTime: Type.Optional(Type.String()),
})
export type SessionView = Static<typeof SessionView>

export const SiteChoice = Type.Object(
  {
    site: Type.String({ minLength: 9, maxLength: 9 }),
    /** Work there for the professional who delegated, instead of in one's own name. */
    delegation: Type.Optional(Type.String({ minLength: 36, maxLength: 36 })),
  },
  { additionalProperties: false },
)

/** SHA-256 of a JWK by RFC 7638, base64url. */
const thumbprint = { minLength: 43, maxLength: 43, pattern: '^[A-Za-z0-9_-]{43}$' } as const

/** `GET /api/session/renewal`: what a device signs over, for one that has forgotten. */
export const RenewalStart = Type.Object({ sessionId: Type.String(), serverTime: Type.String() })
export type RenewalStart = Static<typeof RenewalStart>

/**
 * `POST /api/session/renewal`. The proof is a JWS (compact) of the device key: header
 * `{typ: 'sidep-renewal+jwt', alg: 'ES256', jwk}`, claims `{aud: origin, sid, iat, jti}`.
 */
export const SessionRenewalInput = Type.Object(
  { proof: Type.String({ minLength: 100, maxLength: 1_500 }) },
  { additionalProperties: false },
)
export type SessionRenewalInput = Static<typeof SessionRenewalInput>

/** `POST /api/session/revocations`: `elsewhere` keeps the session that asks; `one` ends one of those listed. */
export const RevocationInput = Type.Union([
  Type.Object(
    { scope: Type.Union([Type.Literal('everywhere'), Type.Literal('elsewhere')]) },
    { additionalProperties: false },
  ),
  Type.Object(
    { scope: Type.Literal('one'), sessionId: Type.String({ minLength: 1, maxLength: 60 }) },
    { additionalProperties: false },
  ),
])
export type RevocationInput = Static<typeof RevocationInput>

/** What a browser said it was at the sign-in; `other` also for none. */
export const BrowserFamily = Type.Union([
  Type.Literal('chrome'),
  Type.Literal('edge'),
  Type.Literal('firefox'),
  Type.Literal('opera'),
  Type.Literal('safari'),
  Type.Literal('samsung'),
  Type.Literal('other'),
])
export type BrowserFamily = Static<typeof BrowserFamily>

export const SystemFamily = Type.Union([
  Type.Literal('android'),
  Type.Literal('ios'),
  Type.Literal('linux'),
  Type.Literal('macos'),
  Type.Literal('windows'),
  Type.Literal('other'),
])
export type SystemFamily = Static<typeof SystemFamily>

/** One place where the person is signed in. */
export const OpenSession = Type.Object({
  sessionId: Type.String(),
  door: Door,
  /** Where it works; null until chosen. */
  site: Type.Union([SiteView, Type.Null()]),
  browser: BrowserFamily,
  system: SystemFamily,
  signedInAt: Type.String(),
  /** It cannot be used for longer, if nothing ends it before. */
  endsAt: Type.String(),
  /** Past its normal life: until `endsAt` it goes on only if no door is open at all. */
  isDormant: Type.Boolean(),
  /** The one that asks. */
  isThis: Type.Boolean(),
})
export type OpenSession = Static<typeof OpenSession>

/** `GET /api/session/open`: the newest first. */
export const OpenSessionList = Type.Object({ sessions: Type.Array(OpenSession) })
export type OpenSessionList = Static<typeof OpenSessionList>

/** `POST /login/ecps/backchannel`. */
export const BackchannelInput = Type.Object(
  {
    /** `8` + RPPS, as typed; spaces are forgiven. */
    nationalId: Type.String({ minLength: 1, maxLength: 30 }),
    device: Type.Optional(Type.String(thumbprint)),
  },
  { additionalProperties: false },
)
export type BackchannelInput = Static<typeof BackchannelInput>

export const BackchannelTicket = Type.Object({
  /** Works only in the browser that asked for it. */
  ticket: Type.String(),
  pollAfterSeconds: Type.Number(),
  /** To compare with what the phone shows. */
  bindingMessage: Type.String(),
  expiresAt: Type.String(),
  /** The same from now on: a device's own clock may be wrong. */
  expiresInSeconds: Type.Number(),
})
export type BackchannelTicket = Static<typeof BackchannelTicket>

export const BackchannelPoll = Type.Object(
  { ticket: Type.String({ minLength: 20, maxLength: 60 }) },
  { additionalProperties: false },
)
export type BackchannelPoll = Static<typeof BackchannelPoll>

/** `POST /login/ecps/backchannel/poll`. */
export const BackchannelProgress = Type.Union([
  Type.Object({ state: Type.Literal('pending'), pollAfterSeconds: Type.Number() }),
  Type.Object({ state: Type.Literal('signed-in'), session: SessionView }),
])
export type BackchannelProgress = Static<typeof BackchannelProgress>

/** `POST /api/delegations`, at the site of the session. */
export const DelegationInput = Type.Object(
  {
    /** National id (`8` + RPPS), or the id on an employee's card (`3` + FINESS + `/` + serial). */
    staffId: Type.String({ minLength: 12, maxLength: 40 }),
    /** What the professional calls them. */
    staffName: Type.String({ minLength: 1, maxLength: 80 }),
    endsAt: Type.String({ maxLength: 40 }),
  },
  { additionalProperties: false },
)
export type DelegationInput = Static<typeof DelegationInput>

export const DelegationView = Type.Object({
  id: Type.String(),
  site: SiteView,
  responsible: Type.Object({
    id: Type.String(),
    familyName: Type.String(),
    firstNames: Type.String(),
    profession: Type.String(),
  }),
  staff: Type.Object({ id: Type.String(), name: Type.String() }),
  createdAt: Type.String(),
  endsAt: Type.String(),
  revokedAt: Type.Union([Type.String(), Type.Null()]),
})
export type DelegationView = Static<typeof DelegationView>

export const DelegationList = Type.Object({ delegations: Type.Array(DelegationView) })
export type DelegationList = Static<typeof DelegationList>

/** `GET /api/doors`: what can be used to sign in now. */
export const DoorsView = Type.Object({
  doors: Type.Array(
    Type.Object({
      door: Door,
      url: Type.String(),
      state: Type.Union([Type.Literal('up'), Type.Literal('down')]),
      /** Where a sign-in without leaving the page begins, when the door has one. */
      backchannelUrl: Type.Optional(Type.String()),
      /** Of a door that is down: RFC 3339, since when the portal has found it so, where that is known. */
      since: Type.Optional(Type.String()),
      /** Of a door that is down: when it is looked at again. */
      retryAfterSeconds: Type.Optional(Type.Number()),
    }),
  ),
})
export type DoorsView = Static<typeof DoorsView>

/** What the card port answers to GET with `Accept: application/json`: where to go on, within a minute. */
export const CardAnswer = Type.Object({ callback: Type.String(), expiresInSeconds: Type.Integer() })
export type CardAnswer = Static<typeof CardAnswer>

/** A cookie that names the places a refused sign-in was about: a JSON list of texts, for the sign-in page alone. */
export const refusedPlacesCookie = 'sidep-refused-places'
