import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyUsageOid, keyUsages } from './key-usage.ts'

test('each OID permits its kind, in both spellings of the arc', () => {
  for (const arc of ['1.3.6.1.4.1.1847.2021.1', '1.3.6.1.4.1.0.1847.2021.1']) {
    assert.deepEqual([...keyUsages([`${arc}.1`])], ['test'])
    assert.deepEqual([...keyUsages([`${arc}.2`])], ['vaccination'])
    assert.deepEqual([...keyUsages([`${arc}.3`])], ['recovery'])
  }
})

test('several OIDs permit several kinds; others beside them change nothing', () => {
  const usages = keyUsages(['1.3.6.1.5.5.7.3.2', keyUsageOid('recovery'), keyUsageOid('test')])
  assert.deepEqual([...usages].sort(), ['recovery', 'test'])
})

test('without any of them a signer may sign everything', () => {
  const all = ['recovery', 'test', 'vaccination']
  assert.deepEqual([...keyUsages([])].sort(), all)
  assert.deepEqual([...keyUsages(['1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.1847.2021.1.4'])].sort(), all)
})

test('the OID to write is the one that is read', () => {
  for (const kind of ['test', 'vaccination', 'recovery'] as const) {
    assert.deepEqual([...keyUsages([keyUsageOid(kind)])], [kind])
  }
})
