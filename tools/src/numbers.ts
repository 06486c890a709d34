/** Files that are named by the next number: two people may take the same one at the same time. */
import type { Violation } from './house-rules.ts'

const migration = /^apps\/server\/src\/platform\/migrations\/(\d{4})-[a-z0-9-]+\.sql$/

const decision = /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/

/**
 * Migrations run in the order of their numbers, on databases that are years apart: each number once, and none left out.
 *
 * @param files paths from the root of the checkout
 */
export const checkMigrationNumbers = (files: readonly string[]): Violation[] => {
  const found = files.flatMap((file) => {
    const number = migration.exec(file)?.[1]
    return number === undefined ? [] : [{ file, number: Number(number) }]
  })
  const inOrder = found.toSorted((a, b) => a.number - b.number || a.file.localeCompare(b.file))
  return inOrder.flatMap(({ file, number }, index) => {
    const before = inOrder[index - 1]?.number ?? 0
    if (number === before + 1) return []
    const rule =
      number === before
        ? `migration ${number} is there twice`
        : `migration ${before + 1} is missing before this one`
    return [{ file, line: 1, rule }]
  })
}

/**
 * Decisions are referred to by their number: each once.
 *
 * @param files paths from the root of the checkout
 */
export const checkDecisionNumbers = (files: readonly string[]): Violation[] => {
  const taken = new Map<string, string>()
  return files.toSorted().flatMap((file) => {
    const number = decision.exec(file)?.[1]
    if (number === undefined) return []
    const before = taken.get(number)
    taken.set(number, file)
    return before === undefined
      ? []
      : [{ file, line: 1, rule: `${before} has this number already` }]
  })
}
