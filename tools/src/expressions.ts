/**
 * Refuses a regular expression whose time grows faster than the text it reads: nested quantifiers, alternatives that
 * overlap, a search that begins anew at every character. One such expression, asked by anybody, holds a whole process
 * ([ADR 25](../../docs/adr/0025-expressions-run-in-linear-time.md)). The judging is eslint-plugin-regexp's; also of
 * texts that become expressions, as in a schema's `pattern`.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import parser from '@babel/eslint-parser'
import { getStaticValue } from '@eslint-community/eslint-utils'
import { Linter, type Rule } from 'eslint'
import * as regexp from 'eslint-plugin-regexp'
import { isTest, type Violation } from './house-rules.ts'

const root = resolve(import.meta.dirname, '../..')

const judging: Linter.RulesRecord = {
  // Exponential and polynomial backtracking.
  'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
  // A quantifier at the beginning of what is searched for: quadratic where nothing is found.
  'regexp/no-super-linear-move': ['error', { report: 'potential' }],
  // Alternatives of which one says what another says already.
  'regexp/no-dupe-disjunctions': [
    'error',
    { report: 'all', reportExponentialBacktracking: 'potential' },
  ],
}

interface Pattern {
  readonly text: string
  readonly line: number
}

/** Every `pattern: '…'`: JSON schemas carry their expressions as text. */
const patternsInto = (found: Pattern[]): Rule.RuleModule => ({
  create: () => ({
    Property: ({ key, value, loc }) => {
      if (key.type !== 'Identifier' || key.name !== 'pattern') return
      if (value.type !== 'Literal' || typeof value.value !== 'string') return
      found.push({ text: value.value, line: loc?.start.line ?? 1 })
    },
  }),
})

/** An expression made while running, of what is not known here, cannot be judged here. */
const known: Rule.RuleModule = {
  create: (context) => ({
    ':matches(NewExpression, CallExpression)[callee.name="RegExp"]': (node: Rule.Node) => {
      if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return
      const [source] = node.arguments
      const scope = context.sourceCode.getScope(node)
      if (source === undefined || source.type === 'SpreadElement') return
      if (getStaticValue(source, scope) !== null) return
      context.report({
        node,
        message: 'This expression is not known before it runs: write it out.',
      })
    },
  }),
}

const linter = new Linter({ configType: 'flat' })

const lint = (
  text: string,
  isJsx: boolean,
  house: Record<string, Rule.RuleModule>,
): readonly Linter.LintMessage[] => {
  const own = Object.keys(house).map((name) => [`house/${name}`, 'error'] as const)
  return linter.verify(text, {
    linterOptions: { noInlineConfig: true },
    languageOptions: {
      parser,
      parserOptions: {
        requireConfigFile: false,
        babelOptions: {
          babelrc: false,
          configFile: false,
          parserOpts: { plugins: ['typescript', ...(isJsx ? ['jsx'] : [])] },
        },
      },
    },
    plugins: { regexp, house: { rules: house } },
    rules: { ...judging, ...Object.fromEntries(own) },
  })
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''

/**
 * @param file its path, named in what is returned
 * @param text TypeScript, with or without JSX, or JavaScript
 */
export const slowExpressionsIn = (file: string, text: string): Violation[] => {
  const patterns: Pattern[] = []
  const house = { patterns: patternsInto(patterns), ...(isTest(file) ? {} : { known }) }
  const found = lint(text, /x$/.test(file), house)
  const inPatterns = patterns.flatMap((pattern) =>
    lint(`new RegExp(${JSON.stringify(pattern.text)}, 'u')`, false, {}).map(({ message }) => ({
      line: pattern.line,
      message,
    })),
  )
  return [...found, ...inPatterns].map(({ line, message }) => ({
    file,
    line,
    rule: firstLine(message),
  }))
}

const isSource = (file: string): boolean => /\.(?:[cm]?[jt]s|[jt]sx)$/.test(file)

/** Where a literal can begin: after what cannot end a value. Reading every other file as a program only takes time. */
const mayHoldExpressions = (text: string): boolean =>
  /(?:^|[(,=:[!&|?{};>+\-*%~^)]|\b(?:return|typeof|case|in|of|do|else|void|delete|await|yield))\s{0,200}\/[^/*\s]/m.test(
    text,
  ) || /\bRegExp\(|\bpattern: /.test(text)

/** Looks through the whole tree. @param files paths from the root of the tree */
export const checkExpressions = (files: readonly string[]): Violation[] =>
  files.filter(isSource).flatMap((file) => {
    const text = readFileSync(resolve(root, file), 'utf8')
    return mayHoldExpressions(text) ? slowExpressionsIn(file, text) : []
  })
