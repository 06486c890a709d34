/** `npm run check`: type check, format and lint, house rules, versions, generated documents. Prints one line a check. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { missingEvidence } from './asvs/evidence.ts'
import { readRequirements } from './asvs/requirements.ts'
import { checkDocLinks } from './doc-links.ts'
import { checkExpressions } from './expressions.ts'
import { checkHouseRules, type Violation } from './house-rules.ts'
import { refusedLicencesOfTree } from './licences.ts'
import { checkMigrationRules } from './migration-rules.ts'
import { checkDecisionNumbers, checkMigrationNumbers } from './numbers.ts'
import { staleReferences } from './references.ts'
import { checkStatements } from './statements/check-statements.ts'
import { checkVersions } from './versions.ts'

const root = resolve(import.meta.dirname, '../..')
const bin = (name: string): string => join(root, 'node_modules/.bin', name)

export interface CheckOutcome {
  readonly name: string
  readonly passed: boolean
  readonly output: string
}

const command = (name: string, program: string, ...args: string[]): CheckOutcome => {
  const run = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  const missing = run.error === undefined ? '' : `${program} does not run: npm ci\n`
  return {
    name,
    passed: run.status === 0,
    output: `${missing}${run.stdout ?? ''}${run.stderr ?? ''}`,
  }
}

const trackedFiles = (): string[] =>
  execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
    .split('\0')
    .filter((file) => file !== '')

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const rules = (name: string, violations: readonly Violation[]): CheckOutcome => ({
  name,
  passed: violations.length === 0,
  output: violations.map(({ file, line, rule }) => `${file}:${line} ${rule}`).join('\n'),
})

/** What knip.jsonc does not excuse; packages of tests are the tools' and listed nowhere else. */
const unusedOptions = [
  '--no-progress',
  '--no-config-hints',
  '--include',
  'files,dependencies,exports,types',
]

/** Runs every static check, in order. */
export const runChecks = (): CheckOutcome[] => {
  const files = trackedFiles()
  const stale = staleReferences()
  const unlicensed = refusedLicencesOfTree()
  const missing = missingEvidence(readRequirements())
  return [
    command('types', bin('tsc')),
    command('types of the web', bin('tsc'), '-p', 'apps/web'),
    command('format and lint', bin('biome'), 'check', '--error-on-warnings', '.'),
    command('unused files, exports and dependencies', bin('knip'), ...unusedOptions),
    rules('house rules', checkHouseRules(files)),
    rules('expressions', checkExpressions(files)),
    rules('numbers of migrations and decisions', [
      ...checkMigrationNumbers(files),
      ...checkDecisionNumbers(files),
    ]),
    rules('migrations only add', checkMigrationRules(files)),
    rules('statements stay with one site', checkStatements(files)),
    rules('one version', checkVersions(files, read)),
    rules('links of documents', checkDocLinks(files, read)),
    {
      name: 'licences',
      passed: unlicensed.length === 0,
      output: unlicensed.join('\n'),
    },
    {
      name: 'tests that the ASVS page names',
      passed: missing.length === 0,
      output: missing.join('\n'),
    },
    {
      name: 'generated references',
      passed: stale.length === 0,
      output: stale
        .map((file) => `${file} is not what the code says: npm run references`)
        .join('\n'),
    },
  ]
}

export const printOutcome = ({ name, passed, output }: CheckOutcome): void => {
  console.log(`${passed ? '✔' : '✖'} ${name}`)
  if (!passed) console.log(output.trimEnd())
}

if (import.meta.main) {
  const outcomes = runChecks()
  outcomes.forEach(printOutcome)
  process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1
}
