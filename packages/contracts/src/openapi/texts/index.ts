import type { Endpoint } from '../../endpoint.ts'
import * as endpoints from '../../endpoints/index.ts'
import { continuityTexts } from './continuity.ts'
import { everyoneTexts } from './everyone.ts'
import { operationsTexts } from './operations.ts'
import { screeningTexts } from './screenings.ts'
import { sessionTexts } from './session.ts'
import { signInTexts } from './sign-in.ts'
import type { EndpointText } from './text.ts'
import { vendorTexts } from './vendors.ts'

export type { EndpointText } from './text.ts'

export type EndpointName = keyof typeof endpoints

export const endpointsByName: Readonly<Record<EndpointName, Endpoint>> = { ...endpoints }

/** Chapters of the description, in the order in which somebody meets them. */
export const chapters = {
  'Signing in': {
    about: 'The two doors, the waiting room before them, and the ways through.',
    texts: signInTexts,
  },
  Session: {
    about: 'Who is signed in, where they work, and for whom.',
    texts: sessionTexts,
  },
  Screenings: {
    about: 'Recording tests at the site of the session, and what became of them.',
    texts: screeningTexts,
  },
  Continuity: {
    about: 'What a counter takes ahead for when the portal is away, and what it brings back.',
    texts: continuityTexts,
  },
  Vendors: {
    about:
      'Software of others that works for professionals, on a port of its own: how it gets a token, how a professional lets it work, and what it is told by itself. What it does then is what a counter does, by the same operations.',
    texts: vendorTexts,
  },
  'Person, verifiers, machines': {
    about:
      'The person’s way to the result, what verifiers trust, and what machines ask about the portal.',
    texts: everyoneTexts,
  },
  Operations: {
    about: 'What the people on duty see and do; every act with a reason, in the audit chain.',
    texts: operationsTexts,
  },
} as const

/** Every endpoint has its text: one without does not compile. */
export const endpointTexts: Readonly<Record<EndpointName, EndpointText>> = {
  ...signInTexts,
  ...sessionTexts,
  ...screeningTexts,
  ...continuityTexts,
  ...everyoneTexts,
  ...operationsTexts,
  ...vendorTexts,
}
