/**
 * Open sessions of many sites without a sign-in for each: signed by the server's own signer, as login signs them. What
 * is measured with them is work in open sessions; `login` and `storm` measure how they come about.
 */

import { randomBytes } from 'node:crypto'
import type { SiteView } from '@sidep/contracts'
import { generateProfessionals } from '@sidep/dev'
import { parseFiness } from '@sidep/identifiers'
import { openSigners } from '@sidep/server/issuance/signers.ts'
import { unbound } from '@sidep/server/login/session.ts'
import {
  makeSessionTokens,
  type SessionTokens,
  sessionMacOf,
} from '@sidep/server/login/session-token.ts'
import { makeTestDevice, makeTestKeys } from '@sidep/server/login/test-device.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { parseConfiguration } from '@sidep/server/platform/configuration.ts'
import { openDatabaseBesides } from '@sidep/server/platform/database.ts'
import { keyEncryptionKeyOf } from '@sidep/server/platform/key-encryption-key.ts'
import { fixedRing } from '@sidep/server/platform/signer.ts'
import { openVault } from '@sidep/server/platform/vault.ts'
import { hourMilliseconds } from '@sidep/time'

export interface OpenCounter {
  readonly siteId: string
  readonly professionalId: string
  /** A `Cookie` header. */
  readonly cookie: string
  /** Key of the device that the session is bound to; null: to none. */
  readonly keys: CryptoKeyPair | null
}

/** As long as a run may take, preparation included. */
const renewalHours = 11

/** Site number `index` of a département that exists and has no such numbers: valid, and nobody's. */
const siteIdOf = (index: number): string => {
  const body = `97${String(index).padStart(6, '0')}`
  for (let check = 0; check <= 9; check += 1) {
    const finess = parseFiness(`${body}${check}`)
    if (finess.ok) return finess.value
  }
  throw new RangeError(`no site number ${index}`)
}

const nobodysSite = (index: number): SiteView => ({
  id: siteIdOf(index),
  name: `Pharmacie ${index}`,
  postalCode: '97400',
})

/** What the server on a data folder takes for its own sessions. */
const tokensOf = async (
  dataDirectory: string,
  environment: Readonly<Record<string, string>>,
): Promise<SessionTokens> => {
  const parsed = parseConfiguration(
    { ...environment, DATA_DIR: dataDirectory, LOG_LEVEL: 'silent' },
    dataDirectory,
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const configuration = parsed.value
  const signers = await openSigners(configuration, systemClock, systemRandomBytes)
  const database = await openDatabaseBesides(configuration.databaseUrl, dataDirectory)
  try {
    const vault = await openVault(
      database.pools.login,
      keyEncryptionKeyOf(configuration, systemRandomBytes),
      systemClock,
      systemRandomBytes,
    )
    return makeSessionTokens({
      signer: fixedRing(signers.scopes.session),
      mac: sessionMacOf(vault),
      now: systemClock.now,
      life: configuration,
    })
  } finally {
    await database.close()
  }
}

/**
 * Makes sessions of invented professionals at sites that nobody else has.
 *
 * @param dataDirectory of a development server that has started there
 * @param count one session each at as many sites
 * @param firstSite number of the first site, so that two groups share none
 * @param isBound whether each is bound to a device of its own, as acts like taking a booklet ask
 * @param environment settings of that server that say where its database and its keys are
 * @param siteOf the site of each, by its number
 */
export const openCounters = async (
  dataDirectory: string,
  count: number,
  firstSite = 0,
  isBound = false,
  environment: Readonly<Record<string, string>> = {},
  siteOf: (index: number) => SiteView = nobodysSite,
): Promise<OpenCounter[]> => {
  const tokens = await tokensOf(dataDirectory, environment)
  // One each: a person may have few counters with booklets.
  const people = generateProfessionals(count, 1)
  const signedInAt = systemClock.now()
  const renewBy = new Date(signedInAt.getTime() + renewalHours * hourMilliseconds)
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const person = people[index % people.length]
      if (person === undefined) throw new Error('nobody was invented')
      const site = siteOf(firstSite + index)
      const keys = isBound ? await makeTestKeys() : null
      const token = await tokens.issue({
        ...unbound,
        device: keys === null ? null : (await makeTestDevice(keys)).thumbprint,
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
        sessionId: randomBytes(16).toString('base64url'),
        delegation: null,
        extended: false,
        signedInAt,
        renewBy,
      })
      return {
        siteId: site.id,
        professionalId: person.nationalId,
        cookie: `sidep-session=${token}`,
        keys,
      }
    }),
  )
}
