/** For the audit room's tests: a database of its own, signers of a root made for it, and a clock moved by hand. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSigners, type Signers } from '../issuance/signers.ts'
import { systemRandomBytes } from '../platform/clock.ts'
import type { Sql } from '../platform/context.ts'
import type { OpenDatabase, Pools } from '../platform/database.ts'
import { openTestDatabases } from '../platform/test-databases.ts'
import { makeTestClock, type TestClock, testStart } from '../platform/testing.ts'
import { openVault, type Vault } from '../platform/vault.ts'
import { type Act, recordAct } from './chain.ts'
import type { ErasedUntil } from './retention/erased-until.ts'
import { openStatementVerifier, type StatementVerifier } from './statement-signers.ts'

export interface AuditGround {
  readonly pools: Pools
  readonly sql: Sql
  readonly clock: TestClock
  readonly vault: Vault
  readonly signers: Signers
  /** As `sidep audit --check` opens it. */
  verifier(): Promise<StatementVerifier>
  /** Appends acts at a site, each at the clock's time. */
  act(siteId: string, count?: number): Promise<void>
}

export interface AuditGrounds {
  ground(start?: string): Promise<AuditGround>
  close(): Promise<void>
}

const actAt = (siteId: string, at: Date, index: number): Act => ({
  siteId,
  at,
  act: 'screening.recorded',
  actor: { professionalId: '810003456789', counterId: null, door: 'ecps' },
  subject: `s${index}`,
})

const makeGround = async (
  database: OpenDatabase,
  keysDirectory: string,
  start: string,
): Promise<{ ground: AuditGround; close: () => Promise<void> }> => {
  const clock = makeTestClock(start)
  const signers = await openSigners(
    { mode: 'development', keysDirectory },
    makeTestClock(testStart),
    systemRandomBytes,
  )
  const sql = database.pools.worker
  const ground: AuditGround = {
    pools: database.pools,
    sql,
    clock,
    signers,
    vault: await openVault(database.pools.login, new Uint8Array(32), clock, systemRandomBytes),
    verifier: () => openStatementVerifier(sql, signers.rootCertificate),
    async act(siteId, count = 1) {
      for (let index = 0; index < count; index += 1) {
        await recordAct(sql, actAt(siteId, clock.now(), index))
      }
    },
  }
  return { ground, close: () => database.close() }
}

/** Starts one PostgreSQL for a test file; each `ground` has a database of its own. */
export const startAuditGrounds = async (): Promise<AuditGrounds> => {
  const folder = mkdtempSync(join(tmpdir(), 'sidep-audit-'))
  const databases = await openTestDatabases(folder)
  const started = new AsyncDisposableStack()
  started.defer(() => rmSync(folder, { recursive: true, force: true }))
  started.defer(() => databases.close())
  let opened = 0
  return {
    async ground(start = testStart) {
      opened += 1
      const database = await databases.open(opened)
      const { ground, close } = await makeGround(database, join(folder, 'keys'), start)
      started.defer(close)
      return ground
    },
    close: () => started.disposeAsync(),
  }
}

/** A log that says nothing. */
export const silentLog = { info() {}, warn() {}, error() {} }

/** Keeps nothing of what was erased: for databases that no test sets back. */
export const nothingErased: ErasedUntil = { read: () => null, raise() {} }
