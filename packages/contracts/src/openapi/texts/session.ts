import type * as endpoints from '../../endpoints/session.ts'
import * as example from '../examples.ts'
import { type EndpointText, nobody } from './text.ts'

export const sessionTexts: Readonly<Record<keyof typeof endpoints, EndpointText>> = {
  readSession: {
    act: 'sees the own session',
    sees: 'the own name and sites',
    description:
      'Who is signed in, by which door, where they work and until when. The cookie is verified by its signature alone: this works while database and identity provider are away.',
    answer: example.session,
  },
  signOut: {
    act: 'signs out of the session it brings, if any; unsigned by its device, ends its token alone',
    sees: nobody,
    description:
      'Clears the cookie. Signed by the device of the session, it revokes the session, and its booklets with it; unsigned, no token of until now works any more, and the device may renew. Answers the same when there was none.',
  },
  chooseSite: {
    act: 'chooses where, or for whom, to work',
    sees: 'the own name and sites',
    description:
      'Moves the session to another of the own sites, or to the work that somebody delegated; the answer brings a new cookie. Everything recorded afterwards is recorded there.',
    body: { site: example.site.id },
    answer: example.session,
  },
  startRenewal: {
    act: 'gets a value for the device to sign',
    sees: nobody,
    description:
      'For a device that has forgotten which session it holds: what it signs over to renew it, and the time by the portal’s clock.',
    answer: {
      sessionId: example.session.sessionId,
      serverTime: example.session.serverTime,
    },
  },
  renewSession: {
    act: 'renews the session by its device’s signature',
    sees: 'the own name and sites',
    description:
      'A session bound to a device is renewed without signing in again. `proof` is a compact JWS by the device’s key (header `typ: sidep-renewal+jwt`, `alg: ES256`, `jwk`; claims `aud`, `sid`, `iat`, `jti`). While no door is open at all, it goes on past its normal life.',
    body: { proof: `eyJ0eXAiOiJzaWRlcC1yZW5ld2FsK2p3dCJ9.${'e'.repeat(90)}.sig` },
    answer: example.session,
  },
  listOpenSessions: {
    act: 'sees where one is signed in',
    sees: 'own sessions: place, door, browser, times',
    description: 'All sessions of this person that are not over, the newest first.',
    answer: {
      sessions: [
        {
          sessionId: example.session.sessionId,
          door: 'ecps',
          site: example.site,
          browser: 'firefox',
          system: 'linux',
          signedInAt: example.session.signedInAt,
          endsAt: example.session.expiresAt,
          isDormant: false,
          isThis: true,
        },
      ],
    },
  },
  endSessions: {
    act: 'ends own sessions',
    sees: nobody,
    description:
      'One of those listed, all others, or all: for a device that was stolen or left open somewhere.',
    body: { scope: 'elsewhere' },
  },
  listDelegations: {
    act: 'lists who may work for whom at the site',
    sees: 'staff of the site: name, id, until when',
    description: 'Delegations in force at the site of the session.',
    answer: { delegations: [example.delegation] },
  },
  grantDelegation: {
    act: 'lets somebody work for them',
    sees: 'that person’s name and id',
    description:
      'For at least five minutes and at most 92 days, at the site of the session. What was delegated cannot be handed on.',
    body: { staffId: '899700075122', staffName: 'Noé', endsAt: '2021-08-13T20:00:00+02:00' },
    answer: example.delegation,
  },
  endDelegation: {
    act: 'ends that somebody works for them',
    sees: nobody,
    description: 'At once, in every process; the same again answers the same.',
    parameters: { id: 'id of the delegation' },
  },
  listDelegationsForMe: {
    act: 'sees whom one may work for',
    sees: 'those professionals’ names and sites',
    description: 'Delegations in force that name the person who asks.',
    answer: { delegations: [example.delegation] },
  },
}
