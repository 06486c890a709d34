/**
 * For tests: one embedded PostgreSQL a test file, one database a server, a clock that is moved by hand, and
 * sessions signed as login signs them, without an identity provider.
 *
 * @example
 * const cluster = await clusterOfFile()
 * const portal = await cluster.portal()
 * const reply = await portal.send('POST', '/api/screenings', sampleScreening(portal))
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { ProblemDocument, ScreeningInput, SiteView } from '@sidep/contracts'
import { makeUuidV7 } from '@sidep/identifiers'
import type { TransactionSql } from 'postgres'
import { type Overrides, type RunningServer, startServer } from '../index.ts'
import { openSigners } from '../issuance/signers.ts'
import { type SessionFacts, unbound } from '../login/session.ts'
import { makeSessionTokens, sessionMacOf } from '../login/session-token.ts'
import { makeTestDevice, type TestDevice } from '../login/test-device.ts'
import type { Actor } from './actor.ts'
import { type Clock, systemClock, systemRandomBytes } from './clock.ts'
import { type Configuration, parseConfiguration } from './configuration.ts'
import type { Sql } from './context.ts'
import { holdToContract } from './contract-testing.ts'
import { type OpenDatabase, openDatabase } from './database.ts'
import { keyEncryptionKeyOf } from './key-encryption-key.ts'
import { fixedRing } from './signer.ts'
import { openTestDatabases } from './test-databases.ts'
import { openVault } from './vault.ts'

export interface TestClock extends Clock {
  set(at: string): void
  advance(milliseconds: number): void
}

/** A clock that stands still until it is moved. */
export const makeTestClock = (start: string): TestClock => {
  let time = Date.parse(start)
  return {
    now: () => new Date(time),
    set(at) {
      time = Date.parse(at)
    },
    advance(milliseconds) {
      time += milliseconds
    },
  }
}

/** The afternoon that this portal is built around. */
export const testStart = '2021-08-13T15:30:00+02:00'

export const testSites = {
  parvis: { id: '750712184', name: 'Pharmacie du Parvis', postalCode: '75004' },
  ajaccio: { id: '2A0000014', name: 'Pharmacie du Cours', postalCode: '20000' },
  saintDenis: { id: '970400024', name: 'Pharmacie du Barachois', postalCode: '97400' },
} as const satisfies Record<string, SiteView>

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; what it is, the test says. */
  json<T>(): T
  /** The problem's code, or the body when it is none. */
  readonly code: string
  readonly faults: ProblemDocument['faults']
}

export interface SendOptions {
  /** Null: nobody is signed in. The default works at Pharmacie du Parvis. */
  readonly cookie?: string | null
  readonly headers?: Record<string, string>
  /** Sent as it is instead of JSON. */
  readonly raw?: string
  /** Who signs the request; absent: the device of the default session, when that is who asks; null: nobody. */
  readonly signer?: SessionSigner | null
}

/** A device, and the session that is bound to it. */
export interface SessionSigner {
  readonly device: TestDevice
  readonly sessionId: string
}

/** A signed-in counter: its cookie, and the device that signs for it. */
export interface SignedIn {
  readonly cookie: string
  readonly signer: SessionSigner
}

/** What a test may want otherwise: the person and the end by the names an actor has for them. */
export type SessionChanges = Partial<SessionFacts> &
  Partial<Pick<Actor, 'professionalId' | 'familyName' | 'firstNames' | 'profession' | 'expiresAt'>>

export interface TestPortal {
  readonly server: RunningServer
  readonly clock: TestClock
  /** The intake pool, for looking at rows. */
  readonly sql: Sql
  /** A session cookie at a site, bound to no device. */
  cookieAt(site: SiteView | null, changes?: SessionChanges): Promise<string>
  /** The same, bound to a device: a new one unless told. */
  signInAt(site: SiteView | null, changes?: SessionChanges, device?: TestDevice): Promise<SignedIn>
  send(method: string, path: string, body?: unknown, options?: SendOptions): Promise<Reply>
  /** Asks the operator's port. */
  asOperator(path: string): Promise<Reply>
}

