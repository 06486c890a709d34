import type * as endpoints from '../../endpoints/sign-in.ts'
import * as example from '../examples.ts'
import { type EndpointText, nobody } from './text.ts'

const returning = {
  return: 'page to come back to, one of ours; `/pro/` for anything else',
  device: 'thumbprint (RFC 7638) of the device key that the session is to be bound to',
}
const ticket = 'Vq3v0Yz8rW1mB5dK7xTc9A'
const goesBack =
  'To the page that the sign-in began from, or to the sign-in page with `?problem=CODE`.'

export const signInTexts: Readonly<Record<keyof typeof endpoints, EndpointText>> = {
  listDoors: {
    act: 'sees which doors work',
    sees: nobody,
    description:
      'Each way to sign in with its address and whether it works now; what is down has a time at which it is looked at again.',
    answer: {
      doors: [
        {
          door: 'ecps',
          url: '/login/ecps',
          state: 'down',
          backchannelUrl: '/login/ecps/backchannel',
          retryAfterSeconds: 20,
        },
        { door: 'card', url: '/login/card', state: 'up' },
      ],
    },
  },
  readWaitingRoom: {
    act: 'sees the own place in the waiting room',
    sees: nobody,
    description:
      'The place is the cookie’s; without one the figures are those of the end of the line. Ask again after `pollAfterSeconds`, and not before.',
    answer: example.waiting,
  },
  enterWaitingRoom: {
    act: 'takes a place in the waiting room',
    sees: nobody,
    description:
      'The place comes as a cookie. Has no body; nothing happens when sign-ins begin at once.',
    answer: example.waiting,
  },
  showWaitingRoom: {
    act: 'waits for a sign-in, as a page',
    sees: nobody,
    description: 'Readable without script; it leads to the door when it is this browser’s turn.',
    parameters: { ...returning, door: 'door that it leads to', lang: '`fr` or `en`' },
    answers: { 303: 'To the door: it is this browser’s turn.' },
  },
  signInByEcps: {
    act: 'begins a sign-in at the identity provider',
    sees: nobody,
    description: 'OpenID Connect, authorization code with PKCE.',
    parameters: returning,
    answers: {
      302: 'To the identity provider.',
      303: 'To the waiting room, or to the sign-in page with `?problem=CODE`.',
    },
  },
  returnFromEcps: {
    act: 'comes back from the identity provider',
    sees: nobody,
    description: 'Opens the session; the answer brings its cookie.',
    parameters: {
      state: 'of the sign-in under way',
      code: 'authorization code',
      error: 'of the provider, in its place',
    },
    answers: { 303: goesBack },
  },
  signInByPhone: {
    act: 'begins a sign-in on the phone',
    sees: nobody,
    description:
      'The person confirms on the phone (CIBA, poll mode) and compares `bindingMessage`. Too many tries for one person are slowed down, from browsers that they never used first.',
    body: { nationalId: example.professional.id },
    answer: {
      ticket,
      pollAfterSeconds: 5,
      bindingMessage: '27 41',
      expiresAt: '2021-08-13T13:32:00.000Z',
      expiresInSeconds: 120,
    },
  },
  pollPhoneSignIn: {
    act: 'asks how a sign-in on the phone stands',
    sees: 'the own name and sites, once signed in',
    description:
      'Works only in the browser that began it. A code to be tried again later is about this question; every other ends the sign-in.',
    body: { ticket },
    answer: { state: 'pending', pollAfterSeconds: 5 },
  },
  cancelPhoneSignIn: {
    act: 'gives up a sign-in on the phone',
    sees: nobody,
    description:
      'In this browser: the phone asks until its time is up, and nobody profits from it.',
    body: { ticket },
  },
  signOutAtProvider: {
    act: 'goes on to the provider to sign out there',
    sees: nobody,
    description: 'OpenID Connect RP-Initiated Logout 1.0. A link from elsewhere signs nobody out.',
    answers: { 303: 'To the provider, or to the sign-in page.' },
  },
  endSessionsOfProvider: {
    act: 'the provider ends sessions by a token it signed',
    sees: nobody,
    description: 'OpenID Connect Back-Channel Logout 1.0: a form with `logout_token`.',
    answers: { 200: 'The sessions that the token names are over.' },
  },
  signInByCard: {
    act: 'goes on to the card port',
    sees: nobody,
    description:
      'The card is shown in the TLS handshake of a port of its own. There GET with `Accept: application/json` answers where to go on. A portal without a card authority does not serve it.',
    parameters: returning,
    answers: {
      302: 'To the card port.',
      303: 'To the waiting room, or to the sign-in page with `?problem=CODE`.',
    },
  },
  returnFromCard: {
    act: 'comes back from the card port',
    sees: nobody,
    description: 'Opens the session; the answer brings its cookie.',
    parameters: {
      state: 'of the sign-in under way',
      assertion: 'by which the card port says whose card it saw',
    },
    answers: { 303: goesBack },
  },
  signInByCardAtOnce: {
    act: 'signs in by card in one request',
    sees: 'the own name and sites',
    description:
      'For programs, at the card port (8443 unless configured): the session of the card that the TLS handshake showed. It takes its turn with all other sign-ins. Has no body.',
    answer: { ...example.session, door: 'card' },
  },
}
