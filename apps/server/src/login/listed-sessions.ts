/**
 * Where somebody is signed in, for their own eyes.
 *
 * Invariants
 * - A row opens nothing and ends nothing: the token says what a session is, the list of ended ones what is over.
 * - Whoever signs in is listed before their browser has the session: there is none that its owner cannot see.
 */
import type { Door, OpenSession, SiteView } from '@sidep/contracts'
import type { Sql } from '../platform/context.ts'
import type { EndableSession } from './ended-sessions.ts'
import type { SeenBrowser } from './seen-browser.ts'
import {
  lastPossibleEnd,
  normalEndOf,
  type Session,
  type SessionFacts,
  type SessionLife,
} from './session.ts'

export interface ListedSession extends EndableSession, SeenBrowser {
  readonly door: Door
  readonly site: SiteView | null
  readonly endsAt: Date
}

interface Row {
  person_id: string
  session_id: string
  door: Door
  site_id: string | null
  site_name: string | null
  postal_code: string | null
  device: string | null
  provider_session: string | null
  provider_subject: string | null
  browser: SeenBrowser['browser']
  system: SeenBrowser['system']
  signed_in_at: Date
  ends_at: Date
}

/** Nobody has more open at once. The newest are shown, and ending all others ends the rest too. */
const listedMax = 100

/** Writes a session down, or the site it works at now. */
export const listSession = async (
  database: Sql,
  session: SessionFacts,
  { browser, system }: SeenBrowser,
  life: SessionLife,
): Promise<void> => {
  const { person, sessionId, door, site, device, signedInAt } = session
  await database`
    insert into listed_session (person_id, session_id, door, site_id, device, provider_session,
      provider_subject, browser, system, signed_in_at, ends_at)
    values (${person.id}, ${sessionId}, ${door}, ${site?.id ?? null}, ${device},
      ${session.providerSession}, ${session.providerSubject}, ${browser}, ${system}, ${signedInAt},
      ${lastPossibleEnd(session, life)})
    on conflict (person_id, session_id) do update set site_id = excluded.site_id`
}

const listedOf = (row: Row): ListedSession => ({
  person: { id: row.person_id },
  sessionId: row.session_id,
  door: row.door,
  site:
    row.site_id === null
      ? null
      : { id: row.site_id, name: row.site_name ?? row.site_id, postalCode: row.postal_code },
  device: row.device,
  providerSession: row.provider_session,
  providerSubject: row.provider_subject,
  // A delegation that was withdrawn ends that work, not the session of the person.
  delegation: null,
  browser: row.browser,
  system: row.system,
  signedInAt: row.signed_in_at,
  endsAt: row.ends_at,
})

/** Somebody's sessions that are not past every end, the newest first; also those that were ended. */
export const listedSessionsOf = async (
  database: Sql,
  personId: string,
  now: Date,
): Promise<ListedSession[]> => {
  const rows = await database<Row[]>`
    select listed.*, site.name as site_name, site.postal_code
    from listed_session as listed left join site on site.id = listed.site_id
    where person_id = ${personId} and ends_at > ${now}
    order by signed_in_at desc, session_id limit ${listedMax}`
  return rows.map(listedOf)
}

/** One of somebody's own; undefined when there is none by this id. */
export const findListedSession = async (
  database: Sql,
  personId: string,
  sessionId: string,
): Promise<ListedSession | undefined> => {
  const [row] = await database<Row[]>`
    select listed.*, null as site_name, null as postal_code from listed_session as listed
    where person_id = ${personId} and session_id = ${sessionId}`
  return row === undefined ? undefined : listedOf(row)
}

/** Removes what is past every end. */
export const sweepListedSessions = async (database: Sql, now: Date): Promise<void> => {
  await database`
    -- across sites: sessions past every end, now and then
    delete from listed_session where ends_at <= ${now}`
}

/** What decides how long a session may go on. */
interface SessionCircumstances {
  readonly now: Date
  readonly allDoorsDown: boolean
  readonly life: SessionLife
}

/** As its owner sees it. */
export const openSessionView = (
  { sessionId, door, site, browser, system, signedInAt, endsAt }: ListedSession,
  asking: Pick<Session, 'sessionId'>,
  { now, allDoorsDown, life }: SessionCircumstances,
): OpenSession => {
  const normalEnd = normalEndOf(signedInAt, life)
  const isDormant = !allDoorsDown && normalEnd <= now
  return {
    sessionId,
    door,
    site,
    browser,
    system,
    signedInAt: signedInAt.toISOString(),
    endsAt: (allDoorsDown || isDormant ? endsAt : normalEnd).toISOString(),
    isDormant,
    isThis: sessionId === asking.sessionId,
  }
}
