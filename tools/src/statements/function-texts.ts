/** The statements of the database's functions, each as its newest migration has it. */
import { parsePlPgSQLSync, parseSync } from 'libpg-query'
import { childrenOf, isTree, listOf, partOf, type Tree, textOf } from './syntax-tree.ts'

export interface FunctionText {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly statements: readonly string[]
  /** As it is written, with its comments. */
  readonly text: string
}

const isStatement = /^(?:\s|--[^\n]*\n)*(?:with|select|insert|update|delete)\b/i

/** Everything that PL/pgSQL gives to SQL. */
const queriesOf = (tree: Tree): string[] => {
  const query = textOf(partOf(tree, 'PLpgSQL_expr'), 'query')
  return [...(isStatement.test(query) ? [query] : []), ...childrenOf(tree).flatMap(queriesOf)]
}

const optionOf = (create: Tree, name: string): Tree =>
  listOf(create, 'options')
    .map((option) => partOf(option, 'DefElem'))
    .find((option) => option.defname === name) ?? {}

const bodyOf = (create: Tree): string =>
  listOf(partOf(optionOf(create, 'as'), 'arg', 'List'), 'items')
    .map((item) => textOf(partOf(item, 'String'), 'sval'))
    .join('\n')

const isSql = (create: Tree): boolean =>
  textOf(partOf(optionOf(create, 'language'), 'arg', 'String'), 'sval') === 'sql'

/** What cannot be read is handed on as it is: no statement begins so, and it is told. */
const statementsOf = (written: string): string[] => {
  try {
    return queriesOf({ functions: parsePlPgSQLSync(written) })
  } catch (error) {
    return [`unread: ${String(error)}`]
  }
}

/** @param migrations in their order; PostgreSQL's parser is loaded already */
export const newestFunctions = (
  migrations: readonly { readonly file: string; readonly text: string }[],
): FunctionText[] => {
  const newest = new Map<string, FunctionText>()
  for (const { file, text } of migrations) {
    const bytes = Buffer.from(text)
    for (const { stmt, stmt_location: start = 0, stmt_len: length } of parseSync(text).stmts ??
      []) {
      const tree: Tree = { ...stmt }
      if (!isTree(tree.CreateFunctionStmt)) continue
      const create = tree.CreateFunctionStmt
      const name = textOf(partOf(listOf(create, 'funcname').at(-1) ?? {}, 'String'), 'sval')
      const end = length === undefined || length === 0 ? bytes.length : start + length
      const written = bytes.subarray(start, end).toString('utf8')
      const line = bytes.subarray(0, start).toString('utf8').split('\n').length
      const statements = isSql(create) ? [bodyOf(create)] : statementsOf(written)
      newest.set(name, { name, file, line, statements, text: written })
    }
  }
  return [...newest.values()]
}
