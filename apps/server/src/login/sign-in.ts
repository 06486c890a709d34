/** From an identity to a session: the same for every door. */
import type { Door } from '@sidep/contracts'
import { type ActName, recordAct } from '../audit/chain.ts'
import type { Platform } from '../platform/context.ts'
import { Problem } from '../platform/problems.ts'
import { nameSites, rememberProfessional } from './directory/site-names.ts'
import type { ProviderIdentity } from './ecps/userinfo.ts'
import { entitle } from './entitlement.ts'
import type { Session } from './session-token.ts'
import { boundSites } from './site-list.ts'

/**
 * The audit chain that an act of a session belongs to: its site's, or, before a site is chosen, one
 * of the professional's own, so that no chain is shared by the whole country.
 */
const chainOf = (session: Session): string =>
  session.site?.id ?? `professional/${session.professionalId}`

/** Writes what happened to a session into the audit chain. */
export const auditSession = (
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
  act: Extract<ActName, `session.${string}`>,
  session: Session,
): Promise<void> =>
  recordAct(database, {
    siteId: chainOf(session),
    at: clock.now(),
    act,
    actor: session,
    subject: session.sessionId,
  })

/**
 * Opens a session for somebody a door has identified. The session id is new each time: a token
 * planted in a browser beforehand is worth nothing afterwards.
 *
 * @throws Problem PROFESSION_NOT_PERMITTED, ACTIVITY_MISSING
 */
export const openSession = async (
  platform: Platform,
  identity: ProviderIdentity,
  door: Door,
): Promise<Session> => {
  const { configuration, clock, database, randomBytes } = platform
  const entitlement = entitle(identity, configuration.permittedProfessions)
  if (!entitlement.ok) throw new Problem(entitlement.code)
  const { profession, sites, sitesLeftOut } = entitlement.value
  // Whole seconds, as the token carries them.
  const signedInAt = new Date(Math.floor(clock.now().getTime() / 1000) * 1000)
  await rememberProfessional(database, identity, profession, signedInAt)
  const bounded = boundSites(await nameSites(database, sites, signedInAt))
  const session: Session = {
    professionalId: identity.professionalId,
    familyName: identity.familyName,
    firstNames: identity.firstNames,
    profession,
    door,
    site: bounded.length === 1 ? (bounded[0] ?? null) : null,
    sites: bounded,
    sitesLeftOut,
    sessionId: Buffer.from(randomBytes(16)).toString('base64url'),
    counterId: null,
    signedInAt,
    expiresAt: new Date(signedInAt.getTime() + configuration.sessionHours * 3_600_000),
  }
  await auditSession(platform, 'session.opened', session)
  return session
}
