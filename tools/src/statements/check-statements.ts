/** Every statement of the server, in TypeScript and in the database's functions, is held to what a cluster can do. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadModule } from 'libpg-query'
import { isTest, type Violation } from '../house-rules.ts'
import { newestFunctions } from './function-texts.ts'
import { judgeStatement, looksAcrossSites } from './judge-statement.ts'
import { makeStatementReader } from './statement-texts.ts'

const root = resolve(import.meta.dirname, '../../..')

/** Functions of before there was this check that look across sites, and why they may. */
const excused: Readonly<Record<string, string>> = {
  record_gathered: 'is not called where sites are on several machines (docs/adr/0079)',
  audit_forget_heads: 'is the retention job, once a day',
}

const isMigration = (file: string): boolean =>
  /^apps\/server\/src\/platform\/migrations\/\d{4}-[a-z0-9-]+\.sql$/.test(file)
const mayHoldStatements = (file: string): boolean =>
  /^apps\/server\/src\/.*\.ts$/.test(file) && !isTest(file) && !file.endsWith('testing.ts')

const unreadPart = (part: string): string =>
  `\${${part}} is not known before it runs: write it out, or say “-- across sites: …”`

await loadModule()

/** @param files paths from the root of the tree */
export const checkStatements = (files: readonly string[]): Violation[] => {
  const statementsOf = makeStatementReader((file) => readFileSync(file, 'utf8'))
  const written = files.filter(mayHoldStatements).flatMap((file) =>
    statementsOf(resolve(root, file)).flatMap(({ line, text, unread }) => {
      const rules =
        unread.length === 0
          ? judgeStatement(text, null)
          : unread.filter(() => !looksAcrossSites(text)).map(unreadPart)
      return rules.map((rule) => ({ file, line, rule }))
    }),
  )
  const migrations = files
    .filter(isMigration)
    .sort()
    .map((file) => ({ file, text: readFileSync(resolve(root, file), 'utf8') }))
  const stored = newestFunctions(migrations)
    .filter(({ name }) => !(name in excused))
    .flatMap(({ file, line, name, statements, text: whole }) =>
      statements
        .flatMap((text) => judgeStatement(text, whole))
        .map((rule) => ({ file, line, rule: `${name}: ${rule}` })),
    )
  return [...written, ...stored]
}
