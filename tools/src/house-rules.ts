/**
 * The rules of the house that a compiler does not know: which room may import which, that packages
 * are isomorphic, and that time and randomness come in as arguments.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export interface Violation {
  readonly file: string
  readonly line: number
  readonly rule: string
}

const root = resolve(import.meta.dirname, '../..')

/** What each package may import from the others (design.md, Rooms); transitive closure is spelt out. */
const packageImports: Record<string, readonly string[]> = {
  time: [],
  identifiers: ['time'],
  encoding: [],
  hcert: ['encoding', 'identifiers', 'time'],
  twoddoc: ['encoding', 'identifiers', 'time'],
  continuity: ['hcert', 'twoddoc', 'encoding', 'identifiers', 'time'],
  trust: ['hcert', 'twoddoc', 'encoding', 'identifiers', 'time'],
  verdict: ['trust', 'continuity', 'twoddoc', 'hcert', 'encoding', 'identifiers', 'time'],
  contracts: ['admission'],
  screening: ['continuity', 'hcert', 'twoddoc', 'encoding', 'identifiers', 'contracts', 'time'],
  admission: ['time'],
  sdk: [
    'contracts',
    'continuity',
    'admission',
    'hcert',
    'twoddoc',
    'encoding',
    'identifiers',
    'time',
  ],
}
const allPackages = Object.keys(packageImports)

/** What of the SDK only a program on Node loads: an entry of its own (ADR 86). */
const nodeEntry = /^packages\/sdk\/src\/node\//

/** What each room outside packages/ may import. */
const roomImports: Record<string, readonly string[]> = {
  'apps/web': allPackages,
  'apps/server': allPackages,
  'apps/cli': [...allPackages, 'server', 'sim', 'bench', 'dev'],
  bench: [...allPackages, 'server', 'dev'],
  sim: allPackages,
  dev: allPackages,
  tools: [...allPackages, 'server'],
}

/** The five floors of the server, top first. Modules on one floor do not import each other. */
const serverFloors: readonly (readonly string[])[] = [
  ['main', 'index', 'laboratory-role', 'vendor-role', 'issuing', 'operations-acts'],
  [
    'login',
    'continuity',
    'laboratory',
    'vendors',
    'revocation',
    'retrieval',
    'feeds',
    'operations',
    'admission',
  ],
  ['intake'],
  ['issuance'],
  ['audit', 'platform'],
]
/** audit stands on platform; nothing else crosses within a floor. */
const withinFloor: readonly (readonly [string, string])[] = [['audit', 'platform']]

export const isTest = (file: string): boolean =>
  /\.test\.tsx?$|(^|\/)test\/|[/-]testing\.ts$/.test(file)

const roomOf = (file: string): string => {
  const [first = '', second = ''] = file.split('/')
  return first === 'packages' || first === 'apps' ? `${first}/${second}` : first
}

const serverModule = (file: string): string | undefined =>
  /^apps\/server\/src\/([^/.]+)(?:\/|\.ts$)/.exec(file)?.[1]

const checkImport = (file: string, specifier: string): string | undefined => {
  const room = roomOf(file)
  const target = /^@sidep\/([^/]+)/.exec(specifier)?.[1]
  if (room.startsWith('packages/') && !isTest(file)) {
    if (specifier.startsWith('node:') && !nodeEntry.test(file))
      return `packages are isomorphic: no ${specifier}`
    const own = room.slice('packages/'.length)
    if (target !== undefined && target !== own && !(packageImports[own] ?? []).includes(target)) {
      return `packages/${own} may not import @sidep/${target}`
    }
  } else if (target !== undefined && !isTest(file)) {
    const allowed = roomImports[room]
    if (
      allowed !== undefined &&
      !allowed.includes(target) &&
      `apps/${target}` !== room &&
      target !== room
    ) {
      return `${room} may not import @sidep/${target}`
    }
  }
  if (!specifier.startsWith('.')) return undefined
  const resolved = relative(root, resolve(root, dirname(file), specifier))
  if (roomOf(resolved) !== room && !isTest(file))
    return `${room} reaches into ${roomOf(resolved)} by path`
  if (isTest(file)) return undefined
  return checkServerFloors(file, resolved) ?? checkWebEntries(file, resolved)
}

const webFolder = (file: string): string | undefined =>
  /^apps\/web\/src\/([^/.]+)\//.exec(file)?.[1]

/** Each public has its own entry; what two of them use is in shared/, which knows none of them. */
const checkWebEntries = (file: string, resolved: string): string | undefined => {
  const [from, to] = [webFolder(file), webFolder(resolved)]
  if (from === undefined || to === undefined || from === to || to === 'shared') return undefined
  return `web: ${from} reaches into ${to}`
}

