import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benchHandshakes } from './handshakes.ts'

test('every handshake at the card port is answered, and OpenSSL is measured beside it', async () => {
  const result = await benchHandshakes({ seconds: 1 })
  assert.equal(result.scenario, 'handshakes')
  assert.equal(result.failed, 0)
  assert.ok(result.perSecondPerCore > 50, `${result.perSecondPerCore} a second and core`)
  assert.ok(result.opensslPerSecondPerCore > 50)
  assert.ok(result.p99Milliseconds >= result.p50Milliseconds)
})
