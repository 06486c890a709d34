/**
 * What a migration may do while processes of the version before are at work, and go on being (docs/adr/0085): it adds.
 * What it takes away or changes was replaced by an earlier one, which it names. Read by PostgreSQL's own parser.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadModule, parseSync } from 'libpg-query'
import type { Violation } from './house-rules.ts'
import { isTree, listOf, partOf, type Tree, textOf } from './statements/syntax-tree.ts'

const root = resolve(import.meta.dirname, '../..')
const migration = /^apps\/server\/src\/platform\/migrations\/(\d{4})-[a-z0-9-]+\.sql$/

/** Those before were written, and ran, before there was this rule. */
const since = 38

const contract = /--\s*contract of (\d{4}): \S/
const outside = /^-- outside a transaction\b/

export const rules = {
  drop: 'takes away what the version before uses',
  rename: 'renames what the version before uses',
  type: 'changes a type: the table is written anew behind a lock, and the version before reads another',
  required: 'requires a column that the version before does not write',
  check:
    'checks all rows behind a lock: add the constraint NOT VALID, validate it in a later migration',
  replaced: 'changes a function that the version before calls: make another, by the next number',
  index:
    'makes an index behind a lock: CONCURRENTLY, in a file of its own that begins “-- outside a transaction”',
  outside: 'one statement alone is outside a transaction: an index CONCURRENTLY, IF [NOT] EXISTS',
  unread: 'PostgreSQL cannot read this file',
} as const

const relationOf = (tree: Tree): string => textOf(partOf(tree, 'relation'), 'relname')

const kindsOfAlter: Readonly<Record<string, string>> = {
  AT_DropColumn: rules.drop,
  AT_DropConstraint: rules.drop,
  AT_AlterColumnType: rules.type,
  AT_SetNotNull: rules.required,
}

const constraintsOf = (tree: Tree): readonly Tree[] =>
  listOf(tree, 'constraints').map((item) => partOf(item, 'Constraint'))

const faultOfAlter = (command: Tree): string | null => {
  const known = kindsOfAlter[textOf(command, 'subtype')]
  if (known !== undefined) return known
  if (command.subtype === 'AT_AddColumn') {
    const constraints = constraintsOf(partOf(command, 'def', 'ColumnDef'))
    const has = (kind: string): boolean => constraints.some(({ contype }) => contype === kind)
    const isFilled = ['CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY'].some(has)
    return has('CONSTR_NOTNULL') && !isFilled ? rules.required : null
  }
  if (command.subtype === 'AT_AddConstraint') {
    const constraint = partOf(command, 'def', 'Constraint')
    return constraint.skip_validation === true ? null : rules.check
  }
  return null
}

/** Tables and functions that a file itself makes are nobody's yet. */
const faultsOf = (stmt: Tree, made: ReadonlySet<string>, isOutside: boolean): string[] => {
  if (isTree(stmt.DropStmt))
    return isOutside && stmt.DropStmt.concurrent === true ? [] : [rules.drop]
  if (isTree(stmt.RenameStmt)) return made.has(relationOf(stmt.RenameStmt)) ? [] : [rules.rename]
  if (isTree(stmt.CreateFunctionStmt))
    return stmt.CreateFunctionStmt.replace === true ? [rules.replaced] : []
  if (isTree(stmt.ViewStmt)) return stmt.ViewStmt.replace === true ? [rules.replaced] : []
  if (isTree(stmt.IndexStmt)) {
    const isSound =
      stmt.IndexStmt.concurrent === true ? isOutside : made.has(relationOf(stmt.IndexStmt))
    return isSound ? [] : [rules.index]
  }
  if (isTree(stmt.AlterTableStmt) && !made.has(relationOf(stmt.AlterTableStmt))) {
    return listOf(stmt.AlterTableStmt, 'cmds').flatMap((command) => {
      const fault = faultOfAlter(partOf(command, 'AlterTableCmd'))
      return fault === null ? [] : [fault]
    })
  }
  return []
}

const isRepeatable = (stmt: Tree): boolean =>
  (isTree(stmt.IndexStmt) &&
    stmt.IndexStmt.concurrent === true &&
    stmt.IndexStmt.if_not_exists === true) ||
  (isTree(stmt.DropStmt) && stmt.DropStmt.concurrent === true && stmt.DropStmt.missing_ok === true)

/**
 * @param number of the file
 * @returns what its statements may not do, with the line of each; PostgreSQL's parser is loaded already
 */
export const faultsOfMigration = (
  number: number,
  text: string,
): { line: number; rule: string }[] => {
  const bytes = Buffer.from(text)
  try {
    let ended = 0
    const statements = (parseSync(text).stmts ?? []).map(
      ({ stmt, stmt_location: start = 0, stmt_len: length = 0 }) => {
        const tree: Tree = { ...stmt }
        // From the end of the one before: what a comment says of it comes first.
        const before = bytes.subarray(0, ended).toString('utf8')
        ended = length === 0 ? bytes.length : start + length
        const written = bytes.subarray(Buffer.byteLength(before), ended).toString('utf8')
        return { tree, written, before }
      },
    )
    const isOutside = outside.test(text)
    const made = new Set(
      statements.flatMap(({ tree }) =>
        isTree(tree.CreateStmt) ? [relationOf(tree.CreateStmt)] : [],
      ),
    )
    const wrongOutside =
      isOutside && (statements.length !== 1 || !statements.every(({ tree }) => isRepeatable(tree)))
    return [
      ...(wrongOutside ? [{ line: 1, rule: rules.outside }] : []),
      ...statements.flatMap(({ tree, written, before }) => {
        const expansion = contract.exec(written)?.[1]
        if (expansion !== undefined && Number(expansion) < number) return []
        const blank = /^(?:[\s;]|--[^\n]*\n)*/.exec(written)?.[0] ?? ''
        const line = (before + blank).split('\n').length
        return faultsOf(tree, made, isOutside).map((rule) => ({ line, rule }))
      }),
    ]
  } catch {
    return [{ line: 1, rule: rules.unread }]
  }
}

await loadModule()

/** @param files paths from the root of the tree */
export const checkMigrationRules = (files: readonly string[]): Violation[] =>
  files.flatMap((file) => {
    const number = Number(migration.exec(file)?.[1] ?? 0)
    if (number < since) return []
    const text = readFileSync(resolve(root, file), 'utf8')
    return faultsOfMigration(number, text).map((fault) => ({ file, ...fault }))
  })
