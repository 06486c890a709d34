/** From an identity to a session: the same for every door. */
import type { Door } from '@sidep/contracts'
import { type ActName, recordAct } from '../audit/chain.ts'
import type { Platform } from '../platform/context.ts'
import { Problem } from '../platform/problems.ts'
import { openDelegationsOf } from './delegation/store.ts'
import { nameSites, rememberProfessional } from './directory/site-names.ts'
import type { ProviderIdentity } from './ecps/userinfo.ts'
import { entitle } from './entitlement.ts'
import { isOperator } from './operators.ts'
import { tokenEndOf } from './renewal.ts'
import {
  type Binding,
  makeSession,
  type Person,
  type Session,
  type SessionFacts,
  unbound,
} from './session.ts'
import { boundSites } from './site-list.ts'
import { standingOf } from './standing.ts'

/**
 * The audit chain that an act of a session belongs to: its site's, or, before a site is chosen, one
 * of the professional's own, so that no chain is shared by the whole country.
 */
const chainOf = (session: Session): string =>
  session.site?.id ?? `professional/${session.person.id}`

/** Writes what happened to a session into the audit chain. */
export const auditSession = (
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
  act: Extract<ActName, `session.${string}` | 'delegation.taken-up'>,
  session: Session,
  subject: string = session.sessionId,
): Promise<void> =>
  recordAct(database, {
    siteId: chainOf(session),
    at: clock.now(),
    act,
    actor: session,
    subject,
  })

/** @throws Problem PROFESSIONAL_SUSPENDED */
const refuseSuspended = async (
  { database }: Pick<Platform, 'database'>,
  personId: string,
): Promise<void> => {
  if ((await standingOf(database, personId, null)) === 'suspended') {
    throw new Problem('PROFESSIONAL_SUSPENDED')
  }
}

type NewSession = Pick<SessionFacts, 'person' | 'sites' | 'sitesLeftOut'>

/**
 * The session id is new each time: a token planted in a browser beforehand is worth nothing afterwards.
 */
const beginSession = async (
  platform: Platform,
  { person, sites, sitesLeftOut }: NewSession,
  door: Door,
  binding: Binding,
  signedInAt: Date,
): Promise<Session> => {
  const { configuration, randomBytes } = platform
  const begun = { ...binding, signedInAt, delegation: null }
  const session = makeSession(
    {
      ...begun,
      person,
      door,
      site: sites.length === 1 ? (sites[0] ?? null) : null,
      sites,
      sitesLeftOut,
      sessionId: Buffer.from(randomBytes(16)).toString('base64url'),
      extended: false,
      renewBy: tokenEndOf(begun, signedInAt, configuration),
    },
    configuration,
  )
  await auditSession(platform, 'session.opened', session)
  return session
}

/** Whole seconds, as the token carries them. */
const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

/**
 * Opens a session for a member of the staff: they have no site of their own here, and choose for whom they work
 * (`POST /api/session/site` with a delegation).
 *
 * @param person named by national id or by the id on an employee's card
 * @param siteId only delegations at this site count, for a card that is good at one site alone
 * @throws Problem DELEGATION_MISSING when nobody lets them work for them now, PROFESSIONAL_SUSPENDED
 */
export const openStaffSession = async (
  platform: Platform,
  person: Person,
  door: Door,
  binding: Binding = unbound,
  siteId?: string,
): Promise<Session> => {
  const signedInAt = wholeSeconds(platform.clock.now())
  await refuseSuspended(platform, person.id)
  const open = await openDelegationsOf(platform, person.id, signedInAt)
  if (!open.some((one) => siteId === undefined || one.siteId === siteId)) {
    throw new Problem('DELEGATION_MISSING')
  }
  return beginSession(platform, { person, sites: [], sitesLeftOut: [] }, door, binding, signedInAt)
}

/**
 * Somebody who may not enter screenings in their own name may do so for a professional who lets them, or works in
 * operations, which needs no site.
 */
const openForOthers = async (
  platform: Platform,
  identity: ProviderIdentity,
  door: Door,
  binding: Binding,
  refusal: Problem,
): Promise<Session> => {
  const person: Person = {
    id: identity.professionalId,
    familyName: identity.familyName,
    firstNames: identity.firstNames,
    profession: identity.practices[0]?.profession ?? '',
  }
  try {
    return await openStaffSession(platform, person, door, binding)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'DELEGATION_MISSING') throw error
    if (await isOperator(platform.database, person.id)) {
      const signedInAt = wholeSeconds(platform.clock.now())
      return beginSession(
        platform,
        { person, sites: [], sitesLeftOut: [] },
        door,
        binding,
        signedInAt,
      )
    }
    // Nobody delegated to them: they are told why they may not work in their own name.
    throw refusal
  }
}

/**
 * Opens a session for somebody a door has identified.
 *
 * @param binding the device that asked, and the provider's session, where the door knows them
 * @throws Problem PROFESSION_NOT_PERMITTED, ACTIVITY_MISSING, SITE_WITHOUT_FINESS, PROFESSIONAL_SUSPENDED
 */
export const openSession = async (
  platform: Platform,
  identity: ProviderIdentity,
  door: Door,
  binding: Binding = unbound,
): Promise<Session> => {
  const { configuration, clock, database } = platform
  const entitlement = entitle(identity, configuration.permittedProfessions)
  if (!entitlement.ok) {
    const refusal = new Problem(entitlement.code, 'places' in entitlement ? entitlement : {})
    return openForOthers(platform, identity, door, binding, refusal)
  }
  const { profession, sites, sitesLeftOut } = entitlement.value
  await refuseSuspended(platform, identity.professionalId)
  const signedInAt = wholeSeconds(clock.now())
  await rememberProfessional(database, identity, profession, signedInAt)
  const person: Person = {
    id: identity.professionalId,
    familyName: identity.familyName,
    firstNames: identity.firstNames,
    profession,
  }
  const bounded = boundSites(await nameSites(database, sites, signedInAt))
  return beginSession(platform, { person, sites: bounded, sitesLeftOut }, door, binding, signedInAt)
}
