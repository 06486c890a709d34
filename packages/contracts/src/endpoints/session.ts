/** A professional's own session: what it is, where it works, where else it is open. */
import { endpoint, IdParameter } from '../endpoint.ts'
import { routes } from '../routes.ts'
import {
  DelegationInput,
  DelegationList,
  DelegationView,
  OpenSessionList,
  RenewalStart,
  RevocationInput,
  SessionRenewalInput,
  SessionView,
  SiteChoice,
} from '../session.ts'

/** Somebody whose session has just ended is still somebody at a counter, but not proven yet. */
const traffic = { signedIn: 'work', anonymous: 'login-return' } as const

export const readSession = endpoint({
  method: 'GET',
  path: routes.session,
  access: 'person',
  isPublished: true,
  answers: { 200: { schema: SessionView } },
  traffic,
})

export const signOut = endpoint({
  method: 'DELETE',
  path: routes.session,
  access: 'everyone',
  isPublished: true,
  answers: { 204: {} },
  // Of a signature that is there and not good; without one the cookie's token ends.
  problems: [
    'ORIGIN_REFUSED',
    'SITE_SHARE_EXCEEDED',
    'SESSION_PROOF_INVALID',
    'SESSION_PROOF_STALE',
  ],
  traffic,
})

export const chooseSite = endpoint({
  method: 'POST',
  path: routes.sessionSite,
  access: 'person',
  isPublished: true,
  body: SiteChoice,
  answers: { 200: { schema: SessionView } },
  problems: ['SITE_NOT_PERMITTED', 'DELEGATION_UNKNOWN'],
  traffic,
})

export const startRenewal = endpoint({
  method: 'GET',
  path: routes.sessionRenewal,
  access: 'person',
  isPublished: true,
  answers: { 200: { schema: RenewalStart } },
  traffic,
})

export const renewSession = endpoint({
  method: 'POST',
  path: routes.sessionRenewal,
  access: 'person',
  isPublished: true,
  body: SessionRenewalInput,
  answers: { 200: { schema: SessionView } },
  problems: ['SESSION_NOT_BOUND', 'SESSION_PROOF_INVALID', 'SESSION_PROOF_STALE'],
  traffic,
})

export const listOpenSessions = endpoint({
  method: 'GET',
  path: routes.sessionsOpen,
  access: 'person',
  answers: { 200: { schema: OpenSessionList } },
  traffic,
})

export const endSessions = endpoint({
  method: 'POST',
  path: routes.sessionRevocations,
  access: 'person',
  weight: 'fresh-if-possible',
  body: RevocationInput,
  answers: { 204: {} },
  problems: ['SESSION_NOT_LISTED'],
  traffic,
})

export const listDelegations = endpoint({
  method: 'GET',
  path: routes.delegations,
  access: 'site',
  trace: 'delegations.listed',
  answers: { 200: { schema: DelegationList } },
  traffic: { signedIn: 'list', anonymous: 'public' },
})

export const grantDelegation = endpoint({
  method: 'POST',
  path: routes.delegations,
  access: 'site',
  weight: 'fresh',
  responsibleOnly: true,
  body: DelegationInput,
  answers: { 201: { schema: DelegationView } },
  problems: ['DELEGATION_NOT_PERMITTED', 'DELEGATIONS_TOO_MANY'],
  traffic: { signedIn: 'work', anonymous: 'public' },
})

export const endDelegation = endpoint({
  method: 'DELETE',
  path: routes.delegation,
  access: 'site',
  weight: 'fresh-if-possible',
  responsibleOnly: true,
  params: IdParameter,
  answers: { 204: {} },
  problems: ['DELEGATION_NOT_PERMITTED', 'DELEGATION_UNKNOWN'],
  traffic: { signedIn: 'work', anonymous: 'public' },
})

export const listDelegationsForMe = endpoint({
  method: 'GET',
  path: routes.delegationsForMe,
  access: 'person',
  answers: { 200: { schema: DelegationList } },
  traffic: { signedIn: 'list', anonymous: 'public' },
})
