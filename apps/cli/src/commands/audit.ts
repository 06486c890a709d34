import { type AuditCheck, checkAudit } from '@sidep/server/audit/check-rolls.ts'
import { openStatementVerifier } from '@sidep/server/audit/statement-signers.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import type { Command } from 'commander'
import { readConfiguration, readRootCertificate, withDatabase } from '../configured.ts'
import { CommandFailure } from '../failure.ts'

interface AuditOptions {
  readonly check?: boolean
  readonly site?: string
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option('--check', 'walk the chains and compare them with their signed heads')
    .option('--site <finess>', 'one chain alone, without the daily rolls (default: all)')
    .option('--json', 'print the outcome as one JSON object')
    .addHelpText(
      'after',
      `
The database is that of DATABASE_URL, or the embedded one in DATA_DIR, which must not be in use.
Signatures are checked against the root in KEYS_DIR. Exit 0 all as written, 1 something is not.`,
    )
    .action(audit)
}

const describeRolls = ({ rolls }: AuditCheck): string[] => {
  if (rolls === null) return []
  if (rolls.ok) return [`${rolls.days} days of signed heads, none taken out`]
  return [`signed heads${rolls.day === null ? '' : ` of ${rolls.day}`}: ${rolls.code}`]
}

const describe = (check: AuditCheck): string =>
  [
    `${check.chains} chains, ${check.rows} rows, ${check.signedHeads} signed heads agreed with`,
    ...describeRolls(check),
    ...check.broken.map(({ siteId, code, sequence }) => `${siteId}: ${code} at ${sequence}`),
    check.ok ? 'as written' : 'NOT as written: see docs/operating/retention.md',
  ].join('\n')

const audit = async (options: AuditOptions): Promise<void> => {
  if (options.check !== true) throw new CommandFailure('say what to do: --check')
  const configuration = readConfiguration()
  const root = await readRootCertificate(configuration)
  const check = await withDatabase(configuration, async ({ pools }) => {
    const verifies = await openStatementVerifier(pools.worker, root)
    return checkAudit(pools.worker, options.site ?? null, verifies, systemClock.now())
  })
  console.log(options.json === true ? JSON.stringify(check) : describe(check))
  if (!check.ok) process.exitCode = 1
}
