/** docs/reference/asvs.md, made from the data file. */
import type { Evidence, Level, Requirement, RequirementStatus } from './requirements.ts'

const levels: readonly Level[] = [1, 2, 3]

const countsOf = (requirements: readonly Requirement[], level: Level): string => {
  const of = (kind: RequirementStatus['kind']): number =>
    requirements.filter((one) => one.level === level && one.status.kind === kind).length
  const total = of('met') + of('not-met') + of('not-applicable')
  return `| ${level} | ${total} | ${of('met')} | ${of('not-met')} | ${of('not-applicable')} |`
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const evidenceText = (evidence: Evidence): string =>
  'document' in evidence
    ? `[${evidence.document}](../../${evidence.document})`
    : `\`${evidence.file}\`: “${cell(evidence.test)}”`

const rowOf = ({ id, level, status }: Requirement): string => {
  switch (status.kind) {
    case 'met': {
      const shown = status.shownBy.map(evidenceText).join('; ')
      return `| ${id} | ${level} | met | ${cell(status.how)} | ${shown} |`
    }
    case 'not-met':
      return `| ${id} | ${level} | **not met** | ${cell(status.why)} | until ${cell(status.until)} |`
    case 'not-applicable':
      return `| ${id} | ${level} | not applicable | ${cell(status.why)} | |`
  }
}

const chapterOf = ({ id }: Requirement): string => id.split('.')[0] ?? ''

/** The page as Markdown. */
export const asvsPage = (requirements: readonly Requirement[]): string => {
  const chapters = [...new Set(requirements.map(chapterOf))]
  return [
    '# Against OWASP ASVS 5.0.0',
    '',
    'Generated from `asvs.json` beside it by `npm run references`. Requirements of the OWASP Application Security Verification',
    'Standard 5.0.0 by number and level; their texts are [theirs](https://github.com/OWASP/ASVS) and not repeated. Each is met (a test that',
    'ran and passed shows it, or a document where a document is asked for), not met (why, until when), or not applicable (why). `npm test`',
    'fails when a named test is missing or did not run.',
    '',
    '| level | requirements | met | not met | not applicable |',
    '| --- | --- | --- | --- | --- |',
    ...levels.map((level) => countsOf(requirements, level)),
    '',
    ...chapters.flatMap((chapter) => [
      `## V${chapter}`,
      '',
      '| number | level | is | how, or why | shown by |',
      '| --- | --- | --- | --- | --- |',
      ...requirements.filter((one) => chapterOf(one) === chapter).map(rowOf),
      '',
    ]),
  ].join('\n')
}
