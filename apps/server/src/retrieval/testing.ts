/** A platform on a real PostgreSQL with an own clock, and screenings put there as intake would. For tests. */
import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import type { Person, Result } from '@sidep/contracts'
import { loadTrust } from '@sidep/trust'
import { defaultProfile } from '@sidep/verdict'
import Fastify, { type FastifyInstance } from 'fastify'
import { openRecoveries } from '../intake/index.ts'
import { parseConfiguration } from '../platform/configuration.ts'
import type { Log } from '../platform/context.ts'
import { makeMetrics } from '../platform/metrics.ts'
import { installProblems } from '../platform/problems.ts'
import { makeRetrievalLinks } from '../platform/retrieval-links.ts'
import { certificateContext, screeningContext, sealJson } from '../platform/sealed.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { openVault } from '../platform/vault.ts'
import type { NotificationPlatform } from './dependencies.ts'
import { retrievalModule } from './module.ts'
import type { Topic } from './outbox.ts'

export interface TestClock {
  now(): Date
  advance(by: {
    readonly days?: number
    readonly minutes?: number
    readonly seconds?: number
  }): void
}

const makeClock = (start: string): TestClock => {
  let milliseconds = Date.parse(start)
  return {
    now: () => new Date(milliseconds),
    advance({ days = 0, minutes = 0, seconds = 0 }) {
      milliseconds += ((days * 24 * 60 + minutes) * 60 + seconds) * 1_000
    },
  }
}

const quietLog = (lines: unknown[]): Log => {
  const keep = (line: unknown): void => {
    lines.push(line)
  }
  const log = {
    level: 'info',
    fatal: keep,
    error: keep,
    warn: keep,
    info: keep,
    debug: keep,
    trace: keep,
    silent: keep,
    child: () => log,
  }
  return log as unknown as Log
}

export interface NewScreening {
  readonly siteId?: string
  readonly person?: Partial<Person>
  readonly result?: Result | null
  readonly topics?: readonly Topic[]
}

export interface AddedScreening {
  readonly siteId: string
  readonly id: string
  readonly code: string
}

export interface TestBench {
  readonly platform: NotificationPlatform
  readonly clock: TestClock
  readonly app: FastifyInstance
  readonly logged: unknown[]
  /** Another platform on the same database with metrics of its own, as another process would have. */
  another(): NotificationPlatform
  addScreening(screening?: NewScreening): Promise<AddedScreening>
  close(): Promise<void>
}

export const paul: Person = {
  familyName: 'MARTIN',
  firstNames: 'Paul',
  birthDate: '1980-05-17',
  sex: 'M',
  contact: { phone: '+33612345678', email: 'paul@example.test', language: 'fr' },
}

const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

let placed = 0
/** UUIDv7 in shape, distinct in this process. */
const nextId = (): string => `0192a5b0-0000-7000-8000-${String(++placed).padStart(12, '0')}`

const addScreening = async (
  { database, vault, clock, retrievalLinks, configuration }: NotificationPlatform,
  { siteId = '750000018', person = {}, result = 'negative', topics = [] }: NewScreening,
): Promise<AddedScreening> => {
  const id = nextId()
  // The server's timer does this; here weeks pass in a moment.
  await vault.refresh()
  const now = clock.now()
  const code = retrievalLinks.codeFor(siteId, id, 1)
  const state = result === null ? 'waiting' : 'final'
  const identity = sealJson(
    vault,
    { person: { ...paul, ...person }, deviceName: null },
    screeningContext(siteId, id),
  )
  await database`insert into site ${database({ id: siteId, name: 'Pharmacie du Parvis', postal_code: '75004', source: 'test', updated_at: now })}
    on conflict do nothing`
  await database`insert into screening ${database({
    site_id: siteId,
    id,
    professional_id: '899700075122',
    door: 'ecps',
    state,
    kind: 'antigen',
    disease: '840539006',
    device: '1232',
    sampled_at: now,
    recorded_at: now,
    result,
    catch_up: false,
    request_digest: bytes(32),
    person_hash: bytes(32),
    key_id: identity.keyId,
    sealed: identity.sealed,
  })}`
  const expiresAt = new Date(now.getTime() + configuration.retrieval.linkDays * 86_400_000)
  await database`insert into retrieval ${database({
    site_id: siteId,
    retrieval_hash: createHash('sha256').update(code).digest(),
    screening_id: id,
    generation: 1,
    created_at: now,
    expires_at: expiresAt,
  })}`
  if (result === 'negative' || result === 'positive') {
    const texts = sealJson(
      vault,
      { hcert: 'HC1:TEXT', twoddoc: 'DC04TEXT' },
      certificateContext(siteId, id, 1),
    )
    await database`insert into certificate ${database({
      site_id: siteId,
      screening_id: id,
      number: 1,
      uvci: 'URN:UVCI:01:FR:ABCDEFGHIJKL#M',
      issued_at: now,
      expires_at: now,
      key_id: texts.keyId,
      sealed: texts.sealed,
    })}`
  }
  for (const topic of topics) {
    await database`insert into outbox ${database({ site_id: siteId, screening_id: id, topic, number: 1, created_at: now, due_at: now })}`
  }
  return { siteId, id, code }
}

/** Starts PostgreSQL in a temporary folder and the person's routes on it, at noon of 13 August 2021. */
export const startTestBench = async (): Promise<TestBench> => {
  const parsed = parseConfiguration({}, tmpdir())
  if (!parsed.ok) throw new Error('the empty configuration is refused')
  const database = await openTestDatabase()
  const clock = makeClock('2021-08-13T12:00:00Z')
  const vault = await openVault(database.pools.intake, bytes(32), clock, bytes)
  const publicUrl = 'https://sidep.test'
  const logged: unknown[] = []
  const platformOn = (pool: NotificationPlatform['database']): NotificationPlatform => ({
    configuration: parsed.value,
    clock,
    randomBytes: bytes,
    database: pool,
    vault,
    retrievalLinks: makeRetrievalLinks(vault, publicUrl),
    log: quietLog(logged),
    metrics: makeMetrics(),
  })
  const platform = platformOn(database.pools.person)
  const app = Fastify()
  installProblems(app)
  const trust = await loadTrust({ dcc: [], twoddoc: [] })
  const acceptance = { trust: async () => trust, profile: defaultProfile }
  const recoveries = openRecoveries(platform, {
    issueRecovery: () => Promise.reject(new Error('nothing is signed here')),
  })
  await app.register(
    retrievalModule(platform, platform, { acceptance, recoveries, steadyMilliseconds: 0 }).plugin,
  )
  return {
    platform,
    clock,
    app,
    logged,
    another: () => platformOn(database.pools.worker),
    addScreening: (screening = {}) => addScreening(platform, screening),
    async close() {
      await app.close()
      await database.close()
    },
  }
}
