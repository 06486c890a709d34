/** The counters that come back: a site each, a session each, made as the portal makes them, with its own session key. */

import { join } from 'node:path'
import { generateProfessionals } from '@sidep/dev'
import { parseFiness } from '@sidep/identifiers'
import { openSigners } from '@sidep/server/issuance/signers.ts'
import { createSessionTokens, unbound } from '@sidep/server/login/session-token.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'

export interface ReturningCounter {
  readonly siteId: string
  readonly cookie: string
}

const sessionLife = { sessionHours: 12, sessionExtensionHours: 72, sessionRenewalMinutes: 20 }
/** As long as a run may take, preparation included. */
const renewalHours = 3

/** Site number `index` of a département that exists and has no such numbers: valid, and nobody's. */
const siteNumber = (index: number): string => {
  const body = `97${String(index).padStart(6, '0')}`
  for (let check = 0; check <= 9; check += 1) {
    const finess = parseFiness(`${body}${check}`)
    if (finess.ok) return finess.value
  }
  throw new RangeError(`no site number ${index}`)
}

/**
 * Makes sessions of professionals at sites that nobody else has.
 *
 * @param dataDirectory of a portal in development that has started: its keys are there
 * @param first number of the first site, so that two groups share none
 */
export const makeCounters = async (
  dataDirectory: string,
  count: number,
  first: number,
): Promise<ReturningCounter[]> => {
  const signers = await openSigners(
    { mode: 'development', keysDirectory: join(dataDirectory, 'keys') },
    systemClock,
    systemRandomBytes,
  )
  const tokens = createSessionTokens({
    signer: signers.scopes.session,
    now: systemClock.now,
    life: sessionLife,
  })
  const people = generateProfessionals(Math.min(count, 1_000), 1)
  const signedInAt = systemClock.now()
  const renewBy = new Date(signedInAt.getTime() + renewalHours * 3_600_000)
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const person = people[index % people.length]
      if (person === undefined) throw new Error('nobody was invented')
      const id = siteNumber(first + index)
      const site = { id, name: `Pharmacie ${first + index}`, postalCode: '97400' }
      const token = await tokens.issue({
        ...unbound,
        person: {
          id: person.nationalId,
          familyName: person.familyName,
          firstNames: person.givenName,
          profession: '21',
        },
        door: 'ecps',
        site,
        sites: [site],
        sitesLeftOut: [],
        sessionId: `backlog-${first + index}`,
        delegation: null,
        extended: false,
        signedInAt,
        renewBy,
      })
      return { siteId: id, cookie: `sidep-session=${token}` }
    }),
  )
}
