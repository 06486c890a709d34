/**
 * Software of vendors: how it gets a token (OAuth 2), for whom it works, and what it is told by itself. Names of the
 * token endpoint's fields are the RFCs' own; everything else is named as elsewhere.
 */
import { type Static, Type } from 'typebox'
import { SiteView } from './session.ts'

/** What a token may be good for. A vendor has those that its entry of the register permits, a delegation a part of them. */
export const vendorScopes = [
  /** Records screenings, sets results, sends links again. */
  'screenings.record',
  'screenings.read',
  /** Corrects and withdraws. */
  'screenings.correct',
  /** Booklets, and what was signed from them. */
  'continuity',
  /** Of the vendor itself: where it is told what became of screenings that it sent. */
  'webhooks',
] as const
export type VendorScope = (typeof vendorScopes)[number]

export const isVendorScope = (text: string): text is VendorScope =>
  vendorScopes.some((scope) => scope === text)

/** Scopes that need a professional: no token of the software alone has them. */
export const delegatedScopes: readonly VendorScope[] = vendorScopes.filter(
  (scope) => scope !== 'webhooks',
)

/** RFC 7523 §2.2: how a client says who it is. */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** RFC 8628 §3.4. */
export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'
export const vendorGrants = ['client_credentials', deviceCodeGrant, 'refresh_token'] as const

/** RFC 8725 §3.1: what assertions may be signed with; nothing symmetric, no `none`. */
export const assertionAlgorithms = ['ES256', 'EdDSA', 'PS256'] as const
/** From `iat`, or from now, to `exp`. */
export const assertionSecondsMax = 300
/** How far the clock of who signs may be from ours: more is put right by the `Date` of the refusal. */
export const assertionClockSecondsMax = 30
/** Some 1,800 characters with a 4,096-bit signature. */
const assertionCharactersMax = 4_000

const clientFields = {
  client_assertion_type: Type.Optional(Type.String({ maxLength: 100 })),
  /** JWT (RFC 7523 §3): `iss` and `sub` the client id, `aud` the issuer or the endpoint, `exp`, `iat`, `jti`. */
  client_assertion: Type.Optional(Type.String({ maxLength: assertionCharactersMax })),
  client_id: Type.Optional(Type.String({ maxLength: 60 })),
} as const
const scopeField = Type.Optional(Type.String({ maxLength: 200 }))

/** `POST /api/vendors/token`; parameters that are not known are ignored (RFC 6749 §3.2). */
export const VendorTokenInput = Type.Object({
  ...clientFields,
  grant_type: Type.Optional(Type.String({ maxLength: 100 })),
  scope: scopeField,
  device_code: Type.Optional(Type.String({ maxLength: 100 })),
  refresh_token: Type.Optional(Type.String({ maxLength: 200 })),
})
export type VendorTokenInput = Static<typeof VendorTokenInput>

/** For whom software works, where, until when. */
export const VendorDelegationView = Type.Object({
  id: Type.String(),
  vendor: Type.Object({ id: Type.String(), name: Type.String() }),
  site: SiteView,
  professional: Type.Object({
    id: Type.String(),
    familyName: Type.String(),
    firstNames: Type.String(),
  }),
  scopes: Type.Array(Type.String()),
  grantedAt: Type.String(),
  endsAt: Type.String(),
})
export type VendorDelegationView = Static<typeof VendorDelegationView>

/** RFC 6749 §5.1; bound to the certificate of the connection (RFC 8705 §3). */
export const VendorTokenAnswer = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer(),
  scope: Type.String(),
  /** Of a delegation: gets the next token, until the delegation ends. It does not change. */
  refresh_token: Type.Optional(Type.String()),
  delegation: Type.Optional(VendorDelegationView),
})
export type VendorTokenAnswer = Static<typeof VendorTokenAnswer>

/** RFC 6749 §5.2 and RFC 8628 §3.5; `code` and `support` as in every problem document. */
export const VendorTokenRefusal = Type.Object({
  error: Type.Union([
    Type.Literal('invalid_request'),
    Type.Literal('invalid_client'),
    Type.Literal('invalid_grant'),
    Type.Literal('invalid_scope'),
    Type.Literal('unauthorized_client'),
    Type.Literal('unsupported_grant_type'),
    Type.Literal('authorization_pending'),
    Type.Literal('slow_down'),
    Type.Literal('access_denied'),
    Type.Literal('expired_token'),
  ]),
  error_description: Type.String(),
  code: Type.String(),
  support: Type.String(),
})
export type VendorTokenRefusal = Static<typeof VendorTokenRefusal>

/** `POST /api/vendors/pairings` (RFC 8628 §3.1): asks to work for a professional. */
export const VendorPairingInput = Type.Object({
  ...clientFields,
  scope: scopeField,
  /** FINESS of the site that the software stands at: whoever accepts works there at that moment. */
  site: Type.Optional(Type.String({ maxLength: 20 })),
  /** Thumbprint (RFC 7638) of the key that signs provisional certificates there; needed for booklets. */
  device: Type.Optional(Type.String({ maxLength: 43 })),
})
export type VendorPairingInput = Static<typeof VendorPairingInput>

/** RFC 8628 §3.2. */
export const VendorPairingAnswer = Type.Object({
  device_code: Type.String(),
  /** To be typed at the counter: `WDJB-MJHT`. */
  user_code: Type.String(),
  verification_uri: Type.String(),
  verification_uri_complete: Type.String(),
  expires_in: Type.Integer(),
  /** Seconds between two questions at the token endpoint. */
  interval: Type.Integer(),
})
export type VendorPairingAnswer = Static<typeof VendorPairingAnswer>

