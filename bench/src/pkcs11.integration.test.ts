import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ensureDebianPackages } from '../../tools/src/debian.ts'
import { benchPkcs11 } from './pkcs11.ts'

before(() => ensureDebianPackages(['softhsm2']))

test('keys in files and in a hardware module are measured in turns, and compared', async () => {
  const result = await benchPkcs11({ seconds: 6, roundSeconds: 1 })
  assert.deepEqual(
    { failed: result.failed, lost: result.lost, duplicated: result.duplicated },
    { failed: 0, lost: 0, duplicated: 0 },
  )
  assert.equal(result.rounds.length, 3)
  for (const { withPkcs11, withFiles } of result.rounds) {
    assert.ok(withPkcs11 > 10 && withFiles > 10, JSON.stringify(result.rounds))
  }
  // Short rounds on a busy machine: what is held to here is that the module costs no multiple.
  assert.ok(result.pkcs11Ratio > 0.5, `${result.pkcs11Ratio}`)
  assert.ok(result.serverMillisecondsEach.withPkcs11 < 2 * result.serverMillisecondsEach.withFiles)
})
