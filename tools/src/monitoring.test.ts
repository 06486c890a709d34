/** Alerting rules, each tried by Prometheus' own tool: a moment at which it fires, and one at which it does not. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { ensureDebianPackages } from './debian.ts'

const folder = join(import.meta.dirname, '../../deploy/monitoring')
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')
const promtool = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}` }
}

before(() => ensureDebianPackages(['prometheus']))

test('every rule fires when it should and not before', () => {
  const { status, output } = promtool('test', 'rules', 'rules.test.yml')
  assert.equal(status, 0, output)
  assert.equal(promtool('check', 'rules', 'rules.yml').status, 0)
})

test('no rule is without its two moments, its severity or its words', () => {
  const rules = textOf('rules.yml').split('- alert: ').slice(1)
  const tests = textOf('rules.test.yml')
  assert.ok(rules.length >= 15)
  for (const rule of rules) {
    const name = rule.split('\n', 1)[0] ?? ''
    assert.match(rule, /severity: (?:page|ticket)/, name)
    assert.match(rule, /summary: /, name)
    assert.ok(tests.includes(`alertname: ${name}, exp_alerts: []`), `${name} is never quiet`)
    assert.ok(tests.includes(`alertname: ${name}\n        exp_alerts:\n`), `${name} never fires`)
  }
})