/** `POST /api/vendors/revocation` (RFC 7009): gives a delegation back, by its refresh token. */
export const VendorRevocationInput = Type.Object({
  ...clientFields,
  token: Type.Optional(Type.String({ maxLength: 4_000 })),
  token_type_hint: Type.Optional(Type.String({ maxLength: 60 })),
})
export type VendorRevocationInput = Static<typeof VendorRevocationInput>

/** `GET /.well-known/oauth-authorization-server` (RFC 8414). */
export const VendorMetadata = Type.Object({
  issuer: Type.String(),
  token_endpoint: Type.String(),
  device_authorization_endpoint: Type.String(),
  revocation_endpoint: Type.String(),
  jwks_uri: Type.String(),
  scopes_supported: Type.Array(Type.String()),
  response_types_supported: Type.Array(Type.String()),
  grant_types_supported: Type.Array(Type.String()),
  token_endpoint_auth_methods_supported: Type.Array(Type.String()),
  token_endpoint_auth_signing_alg_values_supported: Type.Array(Type.String()),
  revocation_endpoint_auth_methods_supported: Type.Array(Type.String()),
  revocation_endpoint_auth_signing_alg_values_supported: Type.Array(Type.String()),
  tls_client_certificate_bound_access_tokens: Type.Boolean(),
  service_documentation: Type.String(),
})
export type VendorMetadata = Static<typeof VendorMetadata>

/** `GET /api/vendors/keys`: JWK set (RFC 7517) of the keys that webhooks are signed with. */
export const VendorKeys = Type.Object({
  keys: Type.Array(
    Type.Object({
      kty: Type.Literal('EC'),
      crv: Type.Literal('P-256'),
      alg: Type.Literal('ES256'),
      use: Type.Literal('sig'),
      kid: Type.String(),
      x: Type.String(),
      y: Type.String(),
    }),
  ),
})
export type VendorKeys = Static<typeof VendorKeys>

/** `POST /api/vendors/webhook`. */
export const VendorWebhookInput = Type.Object(
  {
    /** https, of a host that is public, on its own port or any. */
    url: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
)
export type VendorWebhookInput = Static<typeof VendorWebhookInput>

export const VendorWebhookView = Type.Object({
  url: Type.String(),
  since: Type.String(),
  /** To be told, and not told yet. */
  waiting: Type.Integer(),
  /** Given up after a day and a half of trying; `replays` tries them again. */
  deadLetters: Type.Integer(),
  lastToldAt: Type.Union([Type.String(), Type.Null()]),
  /** What the last try came to, when it failed: `HTTP_503`, `TIMEOUT`, `ADDRESS_PRIVATE`, `TLS` … */
  lastFailure: Type.Union([Type.String(), Type.Null()]),
})
export type VendorWebhookView = Static<typeof VendorWebhookView>

export const vendorEventTypes = [
  'screening.result-set',
  'screening.confirmed',
  'screening.corrected',
  'screening.withdrawn',
] as const

/**
 * What a webhook carries: which screening says something else than before, and not what. The vendor reads it, with a
 * token of somebody who may.
 */
export const VendorEvent = Type.Object({
  /** The same each time that this is told: at least once. */
  id: Type.String(),
  // One by one: of a list that is mapped the compiler knows no member.
  type: Type.Union([
    Type.Literal(vendorEventTypes[0]),
    Type.Literal(vendorEventTypes[1]),
    Type.Literal(vendorEventTypes[2]),
    Type.Literal(vendorEventTypes[3]),
  ]),
  occurredAt: Type.String(),
  site: Type.String(),
  screening: Type.String(),
})
export type VendorEvent = Static<typeof VendorEvent>

/** `GET /api/vendors/webhook/dead-letters`: the oldest first. */
export const VendorDeadLetters = Type.Object({
  deadLetters: Type.Array(
    Type.Object({
      event: VendorEvent,
      attempts: Type.Integer(),
      failedAt: Type.String(),
      failure: Type.String(),
    }),
  ),
})
export type VendorDeadLetters = Static<typeof VendorDeadLetters>

/** `POST /api/vendors/webhook/replays`: all that were given up are due again. */
export const VendorReplay = Type.Object({ replayed: Type.Integer() })
export type VendorReplay = Static<typeof VendorReplay>

/** What a professional types at the counter, as they typed it; case, spaces and hyphens are forgiven. */
const userCode = Type.String({ minLength: 1, maxLength: 20 })

/** `POST /api/vendor-requests`. */
export const VendorRequestInput = Type.Object({ userCode }, { additionalProperties: false })
export type VendorRequestInput = Static<typeof VendorRequestInput>

/** What software asks for, for whoever is to decide. */
export const VendorRequestView = Type.Object({
  vendor: Type.Object({ id: Type.String(), name: Type.String() }),
  site: SiteView,
  scopes: Type.Array(Type.String()),
  /** Until when it would work: the end of the day at the site. */
  endsAt: Type.String(),
  askedAt: Type.String(),
})
export type VendorRequestView = Static<typeof VendorRequestView>

/** `POST /api/vendor-requests/decision`. */
export const VendorDecisionInput = Type.Object(
  { userCode, decision: Type.Union([Type.Literal('accept'), Type.Literal('refuse')]) },
  { additionalProperties: false },
)
export type VendorDecisionInput = Static<typeof VendorDecisionInput>

/** `GET /api/vendor-delegations`: the own ones that are in force, wherever, the newest first. */
export const VendorDelegationList = Type.Object({ delegations: Type.Array(VendorDelegationView) })
export type VendorDelegationList = Static<typeof VendorDelegationList>