export interface TestCluster {
  /** A server on a database of its own. */
  portal(options?: {
    readonly environment?: Record<string, string>
    readonly overrides?: Overrides
    /** The place of an earlier portal, from 0: to start again on what it left. */
    readonly database?: number
  }): Promise<TestPortal>
  /** Another process's connections to the database of a portal, by its place. */
  database(place: number): Promise<OpenDatabase>
  close(): Promise<void>
}

export const testConfiguration = (
  dataDirectory: string,
  environment: Record<string, string> = {},
): Configuration => {
  const parsed = parseConfiguration(
    { DATA_DIR: dataDirectory, PORT: '0', LOG_LEVEL: 'silent', ...environment },
    dataDirectory,
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.value
}

const sessionMilliseconds = 12 * 3_600_000

const makeSession = (
  clock: Clock,
  site: SiteView | null,
  {
    professionalId = '810003456789',
    familyName = 'MARTIN',
    firstNames = 'Camille',
    profession = '21',
    expiresAt = new Date(clock.now().getTime() + sessionMilliseconds),
    ...changes
  }: SessionChanges,
): SessionFacts => ({
  ...unbound,
  person: { id: professionalId, familyName, firstNames, profession },
  door: 'ecps',
  site,
  sites: site === null ? [testSites.parvis] : [site],
  sitesLeftOut: [],
  sessionId: randomBytes(16).toString('base64url'),
  delegation: null,
  extended: false,
  signedInAt: clock.now(),
  renewBy: expiresAt,
  ...changes,
})

const replyOf = async (response: Response): Promise<Reply> => {
  const text = await response.text()
  const problem: Partial<ProblemDocument> = response.headers
    .get('content-type')
    ?.startsWith('application/problem+json')
    ? JSON.parse(text)
    : {}
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: <T>() => JSON.parse(text) as T,
    code: problem.code ?? text,
    faults: problem.faults,
  }
}

/** `time` is the server's own clock, by which its sessions count. */
const makePortal = async (
  server: RunningServer,
  clock: TestClock,
  time: Clock,
): Promise<TestPortal> => {
  const tokens = makeSessionTokens({
    signer: server.platform.sessionSigner,
    mac: sessionMacOf(server.platform.vault),
    now: () => time.now(),
    life: server.platform.configuration,
  })
  const cookieAt: TestPortal['cookieAt'] = async (site, changes = {}) =>
    `sidep-session=${await tokens.issue(makeSession(time, site, changes))}`
  const signInAt: TestPortal['signInAt'] = async (site, changes = {}, given) => {
    const device = given ?? (await makeTestDevice())
    const sessionId = changes.sessionId ?? randomBytes(16).toString('base64url')
    const cookie = await cookieAt(site, { ...changes, sessionId, device: device.thumbprint })
    return { cookie, signer: { device, sessionId } }
  }
  const ordinary = await signInAt(testSites.parvis)
  const signed = async (
    signer: SessionSigner | null,
    method: string,
    path: string,
    body: string | undefined,
  ): Promise<Record<string, string>> =>
    signer === null || method === 'GET'
      ? {}
      : signer.device.signAct({
          aud: server.url,
          sid: signer.sessionId,
          at: time.now(),
          method,
          path,
          ...(body === undefined ? {} : { body }),
        })
  return {
    server,
    clock,
    sql: server.platform.database,
    cookieAt,
    signInAt,
    async send(
      method,
      path,
      body,
      {
        cookie = ordinary.cookie,
        headers = {},
        raw,
        signer = cookie === ordinary.cookie ? ordinary.signer : null,
      } = {},
    ) {
      const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(content === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cookie === null ? {} : { cookie }),
          ...(await signed(signer, method, path, content)),
          ...headers,
        },
        ...(content === undefined ? {} : { body: content }),
      })
      const reply = await replyOf(response)
      const type = reply.headers.get('content-type') ?? ''
      holdToContract(method, path, { status: reply.status, type, text: reply.text })
      return reply
    },
    asOperator: async (path) => replyOf(await fetch(`${server.operatorUrl}${path}`)),
  }
}

