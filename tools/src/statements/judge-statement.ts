/**
 * Whether a statement stays with one site, as a cluster wants it (docs/adr/0085). Read by PostgreSQL's own parser.
 *
 * A table by site is bound where its `site_id` is equal to a parameter, to a constant, or to that of something bound. Every
 * such table of a statement is bound, or the statement says in a comment why it looks across sites.
 */
import { placedTables, viewsBySite } from '@sidep/server/platform/placement.ts'
import { parseSync } from 'libpg-query'
import { childrenOf, isTree, listOf, partOf, type Tree, textOf } from './syntax-tree.ts'

const spread: ReadonlyMap<string, string> = new Map([
  ...placedTables.flatMap(({ table, column }) =>
    column === null ? [] : [[table, column] as const],
  ),
  ...viewsBySite.map((view) => [view, 'site_id'] as const),
])

/** PostgreSQL's functions that answer otherwise each time, of those that a statement here might use. */
const volatile = new Set(['clock_timestamp', 'random', 'gen_random_uuid', 'nextval', 'timeofday'])

/** Whether a statement says why it looks across sites. */
export const looksAcrossSites = (text: string): boolean => /--\s*across sites: \S/.test(text)

export const rules = {
  unread: 'PostgreSQL cannot read this statement',
  recursive: 'no recursive expression: a cluster has none',
  locks: 'no row lock across sites: take what is due, then lock it site by site in a function',
  volatile: 'no volatile function where an upsert updates: give the value',
  needlessMark: 'names its site: take “across sites” away',
} as const
const unbound = (table: string, column: string): string =>
  `${table} without its ${column}: name it, or say why in a comment “-- across sites: …” of the statement`

/** What a level of a statement reads or writes, by the name it goes by there. */
interface Level {
  readonly names: ReadonlySet<string>
  /** Spread tables among them, by that name. */
  readonly tables: ReadonlyMap<string, string>
  readonly bound: Set<string>
  /** Common table expressions that can be named here: whether their rows are of one site. */
  readonly expressions: ReadonlyMap<string, boolean>
  readonly parent: Level | null
}

interface Judging {
  /** In a function a name that is no column is a variable. */
  readonly isFunction: boolean
  readonly found: Set<string>
  readonly unbound: Set<string>
}

const queryKinds = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt'] as const

const fieldsOf = (reference: Tree): string[] =>
  listOf(reference, 'fields').map((field) => textOf(partOf(field, 'String'), 'sval'))

/** Relations of a FROM clause, joins taken apart; the conditions of joins go into `conditions`. */
const relationsOf = (item: Tree, conditions: Tree[]): Tree[] => {
  if (!isTree(item.JoinExpr)) return [item]
  const join = item.JoinExpr
  conditions.push(partOf(join, 'quals'))
  const sides = [partOf(join, 'larg'), partOf(join, 'rarg')].flatMap((side) =>
    relationsOf(side, conditions),
  )
  for (const column of listOf(join, 'usingClause')) {
    const name = textOf(partOf(column, 'String'), 'sval')
    const [first, ...others] = sides.map(nameOf)
    for (const other of others) conditions.push(equality(first ?? '', other, name))
  }
  return sides
}

const nameOf = (relation: Tree): string => {
  const [kind, part] = Object.entries(relation)[0] ?? []
  if (!isTree(part)) return ''
  return (
    textOf(partOf(part, 'alias'), 'aliasname') ||
    (kind === 'RangeVar' ? textOf(part, 'relname') : '')
  )
}

const reference = (relation: string, column: string): Tree => ({
  ColumnRef: { fields: [relation, column].map((sval) => ({ String: { sval } })) },
})
const equality = (left: string, right: string, column: string): Tree => ({
  A_Expr: {
    kind: 'AEXPR_OP',
    name: [{ String: { sval: '=' } }],
    lexpr: reference(left, column),
    rexpr: reference(right, column),
  },
})

const withoutCasts = (expression: Tree): Tree =>
  isTree(expression.TypeCast) ? withoutCasts(partOf(expression, 'TypeCast', 'arg')) : expression

/** Both sides of each equation that must hold, whatever else does. */
const equationsOf = (condition: Tree): [Tree, Tree][] => {
  if (isTree(condition.BoolExpr) && condition.BoolExpr.boolop === 'AND_EXPR') {
    return listOf(condition.BoolExpr, 'args').flatMap(equationsOf)
  }
  const expression = partOf(condition, 'A_Expr')
  const operator = textOf(partOf(listOf(expression, 'name')[0] ?? {}, 'String'), 'sval')
  if (expression.kind !== 'AEXPR_OP' || operator !== '=') return []
  return [[withoutCasts(partOf(expression, 'lexpr')), withoutCasts(partOf(expression, 'rexpr'))]]
}

