import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { keyUsageOid } from '@sidep/hcert'
import { makeKeySet } from '@sidep/trust/certificates'
import type { KeyRings } from './issuance/key-rings.ts'
import { watchKeys } from './issuing.ts'
import type { Log } from './platform/context.ts'
import { makeMetrics } from './platform/metrics.ts'

const keys = await makeKeySet({
  at: new Date('2026-11-30T00:00:00Z'),
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
  development: true,
})

/** A certificate of before: another usage stands where the recovery's does now. X.690 §8.19: a last arc below 128 is one byte. */
const testsAlone = (certificate: Uint8Array): Uint8Array => {
  const bytes = Buffer.from(certificate)
  const lastArc = Number(keyUsageOid('recovery').split('.').at(-1))
  // 1847.2021.1 and the arc, as they are written.
  const written = Buffer.from([0x8e, 0x37, 0x8f, 0x65, 0x01, lastArc])
  const at = bytes.indexOf(written)
  assert.ok(at > 0)
  bytes[at + written.length - 1] = 9
  return bytes
}

/** Codes that are said at the start, and when the keys change to these. */
const codesOf = (certificate: Uint8Array, next: Uint8Array): readonly [string[], string[]] => {
  let now = certificate
  let changed = (): void => undefined
  const said: string[] = []
  const say = ({ code }: { code: string }) => said.push(code)
  watchKeys(
    {
      scopes: { dcc: { current: () => ({ certificate: now }) } },
      behind: () => [],
      firstEnd: () => new Date(0),
      onChange: (act: () => void) => {
        changed = act
      },
    } as unknown as KeyRings,
    makeMetrics(),
    { warn: say, info: say, error: say } as unknown as Log,
  )
  const atStart = said.splice(0)
  now = next
  changed()
  return [atStart, said]
}

test('a dcc signer that permits tests alone is said at the start, until it is rotated', () => {
  const { certificate } = keys.signers.dcc
  assert.deepEqual(codesOf(testsAlone(certificate), certificate), [
    ['SIGNER_WITHOUT_RECOVERY'],
    ['KEYS_CHANGED'],
  ])
})

test('one that permits recoveries is not', () => {
  const { certificate } = keys.signers.dcc
  assert.deepEqual(codesOf(certificate, certificate), [[], ['KEYS_CHANGED']])
})