const checkServerFloors = (file: string, resolved: string): string | undefined => {
  const from = serverModule(file)
  const to = serverModule(resolved)
  if (from === undefined || to === undefined || from === to) return undefined
  const floorOf = (module: string): number =>
    serverFloors.findIndex((floor) => floor.includes(module))
  const [fromFloor, toFloor] = [floorOf(from), floorOf(to)]
  if (fromFloor < 0) return `server module ${from} stands on no floor`
  if (toFloor < 0) return `server module ${to} stands on no floor`
  if (toFloor < fromFloor) return `server: ${from} imports upwards from ${to}`
  if (
    toFloor === fromFloor &&
    !withinFloor.some(([a, b]) => a === from && b === to) &&
    fromFloor > 0
  ) {
    return `server: ${from} and ${to} stand on one floor`
  }
  if (to === 'issuance' && from !== 'intake' && fromFloor > 0)
    return `server: only intake issues, not ${from}`
  return undefined
}

/** Places where reading the clock or drawing randomness is the point. */
const clockAllowed =
  /^(dev|bench|tools|sim)\/|^apps\/(cli|web)\/|^apps\/server\/src\/platform\/|^packages\/sdk\/src\/platform\.ts$/

/** Their subject is the embedded PostgreSQL itself, two of them as primary and standby, or its being killed by its process id. */
const aboutEmbedded =
  /\/embedded\/|\/test-databases\.ts$|\/((readiness|several-hosts)\.fault|migrate\.integration)\.test\.ts$|kill\.fault\.test\.ts$|^apps\/cli\//

const linePatterns: readonly {
  readonly pattern: RegExp
  readonly rule: string
  readonly applies: (file: string) => boolean
}[] = [
  {
    pattern: /\bBuffer\b|\bprocess\.(env|hrtime)/,
    rule: 'packages are isomorphic: no Buffer, no process',
    applies: (file) => file.startsWith('packages/') && !isTest(file),
  },
  {
    pattern: /Date\.now\(\)|new Date\(\)|Math\.random\(\)/,
    rule: 'clock and randomness come in as arguments',
    applies: (file) => !isTest(file) && !clockAllowed.test(file),
  },
  {
    pattern:
      /Date\.now\(\)|new Date\(\)|Math\.random\(\)|\b(async|await|fetch|set(Timeout|Interval)|(local|session)Storage|document|navigator|crypto)\b/,
    rule: 'the machine of the session is pure: clock, chance and answers come in as arguments',
    applies: (file) => file.startsWith('apps/web/src/counter/session/machine/'),
  },
  {
    pattern: /\bas any\b|@ts-ignore|@ts-nocheck/,
    rule: 'no silenced types',
    applies: () => true,
  },
  {
    pattern: /\b(openDatabase\(null|startEmbeddedDatabase\()/,
    rule: 'tests take their database from platform/test-databases.ts, where SIDEP_TEST_DATABASE_URL is obeyed',
    applies: (file) => isTest(file) && !aboutEmbedded.test(file),
  },
  {
    pattern: /\bnew Checked(Certificate|Recovery)\b/,
    rule: 'only issuance says that a certificate was read back',
    applies: (file) => !file.startsWith('apps/server/src/issuance/') && !isTest(file),
  },
  {
    // Generators (`function*`) cannot be written otherwise.
    pattern: /^\s*(export )?(async )?function [a-zA-Z]/,
    rule: 'functions are constants: const name = (…) => …',
    applies: () => true,
  },
  {
    pattern: /^export const create[A-Z]/,
    rule: 'what makes something in memory is called make…, what reads first open…, what runs until it is stopped start…',
    applies: (file) => !file.startsWith('apps/web/'),
  },
  {
    pattern: /\.(only|todo)\(/,
    rule: 'no focused or empty test',
    applies: (file) => /\.test\.tsx?$/.test(file),
  },
  {
    pattern: /\b(TODO|FIXME|XXX)\b/,
    rule: 'no promise without an issue',
    applies: () => true,
  },
]

const importPattern = /(?:from\s+|import\s*\(\s*|import\s+)['"]([^'"]+)['"]/g

/** Checks one file's text; pure, so that the rules themselves are tested. */
export const violationsIn = (file: string, text: string): Violation[] => {
  const found: Violation[] = []
  text.split('\n').forEach((line, index) => {
    const code = /^\s*(\/\/|\*|\/\*)/.test(line) ? '' : line
    for (const [, specifier = ''] of code.matchAll(importPattern)) {
      const rule = checkImport(file, specifier)
      if (rule !== undefined) found.push({ file, line: index + 1, rule })
    }
    for (const { pattern, rule, applies } of linePatterns) {
      if (applies(file) && pattern.test(rule.startsWith('no promise') ? line : code)) {
        found.push({ file, line: index + 1, rule })
      }
    }
  })
  return found
}

/** Checks the files given (paths from the root of the checkout). */
export const checkHouseRules = (files: readonly string[]): Violation[] =>
  files
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('tools/src/house-rules'))
    .flatMap((file) => violationsIn(file, readFileSync(join(root, file), 'utf8')))