/**
 * A session cookie for servers of another process on a data folder: its keys and its database are made here when they
 * are not there yet. No server may be running on it.
 */
export const cookieForServersOn = async (
  dataDirectory: string,
  changes: SessionChanges = {},
  environment: Record<string, string> = {},
): Promise<string> => {
  const configuration = testConfiguration(dataDirectory, environment)
  const database = await openDatabase(configuration.databaseUrl, dataDirectory)
  try {
    const signers = await openSigners(configuration, systemClock, systemRandomBytes)
    const keyEncryptionKey = keyEncryptionKeyOf(configuration, systemRandomBytes)
    const tokens = makeSessionTokens({
      signer: fixedRing(signers.scopes.session),
      mac: sessionMacOf(
        await openVault(database.pools.login, keyEncryptionKey, systemClock, systemRandomBytes),
      ),
      now: systemClock.now,
      life: configuration,
    })
    const facts = makeSession(systemClock, testSites.parvis, changes)
    return `sidep-session=${await tokens.issue(facts)}`
  } finally {
    await database.close()
  }
}

/** Starts PostgreSQL on a temporary folder; `close` ends its servers and removes the folder. */
export const startTestCluster = async (): Promise<TestCluster> => {
  const folder = mkdtempSync(join(tmpdir(), 'sidep-test-'))
  const databases = await openTestDatabases(folder)
  const servers: RunningServer[] = []
  return {
    async portal({ environment = {}, overrides = {}, database } = {}) {
      const clock = makeTestClock(testStart)
      const place = database ?? servers.length
      // Each database has weeks of its own, which some tests leave far behind, and with them what was erased.
      const epochs = {
        KEY_EPOCHS_FILE: join(folder, `key-epochs-${place}`),
        ERASED_UNTIL_FILE: join(folder, `erased-until-${place}.json`),
      }
      const server = await startServer(testConfiguration(folder, { ...epochs, ...environment }), {
        pages: null,
        workers: false,
        isWatched: false,
        database: await databases.open(place),
        clock,
        ...overrides,
      })
      servers.push(server)
      return makePortal(server, clock, overrides.clock ?? clock)
    },
    database: (place) => databases.open(place),
    async close() {
      await Promise.all(servers.map((server) => server.close()))
      await databases.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The same for all tests of a file: it is closed after the last of them. To be awaited before the first test is declared. */
export const clusterOfFile = async (): Promise<TestCluster> => {
  const cluster = await startTestCluster()
  after(() => cluster.close())
  return cluster
}

/** A new id of now. */
export const newId = (clock: Clock): string => makeUuidV7(clock.now(), systemRandomBytes)

/** A sound screening, sampled ten minutes ago; `changes` replace whole fields. */
export const sampleScreening = (
  { clock }: Pick<TestPortal, 'clock'>,
  changes: Partial<ScreeningInput> = {},
): ScreeningInput => ({
  id: newId(clock),
  person: {
    familyName: 'Le Goff-Kermeur',
    firstNames: 'Maël Élouan',
    birthDate: '1987-03-09',
    sex: 'M',
    contact: { phone: '06 12 34 56 78', email: 'mael@example.org' },
  },
  kind: 'antigen',
  device: '1232',
  sampledAt: new Date(clock.now().getTime() - 600_000).toISOString(),
  result: 'negative',
  ...changes,
})

/** What the database's owner can do, and the role that the portal works as cannot (migration 0015). */
export const asOwner = async (
  database: Sql,
  work: (sql: TransactionSql) => Promise<unknown>,
): Promise<void> => {
  await database.begin(async (sql) => {
    await sql`set local role none`
    await work(sql)
  })
}