const ownerOf = (fields: readonly string[], level: Level): string | null => {
  const [first = '', second] = fields
  if (second !== undefined) return level.names.has(first) ? first : null
  const tables = [...level.tables].filter(([, table]) => spread.get(table) === first)
  if (tables.length > 0) return tables[0]?.[0] ?? null
  return level.names.size === 1 && spread.size > 0 && [...spread.values()].includes(first)
    ? ([...level.names][0] ?? null)
    : null
}

/** What a value says: one site, which relation of this level has it, or neither. */
const sourceOf = (
  value: Tree,
  level: Level,
  { isFunction }: Judging,
): 'one' | { readonly name: string } | null => {
  if (isTree(value.ParamRef) || isTree(value.A_Const)) return 'one'
  if (!isTree(value.ColumnRef)) return null
  const fields = fieldsOf(value.ColumnRef)
  const owner = ownerOf(fields, level)
  if (owner !== null) return { name: owner }
  for (let outer = level.parent; outer !== null; outer = outer.parent) {
    const outerOwner = ownerOf(fields, outer)
    if (outerOwner !== null) return outer.bound.has(outerOwner) ? 'one' : null
  }
  return isFunction ? 'one' : null
}

const bindBy = (conditions: readonly Tree[], level: Level, judging: Judging): void => {
  const columns = new Set(spread.values())
  const isColumn = (side: Tree): boolean =>
    isTree(side.ColumnRef) && columns.has(fieldsOf(side.ColumnRef).at(-1) ?? '')
  const equations = conditions
    .flatMap(equationsOf)
    .filter((sides) => sides.some(isColumn))
    .map((sides) => sides.map((side) => sourceOf(side, level, judging)))
  for (let grew = true; grew; ) {
    const before = level.bound.size
    for (const sides of equations) {
      const isOne = sides.some(
        (side) => side === 'one' || (side !== null && level.bound.has(side.name)),
      )
      if (!isOne) continue
      for (const side of sides) if (side !== null && side !== 'one') level.bound.add(side.name)
    }
    grew = level.bound.size > before
  }
}

/** Queries within a tree, none within another. */
const queriesIn = (tree: Tree): [string, Tree][] =>
  Object.entries(tree).flatMap(([name, value]): [string, Tree][] => {
    const parts = Array.isArray(value) ? value.filter(isTree) : isTree(value) ? [value] : []
    if (queryKinds.some((kind) => kind === name)) return parts.map((part) => [name, part])
    return parts.flatMap(queriesIn)
  })

/** Whether the values that an INSERT puts into a column are of one site. */
const insertsOne = (query: Tree, column: string, level: Level, judging: Judging): boolean => {
  const place = listOf(query, 'cols').findIndex(
    (item) => textOf(partOf(item, 'ResTarget'), 'name') === column,
  )
  if (place < 0) return false
  const select = partOf(query, 'selectStmt', 'SelectStmt')
  const rows = listOf(select, 'valuesLists').map((row) => listOf(partOf(row, 'List'), 'items'))
  if (rows.length > 0) {
    return (
      rows.length === 1 && sourceOf(withoutCasts(rows[0]?.[place] ?? {}), level, judging) === 'one'
    )
  }
  const inner = levelOf('SelectStmt', select, level, judging)
  const targets = listOf(select, 'targetList').map((item) =>
    withoutCasts(partOf(item, 'ResTarget', 'val')),
  )
  if (targets.slice(0, place).some(isStar)) return false
  const source = sourceOf(targets[place] ?? {}, inner, judging)
  return source === 'one' || (source !== null && inner.bound.has(source.name))
}

const isStar = (value: Tree): boolean =>
  isTree(value.ColumnRef) && listOf(value.ColumnRef, 'fields').some((field) => isTree(field.A_Star))

const relationsOfQuery = (query: Tree, conditions: Tree[]): Tree[] => [
  ...(isTree(query.relation) ? [{ RangeVar: query.relation }] : []),
  ...['fromClause', 'usingClause'].flatMap((clause) =>
    listOf(query, clause).flatMap((item) => relationsOf(item, conditions)),
  ),
]

