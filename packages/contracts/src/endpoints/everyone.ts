/** The person's way to the result, and what everybody may read. */
import { Catalogue } from '../catalogue.ts'
import { ReceiptInput } from '../delivery.ts'
import { endpoint, everybody, IdParameter } from '../endpoint.ts'
import { Liveness, Readiness, TrustAnchor } from '../machines.ts'
import {
  RecoveryCertificate,
  RenewalInput,
  RetrievalInput,
  RetrievalReply,
  UnlockInput,
} from '../retrieval.ts'
import { routes } from '../routes.ts'

export const openResult = endpoint({
  method: 'POST',
  path: routes.retrieval,
  access: 'link',
  trace: 'retrieval.opened',
  body: RetrievalInput,
  answers: { 200: { schema: RetrievalReply } },
  problems: ['RETRIEVAL_NOT_FOUND', 'RETRIEVAL_PAUSED', 'RETRIEVAL_EXPIRED'],
  traffic: everybody('person'),
})

export const requestRecovery = endpoint({
  method: 'POST',
  path: routes.retrievalRecovery,
  access: 'link',
  trace: 'retrieval.opened',
  body: RetrievalInput,
  answers: { 200: { schema: RecoveryCertificate } },
  problems: [
    'RETRIEVAL_NOT_FOUND',
    'RETRIEVAL_PAUSED',
    'RETRIEVAL_EXPIRED',
    'RECOVERY_TOO_EARLY',
    'RECOVERY_NOT_POSSIBLE',
    'ISSUANCE_FAILED',
  ],
  traffic: everybody('person'),
})

export const renewLink = endpoint({
  method: 'POST',
  path: routes.retrievalRenewal,
  access: 'link',
  body: RenewalInput,
  answers: { 202: {} },
  traffic: everybody('person'),
})

export const unlockLink = endpoint({
  method: 'POST',
  path: routes.retrievalUnlock,
  access: 'link',
  body: UnlockInput,
  answers: { 202: {} },
  traffic: everybody('person'),
})

export const reportDelivery = endpoint({
  method: 'POST',
  path: routes.messageReceipts,
  access: 'gateway',
  isPublished: true,
  body: ReceiptInput,
  answers: { 204: {} },
  problems: ['GATEWAY_REFUSED'],
  traffic: everybody('person'),
})

export const readCatalogue = endpoint({
  method: 'GET',
  path: routes.catalogue,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { schema: Catalogue } },
  traffic: everybody('public'),
})

export const readTrustBundle = endpoint({
  method: 'GET',
  path: routes.trustBundle,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { type: 'application/cose' }, 304: {} },
  traffic: everybody('public'),
})

export const readTrustIndex = endpoint({
  method: 'GET',
  path: routes.trustIndex,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { type: 'application/cose' }, 304: {} },
  traffic: everybody('public'),
})

export const readTrustPart = endpoint({
  method: 'GET',
  path: routes.trustPart,
  access: 'everyone',
  isPublished: true,
  params: IdParameter,
  answers: { 200: { type: 'application/cbor' } },
  traffic: everybody('public'),
})

export const readTrustAnchor = endpoint({
  method: 'GET',
  path: routes.trustAnchor,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { schema: TrustAnchor } },
  traffic: everybody('public'),
})

export const readOpenApi = endpoint({
  method: 'GET',
  path: routes.openapi,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { type: 'application/json' } },
  traffic: everybody('public'),
})

export const readApiPage = endpoint({
  method: 'GET',
  path: routes.apiPage,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { type: 'text/html' } },
  traffic: everybody('public'),
})

export const reportViolation = endpoint({
  method: 'POST',
  path: routes.policyReports,
  access: 'everyone',
  answers: { 204: {} },
  traffic: everybody('public'),
})

export const readHealth = endpoint({
  method: 'GET',
  path: routes.health,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { schema: Liveness } },
  traffic: null,
})

export const readReadiness = endpoint({
  method: 'GET',
  path: routes.ready,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { schema: Readiness }, 503: { schema: Readiness } },
  traffic: null,
})
