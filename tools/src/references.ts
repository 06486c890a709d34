/** Documents that are generated from the code: written by `npm run references`, compared by the checks. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type ProblemEntry, problemRegistry } from '@sidep/contracts'
import { asvsPage } from './asvs/page.ts'
import { readRequirements } from './asvs/requirements.ts'

const root = resolve(import.meta.dirname, '../..')

const problems = (): string => {
  const entries: [string, ProblemEntry][] = Object.entries(problemRegistry)
  const rows = entries.map(
    ([code, { status, audience, retry, title }]) =>
      `| \`${code}\` | ${status} | ${audience} | ${retry} | ${title.fr} | ${title.en} |`,
  )
  return [
    '# Problem codes',
    '',
    'Generated from `packages/contracts/src/problems.ts` by `npm run references`. Every error answer is an',
    'RFC 9457 problem document (`application/problem+json`) whose `code` is one of these.',
    '',
    '| code | status | for | try again | French | English |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

const references: readonly { readonly file: string; readonly content: () => string }[] = [
  { file: 'docs/reference/problems.md', content: problems },
  { file: 'docs/reference/asvs.md', content: () => asvsPage(readRequirements()) },
]

const current = (file: string): string | undefined => {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return undefined
  }
}

/** The generated documents that differ from what the code says now. */
export const staleReferences = (): string[] =>
  references.filter(({ file, content }) => current(file) !== content()).map(({ file }) => file)

if (import.meta.main) {
  for (const { file, content } of references) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), content())
    console.log(file)
  }
}