/** Judges the common table expressions, then says what this level reads, and what of it is bound. */
const levelOf = (kind: string, query: Tree, parent: Level | null, judging: Judging): Level => {
  const expressions = new Map(parent?.expressions)
  const clause = partOf(query, 'withClause')
  if (clause.recursive === true) judging.found.add(rules.recursive)
  const around: Level = parent ?? {
    names: new Set(),
    tables: new Map(),
    bound: new Set(),
    expressions,
    parent,
  }
  for (const item of listOf(clause, 'ctes')) {
    const expression = partOf(item, 'CommonTableExpr')
    const inner = queriesIn({ ctequery: expression.ctequery }).map(([innerKind, innerQuery]) =>
      judgeQuery(innerKind, innerQuery, { ...around, expressions }, judging),
    )
    expressions.set(
      textOf(expression, 'ctename'),
      inner.every((isOne) => isOne),
    )
  }
  const conditions = [partOf(query, 'whereClause')]
  const relations = relationsOfQuery(query, conditions)
  const tables = new Map<string, string>()
  const bound = new Set<string>()
  for (const relation of relations) {
    const table = textOf(partOf(relation, 'RangeVar'), 'relname')
    const name = nameOf(relation)
    if (expressions.has(table)) {
      if (expressions.get(table) === true) bound.add(name)
    } else if (spread.has(table)) tables.set(name, table)
    else if (
      isTree(relation.RangeSubselect) &&
      isOneSubselect(relation.RangeSubselect, { ...around, expressions }, judging)
    ) {
      bound.add(name)
    }
  }
  const level: Level = { names: new Set(relations.map(nameOf)), tables, bound, expressions, parent }
  if (kind !== 'InsertStmt') bindBy(conditions, level, judging)
  return level
}

/** Looked at again, as part of its statement, by `judgeQuery`: here only whether its rows are of one site. */
const isOneSubselect = (subselect: Tree, parent: Level, { isFunction }: Judging): boolean => {
  const apart: Judging = { isFunction, found: new Set(), unbound: new Set() }
  return queriesIn({ subquery: subselect.subquery }).every(([kind, query]) =>
    judgeQuery(kind, query, parent, apart),
  )
}

/** @returns whether it reads or writes tables by site, and rows of one site alone */
const judgeQuery = (kind: string, query: Tree, parent: Level | null, judging: Judging): boolean => {
  const sides = ['larg', 'rarg'].flatMap((side) => (isTree(query[side]) ? [query[side]] : []))
  if (sides.length > 0) {
    const level = levelOf(kind, query, parent, judging)
    return sides.map((side) => judgeQuery('SelectStmt', side, level, judging)).every(Boolean)
  }
  const level = levelOf(kind, query, parent, judging)
  const target = textOf(partOf(query, 'relation'), 'relname')
  const column = spread.get(target)
  if (kind === 'InsertStmt') {
    if (column !== undefined && insertsOne(query, column, level, judging)) {
      for (const name of level.names) level.bound.add(name)
    }
    const conflict = partOf(query, 'onConflictClause')
    if (
      column !== undefined &&
      conflict.action === 'ONCONFLICT_UPDATE' &&
      callsVolatile(conflict)
    ) {
      judging.found.add(rules.volatile)
    }
  }
  const free = [...level.tables].filter(([name]) => !level.bound.has(name))
  for (const [, table] of free) judging.unbound.add(unbound(table, spread.get(table) ?? ''))
  if (free.length > 0 && listOf(query, 'lockingClause').length > 0) judging.found.add(rules.locks)
  const { withClause: _, ...rest } = query
  const inner = queriesIn(rest).map(([innerKind, innerQuery]) =>
    judgeQuery(innerKind, innerQuery, level, judging),
  )
  return free.length === 0 && (level.tables.size > 0 || level.bound.size > 0 || inner.some(Boolean))
}

const callsVolatile = (tree: Tree): boolean => {
  const name = listOf(partOf(tree, 'FuncCall'), 'funcname').at(-1)
  return (
    (name !== undefined && volatile.has(textOf(partOf(name, 'String'), 'sval'))) ||
    childrenOf(tree).some(callsVolatile)
  )
}

/**
 * @param text one statement or several, with its comments
 * @param within the whole function that it stands in, whose variables it names; null: none
 * @returns what is wrong with it; PostgreSQL's parser is loaded already
 */
export const judgeStatement = (text: string, within: string | null): string[] => {
  const judging: Judging = { isFunction: within !== null, found: new Set(), unbound: new Set() }
  try {
    for (const { stmt } of parseSync(text).stmts ?? []) {
      for (const [kind, query] of queriesIn({ ...stmt })) judgeQuery(kind, query, null, judging)
    }
  } catch {
    return [rules.unread]
  }
  const isMarked = looksAcrossSites(within ?? text)
  if (isMarked && within === null && judging.unbound.size === 0)
    judging.found.add(rules.needlessMark)
  return [...judging.found, ...(isMarked ? [] : judging.unbound)]
}
