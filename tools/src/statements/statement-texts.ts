/**
 * SQL statements written in TypeScript: every template and text that begins as one, with what is put into it. A value is a
 * parameter; a part of the statement (a constant, a function of one expression, a fragment of the driver) is put in as it
 * is written.
 */
import { dirname, resolve } from 'node:path'
import { parse } from '@babel/parser'
import { childrenOf, isTree, listOf, partOf, type Tree, textOf } from './syntax-tree.ts'

export interface StatementText {
  readonly line: number
  readonly text: string
  /** Parts that cannot be read here, as they are written. */
  readonly unread: readonly string[]
}

interface Module {
  readonly file: string
  readonly source: string
  readonly constants: ReadonlyMap<string, Tree>
  /** What is imported from files of the same app: name to file and name there. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>
  readonly program: Tree
}

const beginning =
  /^(?:\s|--[^\n]*\n)*(?:with|select|insert\s+into|update|delete\s+from|lock|truncate)\s/i
/** What a file without a statement lacks. */
const mayHold = /[`'"\n] *(with|select|insert into|update|delete from|lock|truncate)\s/i

const read = (file: string, source: string): Module => {
  const program = parse(source, { sourceType: 'module', plugins: ['typescript'] })
    .program as unknown as Tree
  const constants = new Map<string, Tree>()
  const imports = new Map<string, { file: string; name: string }>()
  const walk = (tree: Tree): void => {
    if (tree.type === 'VariableDeclarator' && isTree(tree.init)) {
      const name = textOf(partOf(tree, 'id'), 'name')
      if (name !== '' && !constants.has(name)) constants.set(name, tree.init)
    }
    if (tree.type === 'ImportDeclaration') {
      const from = textOf(partOf(tree, 'source'), 'value')
      for (const specifier of from.startsWith('.') ? listOf(tree, 'specifiers') : []) {
        const name = textOf(partOf(specifier, 'imported'), 'name')
        const local = textOf(partOf(specifier, 'local'), 'name')
        imports.set(local, { file: resolve(dirname(file), from), name })
      }
    }
    childrenOf(tree).forEach(walk)
  }
  walk(program)
  return { file, source, constants, imports, program }
}

/** Values of names: parameters of the function that is being put in. */
type Names = ReadonlyMap<string, string>

interface Reading {
  readonly load: (file: string) => Module
  readonly unread: string[]
  /** What was put into another, and is no statement by itself. */
  readonly used: Set<Tree>
  parameters: number
}

const written = ({ source }: Module, tree: Tree): string =>
  typeof tree.start === 'number' && typeof tree.end === 'number'
    ? source.slice(tree.start, tree.end)
    : ''

const withoutTypes = (tree: Tree): Tree =>
  ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(textOf(tree, 'type'))
    ? withoutTypes(partOf(tree, 'expression'))
    : tree

const find = (
  module: Module,
  name: string,
  reading: Reading,
): { module: Module; tree: Tree } | null => {
  const constant = module.constants.get(name)
  if (constant !== undefined) return { module, tree: constant }
  const imported = module.imports.get(name)
  return imported === undefined ? null : find(reading.load(imported.file), imported.name, reading)
}

/** What a function answers with, where constants are all that comes before. */
const bodyOf = (lambda: Tree): Tree | null => {
  const body = partOf(lambda, 'body')
  if (body.type !== 'BlockStatement') return body
  const lines = listOf(body, 'body')
  const last = lines.at(-1)
  const isPlain = lines.slice(0, -1).every(({ type }) => type === 'VariableDeclaration')
  return last?.type === 'ReturnStatement' && isPlain ? partOf(last, 'argument') : null
}

/** What an expression is as a part of a statement; null where it is a value, or cannot be said. */
const partText = (module: Module, given: Tree, names: Names, reading: Reading): string | null => {
  const tree = withoutTypes(given)
  switch (tree.type) {
    case 'StringLiteral':
      return textOf(tree, 'value')
    case 'NumericLiteral':
      return String(tree.value)
    case 'TemplateLiteral':
      return joined(module, tree, names, reading, false)
    case 'TaggedTemplateExpression':
      return joined(module, partOf(tree, 'quasi'), names, reading, true)
    case 'ConditionalExpression':
      return partText(module, partOf(tree, 'consequent'), names, reading)
    case 'Identifier': {
      const name = textOf(tree, 'name')
      const value = names.get(name)
      if (value !== undefined) return value
      const found = find(module, name, reading)
      if (found === null) return null
      reading.used.add(found.tree)
      return partText(found.module, found.tree, new Map(), reading)
    }
    case 'MemberExpression':
      return memberText(module, tree, names, reading)
    case 'CallExpression':
      return calledText(module, tree, names, reading)
    default:
      return null
  }
}

/** `topics.sms` of a constant object. */
const memberText = (module: Module, tree: Tree, names: Names, reading: Reading): string | null => {
  const object = find(module, textOf(partOf(tree, 'object'), 'name'), reading)
  if (object === null) return null
  const key = textOf(partOf(tree, 'property'), 'name')
  const property = listOf(withoutTypes(object.tree), 'properties').find(
    (item) => textOf(partOf(item, 'key'), 'name') === key,
  )
  return property === undefined
    ? null
    : partText(object.module, partOf(property, 'value'), names, reading)
}

const calledText = (module: Module, tree: Tree, names: Names, reading: Reading): string | null => {
  const callee = partOf(tree, 'callee')
  const givens = listOf(tree, 'arguments')
  // `sql.unsafe(columns)` within a template.
  if (textOf(partOf(callee, 'property'), 'name') === 'unsafe') {
    return partText(module, givens[0] ?? {}, names, reading)
  }
  const found = find(module, textOf(callee, 'name'), reading)
  if (found?.tree.type !== 'ArrowFunctionExpression') return null
  const body = bodyOf(found.tree)
  if (body === null) return null
  const inner = new Map<string, string>()
  listOf(found.tree, 'params').forEach((parameter, index) => {
    const text = partText(module, givens[index] ?? {}, names, reading)
    if (text !== null) inner.set(textOf(parameter, 'name'), text)
  })
  return partText(found.module, body, inner, reading)
}

/** What the driver makes of `${sql(rows)}`, a list of values or of columns, where it stands. */
const helperText = (before: string): string =>
  /\bin\s*$/i.test(before)
    ? '(null)'
    : /\bset\s*$/i.test(before)
      ? 'unread = null'
      : /\binto\s+\S+\s*$/i.test(before)
        ? '(unread) values (null)'
        : 'null'

const drivers = new Set(['sql', 'database', 'connection', 'administrator', 'transaction', 'owner'])

const joined = (
  module: Module,
  template: Tree,
  names: Names,
  reading: Reading,
  isTagged: boolean,
): string => {
  const expressions = listOf(template, 'expressions')
  return listOf(template, 'quasis').reduce((before, quasi, index) => {
    const text = before + textOf(partOf(quasi, 'value'), 'cooked')
    const expression = expressions[index]
    if (expression === undefined) return text
    if (isTagged) return text + valueText(module, expression, names, reading, text)
    const part = partText(module, expression, names, reading)
    if (part !== null) return text + part
    const after = textOf(partOf(listOf(template, 'quasis')[index + 1] ?? {}, 'value'), 'cooked')
    // A function of the database, called by one of several names.
    const isFunctionName = /^select $/.test(text) && after.startsWith('(')
    if (!isFunctionName) reading.unread.push(written(module, expression))
    return `${text}unread`
  }, '')
}

/** In a template of the driver an expression is a value, unless it is a fragment. */
const valueText = (
  module: Module,
  given: Tree,
  names: Names,
  reading: Reading,
  before: string,
): string => {
  const tree = withoutTypes(given)
  const callee = partOf(tree, 'callee')
  if (tree.type === 'CallExpression' && drivers.has(textOf(callee, 'name')))
    return helperText(before)
  const isFragment =
    tree.type === 'TaggedTemplateExpression' ||
    (tree.type === 'ConditionalExpression' &&
      partOf(tree, 'consequent').type === 'TaggedTemplateExpression') ||
    (tree.type === 'CallExpression' &&
      (textOf(partOf(callee, 'property'), 'name') === 'unsafe' ||
        isFragmentMaker(module, tree, reading)))
  const part = isFragment ? partText(module, tree, names, reading) : null
  if (isFragment && part === null) reading.unread.push(written(module, tree))
  if (part !== null) return part
  reading.parameters += 1
  return `$${reading.parameters}`
}

/** A function that is given the driver answers with a part of a statement. */
const isFragmentMaker = (module: Module, call: Tree, reading: Reading): boolean =>
  drivers.has(textOf(listOf(call, 'arguments')[0] ?? {}, 'name')) &&
  find(module, textOf(partOf(call, 'callee'), 'name'), reading) !== null

/** Places of what is put into others, by where they begin: they are read there. */
const statementsOf = (module: Module, load: Reading['load']): StatementText[] => {
  const found: (StatementText & { readonly tree: Tree })[] = []
  const used = new Set<Tree>()
  const walk = (tree: Tree, isTagged: boolean): void => {
    const isText = tree.type === 'StringLiteral' || tree.type === 'TemplateLiteral'
    if (isText) {
      const reading: Reading = { load, unread: [], used, parameters: 0 }
      const text =
        tree.type === 'TemplateLiteral'
          ? joined(module, tree, new Map(), reading, isTagged)
          : textOf(tree, 'value')
      if (beginning.test(text)) {
        const line = Number(partOf(tree, 'loc', 'start').line)
        found.push({ line, text, unread: reading.unread, tree })
        // What stands in it was read with it.
        return
      }
    }
    for (const child of childrenOf(tree)) walk(child, tree.type === 'TaggedTemplateExpression')
  }
  walk(module.program, false)
  return found.filter(({ tree }) => !used.has(tree))
}

/**
 * @param readFile gives a file of the tree by its absolute path
 * @returns how to list the statements of such a file; files that others take parts from are read once
 */
export const makeStatementReader = (
  readFile: (file: string) => string,
): ((file: string) => StatementText[]) => {
  const modules = new Map<string, Module>()
  const load = (file: string): Module => {
    const known = modules.get(file) ?? read(file, readFile(file))
    modules.set(file, known)
    return known
  }
  return (file) => (mayHold.test(readFile(file)) ? statementsOf(load(file), load) : [])
}
