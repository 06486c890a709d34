/** What is generated, from the code or from a library's tables: written by `npm run references`, compared by the checks. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type ProblemEntry, problemRegistry, visibleFields } from '@sidep/contracts'
import { type AuthorizationRule, asksFor, authorizationMatrix } from '@sidep/contracts/openapi'
import { asvsPage } from './asvs/page.ts'
import { readRequirements } from './asvs/requirements.ts'
import { premiumRangesFile } from './premium-ranges.ts'

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

const fields = (): string[] => [
  '## Fields of a person tested',
  '',
  'From `packages/contracts/src/visible-fields.ts`. *Staff*: somebody at the keyboard for the professional who answers. *Hint*: `+33 •••• 78`.',
  '',
  '| field | lists: responsible | lists: staff | opened: responsible | opened: staff |',
  '| --- | --- | --- | --- | --- |',
  ...Object.entries(visibleFields).map(
    ([field, { list, opened }]) =>
      `| \`${field}\` | ${list.responsible} | ${list.staff} | ${opened.responsible} | ${opened.staff} |`,
  ),
  '',
]

const traces = [
  '## Traces of reading',
  '',
  'What shows people is told in the audit chain of the site, signed with it, before it is shown: who, when, which list, how many.',
  'A list that a screen keeps up to date is one trace in half an hour, and another as soon as it shows more than twice as many',
  'people; an answer that is repeated on its screening’s id alone is an opening. `npx sidep audit --readings` shows them.',
  '',
]

const authorization = (): string => {
  const rows = Object.entries(authorizationMatrix).map(([endpoint, row]) => {
    const who = row.responsibleOnly === true ? 'the responsible alone' : whoMay(row)
    const trace = row.trace === undefined ? '' : `\`${row.trace}\``
    return `| \`${endpoint}\` | ${row.act} | ${asksFor(row)} | ${who} | ${row.sees} | ${trace} |`
  })
  return [
    '# Who may do what, and who sees what',
    '',
    'Generated from the endpoints of `packages/contracts` by `npm run references`. A test walks over every row: one that the server',
    'does not keep fails. A site is always the session’s own.',
    '',
    '| endpoint | act | asks for | who | sees of others | trace of reading |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...fields(),
    ...traces,
  ].join('\n')
}

const whoMay = ({ access, roles = [] }: AuthorizationRule): string => {
  if (access === 'operator') return `operations: ${roles.join(', ')}`
  if (access === 'site') return 'the responsible, and staff for them'
  if (access === 'gateway') return 'the SMS gateway'
  return access === 'person' ? 'whoever is signed in' : 'anybody'
}

const references: readonly { readonly file: string; readonly content: () => string }[] = [
  { file: 'docs/reference/problems.md', content: problems },
  { file: 'docs/reference/authorization.md', content: authorization },
  { file: 'docs/reference/asvs.md', content: () => asvsPage(readRequirements()) },
  { file: 'packages/identifiers/src/premium-ranges.ts', content: premiumRangesFile },
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
