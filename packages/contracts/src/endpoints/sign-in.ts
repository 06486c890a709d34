/** The doors, and the waiting room before them. */
import { WaitingRoomView } from '../admission.ts'
import { endpoint, everybody } from '../endpoint.ts'
import { routes } from '../routes.ts'
import {
  BackchannelInput,
  BackchannelPoll,
  BackchannelProgress,
  BackchannelTicket,
  DoorsView,
  SessionView,
} from '../session.ts'

/** Of a person who has shown who they are, and may not work. */
const notEntitled = [
  'PROFESSIONAL_UNKNOWN',
  'PROFESSIONAL_SUSPENDED',
  'PROFESSION_NOT_PERMITTED',
  'ACTIVITY_MISSING',
  'SITE_WITHOUT_FINESS',
  'DELEGATION_MISSING',
] as const

/** Of the identity provider, or of what came back from it. */
const ofProvider = [
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_REFUSES_PORTAL',
  'LOGIN_REFUSED',
  'LOGIN_STATE_INVALID',
  'LOGIN_ANSWER_INVALID',
  'LOGIN_NOT_PROVED',
] as const

const ofCard = [
  'CARD_MISSING',
  'CARD_HEADER_REFUSED',
  'CARD_PROXY_UNKNOWN',
  'CARD_UNREADABLE',
  'CARD_AUTHORITY_UNKNOWN',
  'CARD_ALGORITHM',
  'CARD_NOT_YET_VALID',
  'CARD_EXPIRED',
  'CARD_USAGE',
  'CARD_REVOKED',
  'CARD_REVOCATION_UNKNOWN',
  'CARD_SUBJECT_UNREADABLE',
] as const

const ofCardHolder = [
  ...notEntitled,
  'PROFESSIONAL_NOT_IN_DIRECTORY',
  'EMPLOYEE_SITE_UNKNOWN',
] as const

export const listDoors = endpoint({
  method: 'GET',
  path: routes.doors,
  access: 'everyone',
  isPublished: true,
  answers: { 200: { schema: DoorsView } },
  traffic: everybody('public'),
})

export const readWaitingRoom = endpoint({
  method: 'GET',
  path: routes.waitingRoom,
  access: 'everyone',
  answers: { 200: { schema: WaitingRoomView } },
  traffic: null,
})

export const enterWaitingRoom = endpoint({
  method: 'POST',
  path: routes.waitingRoom,
  access: 'everyone',
  answers: { 200: { schema: WaitingRoomView } },
  problems: ['WAITING_ROOM_FULL'],
  traffic: null,
})

export const showWaitingRoom = endpoint({
  method: 'GET',
  path: routes.waitingRoomPage,
  access: 'everyone',
  hints: ['door', 'return', 'device', 'lang'],
  answers: { 200: { type: 'text/html' }, 303: {} },
  traffic: null,
})

export const signInByEcps = endpoint({
  method: 'GET',
  path: routes.loginEcps,
  access: 'everyone',
  hints: ['return', 'device'],
  answers: { 302: {}, 303: {} },
  problems: ['WAITING_ROOM_FULL'],
  redirected: ['PROVIDER_UNAVAILABLE', 'UNAVAILABLE', 'INTERNAL'],
  traffic: everybody('login'),
  signInAt: 'ecps',
})

export const returnFromEcps = endpoint({
  method: 'GET',
  path: routes.loginEcpsCallback,
  access: 'door',
  hints: ['state', 'code', 'error'],
  answers: { 303: {} },
  redirected: [...ofProvider, ...notEntitled, 'UNAVAILABLE', 'INTERNAL'],
  traffic: everybody('login-return'),
})

export const signInByPhone = endpoint({
  method: 'POST',
  path: routes.loginEcpsBackchannel,
  access: 'everyone',
  body: BackchannelInput,
  answers: { 200: { schema: BackchannelTicket } },
  problems: [
    'ORIGIN_REFUSED',
    'SIGN_IN_WAITS',
    'WAITING_ROOM_FULL',
    'TOO_MANY_REQUESTS',
    'PROVIDER_UNAVAILABLE',
    'PROVIDER_REFUSES_PORTAL',
    'PROFESSIONAL_UNKNOWN',
    'LOGIN_REFUSED',
    'LOGIN_STATE_INVALID',
    'LOGIN_ANSWER_INVALID',
  ],
  traffic: everybody('login'),
  signInAt: 'ecps',
})

export const pollPhoneSignIn = endpoint({
  method: 'POST',
  path: routes.loginEcpsBackchannelPoll,
  access: 'door',
  body: BackchannelPoll,
  answers: { 200: { schema: BackchannelProgress } },
  problems: ['ORIGIN_REFUSED', ...ofProvider, ...notEntitled],
  traffic: everybody('login-return'),
})

export const cancelPhoneSignIn = endpoint({
  method: 'POST',
  path: routes.loginEcpsBackchannelCancellation,
  access: 'door',
  body: BackchannelPoll,
  answers: { 204: {} },
  problems: ['ORIGIN_REFUSED'],
  traffic: everybody('login-return'),
})

export const signOutAtProvider = endpoint({
  method: 'GET',
  path: routes.loginEcpsLogout,
  access: 'everyone',
  answers: { 303: {} },
  traffic: everybody('login'),
})

export const endSessionsOfProvider = endpoint({
  method: 'POST',
  path: routes.loginEcpsBackchannelLogout,
  access: 'door',
  bodyType: 'application/x-www-form-urlencoded',
  answers: { 200: {} },
  problems: ['LOGOUT_TOKEN_INVALID', 'PROVIDER_UNAVAILABLE', 'ROUTE_UNKNOWN'],
  traffic: everybody('login'),
})

export const signInByCard = endpoint({
  method: 'GET',
  path: routes.loginCard,
  access: 'everyone',
  isPublished: true,
  hints: ['return', 'device'],
  answers: { 302: {}, 303: {} },
  problems: ['WAITING_ROOM_FULL'],
  redirected: ['CARD_DOOR_CLOSED', 'CARD_HEADER_REFUSED', 'UNAVAILABLE', 'INTERNAL'],
  traffic: everybody('login'),
  signInAt: 'card',
})

export const returnFromCard = endpoint({
  method: 'GET',
  path: routes.loginCardCallback,
  access: 'door',
  isPublished: true,
  hints: ['state', 'assertion'],
  answers: { 303: {} },
  redirected: [
    ...ofCard,
    ...ofCardHolder,
    'LOGIN_STATE_INVALID',
    'CARD_ASSERTION_INVALID',
    'CARD_ASSERTION_USED',
    'UNAVAILABLE',
    'INTERNAL',
  ],
  traffic: everybody('login-return'),
})

export const signInByCardAtOnce = endpoint({
  method: 'POST',
  path: routes.loginCard,
  at: 'card-port',
  access: 'card',
  isPublished: true,
  answers: { 200: { schema: SessionView } },
  problems: ['ORIGIN_REFUSED', 'SIGN_IN_WAITS', 'WAITING_ROOM_FULL', ...ofCard, ...ofCardHolder],
  traffic: everybody('login'),
  signInAt: 'card',
})
