/**
 * `npm test`: static checks, the web build, then every test file, and a closing line that sums them.
 * `npm test -- PATTERN …` runs only the test files whose path contains a pattern.
 */

import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { unshownEvidence } from './asvs/evidence.ts'
import { readRequirements } from './asvs/requirements.ts'
import { type CheckOutcome, printOutcome, runChecks } from './check.ts'
import { ensureDebianPackages } from './debian.ts'
import { processesMarked } from './processes.ts'

const root = resolve(import.meta.dirname, '../..')
const mark = 'SIDEP_TEST_RUN'
const runId = randomUUID()
process.env[mark] = runId

/**
 * A test file that takes longer hangs: the longest takes a minute and a half alone, and a machine may have other work or a
 * slower processor.
 */
const fileTimeoutMilliseconds = 600_000

/** Files wait as well, for a page, a timer, a process that starts: one more at once than there are cores. */
const filesAtOnce = availableParallelism() + 1

/** So many files are told with their time: what makes the suite long should be seen. */
const longestShown = 20

/** Kinds of tests that take long, which come first: at the end no core waits for one long file. */
const longKinds = ['.browser.test.ts', '.fault.test.ts', '.integration.test.ts'] as const
const turnOf = (file: string): number => {
  const turn = longKinds.findIndex((kind) => file.endsWith(kind))
  return turn === -1 ? longKinds.length : turn
}

const patterns = process.argv.slice(2)
const files = globSync('{packages,apps,dev,bench,sim,tools}/**/*.test.ts', {
  cwd: root,
  exclude: (name) => name === 'node_modules' || name === 'dist',
})
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
  .sort()
  .sort((a, b) => turnOf(a) - turnOf(b))

/** What every process of the run would do anew: compile the same files, and make a database and migrate it. */
const prepareOnce = (): CheckOutcome => {
  process.env.NODE_COMPILE_CACHE ??= resolve(root, 'node_modules/.cache/compiled')
  const folder = mkdtempSync(join(tmpdir(), 'sidep-test-template-'))
  chmodSync(folder, 0o711)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const program = resolve(root, 'apps/server/src/platform/test-template-main.ts')
  const { status, stderr } = spawnSync(process.execPath, [program, folder], { encoding: 'utf8' })
  if (status === 0) process.env.SIDEP_TEST_TEMPLATE = folder
  return { name: 'a database to begin from', passed: status === 0, output: stderr }
}

const buildWeb = (): CheckOutcome => {
  const build = spawnSync(
    process.execPath,
    [resolve(root, 'node_modules/vite/bin/vite.js'), 'build', 'apps/web', '--logLevel', 'warn'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  return { name: 'web build', passed: build.status === 0, output: `${build.stdout}${build.stderr}` }
}

/** The tests pass without it (chromium.ts); with it they take less time. */
const quickenChromium = (): void => {
  try {
    ensureDebianPackages(['chromium-headless-shell'])
  } catch {
    console.log('chromium-headless-shell cannot be installed here: browser tests take longer')
  }
}

const programs = (): CheckOutcome => {
  try {
    ensureDebianPackages([
      ...['chromium', 'poppler-utils', 'imagemagick', 'zbar-tools', 'dmtx-utils'],
      ...['softhsm2', 'opensc', 'libengine-pkcs11-openssl', 'curl', 'haproxy', 'python3-hl7'],
    ])
    quickenChromium()
    return { name: 'programs the tests need', passed: true, output: '' }
  } catch (error) {
    return { name: 'programs the tests need', passed: false, output: String(error) }
  }
}

/** Seconds that the cores of this machine have worked until now, for whomever. */
const processorSeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) /
  1_000

/** Titles of the tests that passed, by file from the root. */
const passedByFile = new Map<string, Set<string>>()

/** Seconds that each file took, by file from the root. */
const secondsByFile = new Map<string, number>()

const runTests = async (): Promise<{ passed: number; failed: number; skipped: number }> => {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const stream = run({
    files: files.map((file) => resolve(root, file)),
    concurrency: filesAtOnce,
    timeout: fileTimeoutMilliseconds,
    cwd: root,
  })
  const counted = (data: {
    details: { type?: string }
    skip?: string | boolean
    nesting: number
  }): boolean => data.details.type !== 'suite'
  stream.on('test:pass', (data) => {
    if (!counted(data)) return
    if (data.skip !== undefined && data.skip !== false) {
      counts.skipped += 1
      return
    }
    counts.passed += 1
    const file = relative(root, data.file ?? '')
    passedByFile.set(file, (passedByFile.get(file) ?? new Set()).add(data.name))
  })
  stream.on('test:fail', (data) => {
    if (counted(data)) counts.failed += 1
  })
  stream.on('test:summary', ({ file, duration_ms: milliseconds }) => {
    if (file !== undefined) secondsByFile.set(relative(root, file), milliseconds / 1_000)
  })
  const printed = stream.compose(new spec())
  for await (const chunk of printed) process.stdout.write(chunk)
  return counts
}

const processorBefore = processorSeconds()
const outcomes: CheckOutcome[] = []
const note = (outcome: CheckOutcome): void => {
  outcomes.push(outcome)
  printOutcome(outcome)
}

if (patterns.length === 0) runChecks().forEach(note)
note(programs())
note(buildWeb())
note(prepareOnce())
const counts = await runTests()
if (patterns.length === 0) {
  const unshown = unshownEvidence(readRequirements(), passedByFile)
  note({
    name: 'every test that the ASVS page names passed',
    passed: unshown.length === 0,
    output: unshown.join('\n'),
  })
}
const longest = [...secondsByFile].sort(([, a], [, b]) => b - a).slice(0, longestShown)
if (patterns.length === 0) {
  console.log('the longest files, in seconds:')
  for (const [file, seconds] of longest) console.log(`${seconds.toFixed(1).padStart(7)} ${file}`)
  const worked = (processorSeconds() - processorBefore).toFixed(0)
  const waited = (performance.now() / 1_000).toFixed(0)
  console.log(`in ${waited} s this machine's cores worked for ${worked} s, other work included`)
}
const left = processesMarked(mark, runId)
note({
  name: 'no process left behind',
  passed: left.length === 0,
  output: left.map(({ pid, command }) => `${pid} ${command}`).join('\n'),
})
for (const { pid } of left) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it ended by itself meanwhile
  }
}

const passed = counts.passed + outcomes.filter((outcome) => outcome.passed).length
const failed = counts.failed + outcomes.filter((outcome) => !outcome.passed).length
console.log(`${passed} passed, ${failed} failed, ${counts.skipped} skipped`)
process.exitCode = failed === 0 && counts.passed > 0 ? 0 : 1
