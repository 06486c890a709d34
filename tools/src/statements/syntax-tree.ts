/** Trees of parsers, walked without their types: PostgreSQL's and Babel's have hundreds. */

export type Tree = Readonly<Record<string, unknown>>

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A part by the names that lead to it; an empty tree where there is none. */
export const partOf = (tree: Tree, ...names: readonly string[]): Tree => {
  let part: unknown = tree
  for (const name of names) part = isTree(part) ? part[name] : undefined
  return isTree(part) ? part : {}
}

export const listOf = (tree: Tree, name: string): readonly Tree[] => {
  const list = tree[name]
  return Array.isArray(list) ? list.filter(isTree) : []
}

export const textOf = (tree: Tree, name: string): string => {
  const text = tree[name]
  return typeof text === 'string' ? text : ''
}

/** What hangs on a tree, one step down. */
export const childrenOf = (tree: Tree): readonly Tree[] =>
  Object.values(tree).flatMap((value) =>
    Array.isArray(value) ? value.filter(isTree) : isTree(value) ? [value] : [],
  )
