import type * as endpoints from '../../endpoints/vendors.ts'
import { assertionType, deviceCodeGrant, vendorScopes } from '../../vendors.ts'
import * as example from '../examples.ts'
import { type EndpointText, nobody } from './text.ts'

const origin = 'https://portail.example:8444'
const assertion = `eyJhbGciOiJFUzI1NiJ9.${'e'.repeat(90)}.sig`
const client = { client_assertion_type: assertionType, client_assertion: assertion } as const
const vendor = { id: 'officine-essai', name: 'Officine (essai)' } as const
const deviceCode = 'R8Kx0l7t5mKcQ1n0v2b3c4d5e6f7g8h9i0j1k2l3m4n'
const scopes = ['screenings.record', 'screenings.read', 'screenings.correct', 'continuity'] as const
const delegation = {
  id: '017b3f50-0000-7000-8000-0000000000a1',
  vendor,
  site: example.site,
  professional: {
    id: example.professional.id,
    familyName: example.professional.familyName,
    firstNames: example.professional.firstNames,
  },
  scopes: [...scopes],
  grantedAt: '2021-08-13T06:58:00.000Z',
  endsAt: '2021-08-13T21:59:00.000Z',
} as const
const webhook = {
  url: 'https://editeur.example/sidep',
  since: '2021-08-01T08:00:00.000Z',
  waiting: 0,
  deadLetters: 1,
  lastToldAt: '2021-08-13T13:36:02.000Z',
  lastFailure: null,
} as const
const event = {
  id: '750712184.4711',
  type: 'screening.corrected',
  occurredAt: '2021-08-13T13:40:00.000Z',
  site: example.site.id,
  screening: example.screeningId,
} as const

const proving =
  `The client says who it is by \`client_assertion_type\` \`${assertionType}\` and \`client_assertion\` (\`private_key_jwt\`, RFC 7523): a JWT by a key of its entry in the register (\`kid\` in the header), ES256, EdDSA or PS256; claims \`iss\` and \`sub\` its client id, \`aud\` the issuer or this address, \`iat\`, \`exp\` at most 5 minutes later, \`jti\` new each time: it counts once.` as const

