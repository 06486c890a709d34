/** Every check over the facts. Pure. */
import { checkArchiving, checkBackupAge } from './check-backups.ts'
import {
  checkConnections,
  checkDatabaseClock,
  checkDurable,
  checkEmbedded,
  checkReachable,
  checkRole,
  checkSchema,
  checkVersion,
  checkWire,
  checkWritable,
} from './check-database.ts'
import {
  checkClock,
  checkDisks,
  checkFiles,
  checkMemory,
  checkNode,
  checkUnits,
} from './check-machine.ts'
import { checkSecrets, checkSigners, checkTls } from './check-trust.ts'
import type { Facts } from './facts.ts'
import type { Check, Finding, Severity } from './findings.ts'

const checks: readonly Check<Facts>[] = [
  checkClock,
  checkFiles,
  checkMemory,
  checkDisks,
  checkUnits,
  checkNode,
  checkReachable,
  checkEmbedded,
  checkVersion,
  checkRole,
  checkWire,
  checkDurable,
  checkWritable,
  checkConnections,
  checkDatabaseClock,
  checkSchema,
  checkBackupAge,
  checkArchiving,
  checkTls,
  checkSigners,
  checkSecrets,
]

const rank: Readonly<Record<Severity, number>> = { unsafe: 0, warning: 1, note: 2 }

/** @returns what was found, the worst first */
export const examine = (facts: Facts): readonly Finding[] =>
  checks
    .flatMap((check) => check(facts))
    .sort((one, other) => rank[one.severity] - rank[other.severity])
