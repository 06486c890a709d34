/** Software of vendors: on the vendors' port, with its certificate; and at the counter, where a professional lets it work. */
import { endpoint, everybody, IdParameter } from '../endpoint.ts'
import { routes } from '../routes.ts'
import {
  VendorDeadLetters,
  VendorDecisionInput,
  VendorDelegationList,
  VendorDelegationView,
  VendorKeys,
  VendorMetadata,
  VendorPairingAnswer,
  VendorPairingInput,
  VendorReplay,
  VendorRequestInput,
  VendorRequestView,
  VendorRevocationInput,
  VendorTokenAnswer,
  VendorTokenInput,
  VendorTokenRefusal,
  VendorWebhookInput,
  VendorWebhookView,
} from '../vendors.ts'

const form = 'application/x-www-form-urlencoded'
const traffic = everybody('laboratory')
const atPort = { at: 'vendor-port', isPublished: true, traffic } as const

/** How a client is refused that does not say, or may not be, who it is. */
const clientProblems = [
  'VENDOR_REQUEST_INVALID',
  'VENDOR_ASSERTION_INVALID',
  'VENDOR_ASSERTION_STALE',
  'VENDOR_ASSERTION_REPLAYED',
] as const
const refusals = {
  400: { schema: VendorTokenRefusal },
  401: { schema: VendorTokenRefusal },
} as const

export const readVendorMetadata = endpoint({
  ...atPort,
  method: 'GET',
  path: routes.vendorMetadata,
  access: 'everyone',
  answers: { 200: { schema: VendorMetadata } },
})

export const readVendorKeys = endpoint({
  ...atPort,
  method: 'GET',
  path: routes.vendorKeys,
  access: 'everyone',
  answers: { 200: { schema: VendorKeys } },
})

export const giveVendorToken = endpoint({
  ...atPort,
  method: 'POST',
  path: routes.vendorToken,
  access: 'vendor-client',
  body: VendorTokenInput,
  bodyType: form,
  answers: { 200: { schema: VendorTokenAnswer }, ...refusals },
  problems: [
    ...clientProblems,
    'VENDOR_SCOPE_REFUSED',
    'VENDOR_GRANT_UNSUPPORTED',
    'VENDOR_GRANT_INVALID',
    'VENDOR_REQUEST_PENDING',
    'VENDOR_REQUEST_TOO_SOON',
    'VENDOR_REQUEST_REFUSED',
    'VENDOR_REQUEST_EXPIRED',
  ],
})

export const pairVendor = endpoint({
  ...atPort,
  method: 'POST',
  path: routes.vendorPairings,
  access: 'vendor-client',
  body: VendorPairingInput,
  bodyType: form,
  answers: { 200: { schema: VendorPairingAnswer }, ...refusals },
  problems: [...clientProblems, 'VENDOR_SCOPE_REFUSED', 'VENDOR_REQUESTS_TOO_MANY'],
})

export const giveBackVendorToken = endpoint({
  ...atPort,
  method: 'POST',
  path: routes.vendorRevocation,
  access: 'vendor-client',
  body: VendorRevocationInput,
  bodyType: form,
  answers: { 200: {}, ...refusals },
  problems: clientProblems,
})

export const readVendorDelegation = endpoint({
  ...atPort,
  method: 'GET',
  path: routes.vendorOwnDelegation,
  access: 'vendor',
  answers: { 200: { schema: VendorDelegationView } },
  problems: ['VENDOR_SCOPE_MISSING'],
})

const ofWebhooks = { ...atPort, access: 'vendor', vendorScope: 'webhooks' } as const

export const readVendorWebhook = endpoint({
  ...ofWebhooks,
  method: 'GET',
  path: routes.vendorWebhook,
  answers: { 200: { schema: VendorWebhookView } },
  problems: ['WEBHOOK_UNKNOWN'],
})

export const setVendorWebhook = endpoint({
  ...ofWebhooks,
  method: 'POST',
  path: routes.vendorWebhook,
  body: VendorWebhookInput,
  answers: { 200: { schema: VendorWebhookView } },
  problems: ['WEBHOOK_ADDRESS_REFUSED'],
})

export const removeVendorWebhook = endpoint({
  ...ofWebhooks,
  method: 'DELETE',
  path: routes.vendorWebhook,
  answers: { 204: {} },
})

export const listVendorDeadLetters = endpoint({
  ...ofWebhooks,
  method: 'GET',
  path: routes.vendorDeadLetters,
  answers: { 200: { schema: VendorDeadLetters } },
})

export const replayVendorEvents = endpoint({
  ...ofWebhooks,
  method: 'POST',
  path: routes.vendorReplays,
  answers: { 200: { schema: VendorReplay } },
})

export const readVendorRequest = endpoint({
  method: 'POST',
  path: routes.vendorRequests,
  access: 'site',
  responsibleOnly: true,
  body: VendorRequestInput,
  answers: { 200: { schema: VendorRequestView } },
  problems: [
    'VENDOR_CODE_UNKNOWN',
    'VENDOR_REQUEST_ELSEWHERE',
    'DELEGATION_NOT_PERMITTED',
    'TOO_MANY_REQUESTS',
  ],
  traffic: { signedIn: 'work', anonymous: 'public' },
})

export const decideVendorRequest = endpoint({
  method: 'POST',
  path: routes.vendorDecision,
  access: 'site',
  weight: 'fresh',
  responsibleOnly: true,
  body: VendorDecisionInput,
  answers: { 201: { schema: VendorDelegationView }, 204: {} },
  problems: [
    'VENDOR_CODE_UNKNOWN',
    'VENDOR_REQUEST_ELSEWHERE',
    'DELEGATION_NOT_PERMITTED',
    'TOO_MANY_REQUESTS',
  ],
  traffic: { signedIn: 'work', anonymous: 'public' },
})

export const listVendorDelegations = endpoint({
  method: 'GET',
  path: routes.vendorDelegations,
  access: 'person',
  answers: { 200: { schema: VendorDelegationList } },
  traffic: { signedIn: 'list', anonymous: 'public' },
})

export const endVendorDelegation = endpoint({
  method: 'DELETE',
  path: routes.vendorDelegation,
  access: 'person',
  weight: 'fresh-if-possible',
  params: IdParameter,
  answers: { 204: {} },
  problems: ['VENDOR_DELEGATION_UNKNOWN'],
  traffic: { signedIn: 'work', anonymous: 'public' },
})