export const vendorTexts: Readonly<Record<keyof typeof endpoints, EndpointText>> = {
  readVendorMetadata: {
    act: 'reads where and how software gets its tokens',
    sees: nobody,
    description: 'Authorization server metadata (RFC 8414).',
    answer: {
      issuer: origin,
      token_endpoint: `${origin}/api/vendors/token`,
      device_authorization_endpoint: `${origin}/api/vendors/pairings`,
      revocation_endpoint: `${origin}/api/vendors/revocation`,
      jwks_uri: `${origin}/api/vendors/keys`,
      scopes_supported: [...vendorScopes],
      response_types_supported: [],
      grant_types_supported: ['client_credentials', deviceCodeGrant, 'refresh_token'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256'],
      revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
      revocation_endpoint_auth_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256'],
      tls_client_certificate_bound_access_tokens: true,
      service_documentation: 'https://portail.example/api/docs',
    },
  },
  readVendorKeys: {
    act: 'reads the keys that webhooks are signed with',
    sees: nobody,
    description:
      'JWK set (RFC 7517). A key is here before it signs, and stays while something that it signed may be on its way.',
    answer: {
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          alg: 'ES256',
          use: 'sig',
          kid: 'V3K8QD7LM2w',
          x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
          y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        },
      ],
    },
  },
  giveVendorToken: {
    act: 'gets a token for software',
    sees: 'the professional and the site of the own delegation',
    description: [
      proving,
      `\`grant_type\`: \`client_credentials\` for what concerns the vendor itself (scope \`webhooks\`); \`${deviceCodeGrant}\` with the \`device_code\` of a pairing, asked again every \`interval\` seconds until the professional has decided; \`refresh_token\` for the next token of the same delegation, as often as wished until it ends.`,
      'The token is for the certificate of this connection, and lasts some minutes. `scope` asks for less than there is; without it all that is permitted is given.',
    ].join('\n\n'),
    body: { ...client, grant_type: deviceCodeGrant, device_code: deviceCode },
    answer: {
      access_token: `eyJ0eXAiOiJhdCtqd3QifQ.${'e'.repeat(90)}.sig`,
      token_type: 'Bearer',
      expires_in: 600,
      scope: scopes.join(' '),
      refresh_token: '750712184.017b3f5000007000800000000000000a1.q0T7cBr1mUWl5dB3yXy1QA',
      delegation,
    },
  },
  pairVendor: {
    act: 'asks that a professional let software work for them today',
    sees: nobody,
    description: [
      'Device authorization (RFC 8628). `site` is the FINESS of the site where the software stands; only who works there at that moment can accept. `device` is the thumbprint (RFC 7638) of the key that signs provisional certificates, for software that works offline. `scope` asks for less than the vendor is permitted.',
      'Show `user_code` and `verification_uri`, or open `verification_uri_complete`: the professional signs in at the counter, sees who asks for what, and decides. What they accept lasts until the end of the day at the site, and ends at once when they, or the authority, take it back.',
      proving,
    ].join('\n\n'),
    body: {
      ...client,
      site: example.site.id,
      scope: scopes.join(' '),
      device: example.counterKey.thumbprint,
    },
    answer: {
      device_code: deviceCode,
      user_code: 'WDJB-MJHT',
      verification_uri: 'https://portail.example/pro/#sessions',
      verification_uri_complete: 'https://portail.example/pro/?logiciel=WDJB-MJHT#sessions',
      expires_in: 600,
      interval: 5,
    },
  },
  giveBackVendorToken: {
    act: 'gives back what a professional let software do',
    sees: nobody,
    description: `Token revocation (RFC 7009), of a refresh token: the delegation ends, and every token of it. Answers the same when it was over. ${proving}`,
    body: {
      ...client,
      token: '750712184.017b3f5000007000800000000000000a1.q0T7cBr1mUWl5dB3yXy1QA',
    },
  },
  readVendorDelegation: {
    act: 'sees for whom, where and until when its token works',
    sees: 'the professional and the site of the own delegation',
    description:
      'For software that wants to show it. A token of the software alone works for nobody and is refused with `VENDOR_SCOPE_MISSING`.',
    answer: delegation,
  },
  readVendorWebhook: {
    act: 'sees where the vendor is told, and how that goes',
    sees: nobody,
    description:
      'With how many events wait, how many were given up, and what the last try came to.',
    answer: webhook,
  },
  setVendorWebhook: {
    act: 'says where the vendor is to be told',
    sees: nobody,
    description: [
      'From now on, what becomes of screenings that the vendor’s software recorded, in whichever way it comes about, is told there: `POST` of a `VendorEvent`, at least once, in no order; `id` is the same each time. It says which screening, and nothing of a person: read it with a token of who may.',
      'Each is signed (RFC 9421, label `sidep`, `ecdsa-p256-sha256`) over `@method`, `@target-uri`, `content-digest` (RFC 9530) and `content-type`, with `created` and `keyid` of `GET /api/vendors/keys`. Any 2xx is taken for an answer; anything else, and no answer in 10 seconds, is tried again, later and later for a day and a half. Redirects are not followed; an address that is not public is not called.',
    ].join('\n\n'),
    body: { url: webhook.url },
    answer: { ...webhook, deadLetters: 0, lastToldAt: null },
  },
  removeVendorWebhook: {
    act: 'wishes to be told nothing any more',
    sees: nobody,
    description: 'What waits is dropped. Answers the same when there was none.',
  },
  listVendorDeadLetters: {
    act: 'sees what it could not be told',
    sees: nobody,
    description: 'At most a hundred, the oldest first.',
    answer: {
      deadLetters: [
        { event, attempts: 14, failedAt: '2021-08-15T01:40:00.000Z', failure: 'HTTP_503' },
      ],
    },
  },
  replayVendorEvents: {
    act: 'has what was given up tried again',
    sees: nobody,
    description: 'All of it, from now on, with the same ids.',
    answer: { replayed: 1 },
  },
  readVendorRequest: {
    act: 'sees which software asks to work for them, and for what',
    sees: nobody,
    description:
      'By the code that the software shows. Ten wrong codes in ten minutes and the next one is to wait.',
    body: { userCode: 'WDJB-MJHT' },
    answer: {
      vendor,
      site: example.site,
      scopes: [...scopes],
      endsAt: delegation.endsAt,
      askedAt: '2021-08-13T06:57:00.000Z',
    },
  },
  decideVendorRequest: {
    act: 'lets software work for them today, or does not',
    sees: nobody,
    description:
      'Accepted, it works until the end of the day at the site of the session, for what was shown; refused, it is told so. A code is decided once.',
    body: { userCode: 'WDJB-MJHT', decision: 'accept' },
    answer: delegation,
    answers: { 201: 'It works for the professional from now on.', 204: 'It was refused.' },
  },
  listVendorDelegations: {
    act: 'sees which software works for them',
    sees: nobody,
    description: 'Those in force, at every site, the newest first.',
    answer: { delegations: [delegation] },
  },
  endVendorDelegation: {
    act: 'ends that software works for them',
    sees: nobody,
    description: 'Its tokens work no more within seconds. Answers the same when it was over.',
    parameters: { id: 'id of the delegation' },
  },
}
