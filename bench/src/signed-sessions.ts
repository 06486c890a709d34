/**
 * Open sessions of many sites without a sign-in for each: signed by the server's own signer, as login signs them. What
 * is measured with them is work in open sessions; `login` and `storm` measure how they come about.
 */
import { randomBytes } from 'node:crypto'
import { openSigners } from '@sidep/server/issuance/signers.ts'
import { createSessionTokens, unbound } from '@sidep/server/login/session-token.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { parseConfiguration } from '@sidep/server/platform/configuration.ts'

export interface OpenCounter {
  readonly siteId: string
  /** A `Cookie` header. */
  readonly cookie: string
}

/** FINESS of an invented pharmacy: department, then a running number. */
const siteIdOf = (index: number): string => `7599${String(index).padStart(5, '0')}`

/**
 * @param dataDirectory of a server that has started there
 * @param count one session each at as many sites
 */
export const openCounters = async (
  dataDirectory: string,
  count: number,
  firstSite = 0,
): Promise<OpenCounter[]> => {
  const parsed = parseConfiguration({ DATA_DIR: dataDirectory, LOG_LEVEL: 'silent' }, dataDirectory)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const signers = await openSigners(parsed.value, systemClock, systemRandomBytes)
  const now = systemClock.now()
  const tokens = createSessionTokens({
    signer: signers.scopes.session,
    now: () => systemClock.now(),
    life: parsed.value,
  })
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = siteIdOf(firstSite + index)
      const site = { id, name: `Pharmacie ${index}`, postalCode: '75004' }
      const token = await tokens.issue({
        ...unbound,
        person: {
          id: `8${10_000_000_000 + firstSite + index}`,
          familyName: 'ESSAI',
          firstNames: 'Camille',
          profession: '21',
        },
        door: 'ecps',
        site,
        sites: [site],
        sitesLeftOut: [],
        sessionId: randomBytes(16).toString('base64url'),
        delegation: null,
        extended: false,
        signedInAt: now,
        renewBy: new Date(now.getTime() + 11 * 3_600_000),
      })
      return { siteId: id, cookie: `sidep-session=${token}` }
    }),
  )
}
