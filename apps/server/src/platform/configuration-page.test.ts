import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { parseConfiguration } from './configuration.ts'

const page = readFileSync(
  resolve(import.meta.dirname, '../../../../docs/operating/configuration.md'),
  'utf8',
)
/** `KEY` and its default as the page's tables have them; null where words stand instead of a value. */
const documented = new Map(
  [...page.matchAll(/^\| `([A-Z0-9_]+)` \| (?:`([^`]*)`|[^|`][^|]*) \|/gm)].map(
    ([, key = '', value]) => [key, value ?? null],
  ),
)

/** Every key that parsing looks at. */
const keysRead = (environment: Record<string, string>): string[] => {
  const read = new Set<string>()
  const watched = new Proxy(environment, {
    get: (target, key) => {
      read.add(String(key))
      return typeof key === 'string' ? target[key] : undefined
    },
  })
  parseConfiguration(watched, '/srv')
  return [...read]
}

test('every setting is on the page of the person on duty, and the page names no other', () => {
  const everything = {
    SIDEP_MODE: 'production',
    CARD_AUTHORITY: 'a.pem',
    CARD_PROXY_PORT: '1',
    LABORATORY_DIRECTORY: 'l.json',
    VENDOR_TLS_CERTIFICATE: 'v.pem',
  }
  assert.deepEqual([...documented.keys()].sort(), keysRead(everything).sort())
})

test('the defaults on the page are the defaults', () => {
  const card = { CARD_AUTHORITY: 'a.pem', CARD_REVOCATION_LISTS: 'http://lists.example/a.crl' }
  const given: Record<string, string> = {
    CARD_TLS_CERTIFICATE: 'c.pem',
    CARD_TLS_KEY: 'k.pem',
    LABORATORY_DIRECTORY: 'l.json',
    LABORATORY_AUTHORITY: 'a.pem',
    LABORATORY_TLS_CERTIFICATE: 'c.pem',
    LABORATORY_TLS_KEY: 'k.pem',
    VENDOR_TLS_CERTIFICATE: 'c.pem',
    VENDOR_TLS_KEY: 'k.pem',
    ...card,
  }
  const spelt = Object.fromEntries(
    [...documented].flatMap(([key, value]) =>
      // The default of this one is the value of another.
      value === null ||
      key === 'CARD_PROXY_HOST' ||
      key === 'LABORATORY_HOST' ||
      key === 'VENDOR_HOST'
        ? []
        : [[key, value]],
    ),
  )
  const [silent, explicit] = [given, { ...given, ...spelt }].map((environment) =>
    parseConfiguration(environment, '/srv'),
  )
  assert.ok(silent?.ok)
  assert.deepEqual(explicit, silent)
})

test('what the page calls needed in production is what production asks for', () => {
  const needed = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| production \|/gm)].map(([, key]) => key)
  const parsed = parseConfiguration({ SIDEP_MODE: 'production' }, '/srv')
  assert.ok(!parsed.ok)
  const missing = new Set(parsed.faults.map(({ key }) => key))
  // Said once the address they belong to is there.
  for (const key of ['MAIL_FROM', 'SMS_GATEWAY_TOKEN']) missing.add(key)
  assert.deepEqual(needed.sort(), [...missing].sort())
})
