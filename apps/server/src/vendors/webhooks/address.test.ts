import assert from 'node:assert/strict'
import type { lookup as systemLookup } from 'node:dns'
import { test } from 'node:test'
import { isPublicAddress, publicLookup, readWebhookUrl } from './address.ts'

test('addresses of this machine, this network and no network are not public, in whichever way they are written', () => {
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'localhost',
  ]
  assert.deepEqual(inside.filter(isPublicAddress), [])
  for (const address of ['8.8.8.8', '172.32.0.1', '2a00:1450:4007::1'])
    assert.ok(isPublicAddress(address), address)
})

test('an address is taken when it is https, plain, and of a public host', () => {
  assert.ok(readWebhookUrl('https://editeur.example/sidep?a=1', false))
  const refused = [
    'http://editeur.example/sidep',
    'https://user:secret@editeur.example/',
    'https://editeur.example/#here',
    'https://localhost/',
    'https://intranet/',
    'https://a.localhost/',
    'https://127.0.0.1/',
    // As a browser reads it: 127.0.0.1.
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'file:///etc/passwd',
    'nonsense',
  ]
  assert.deepEqual(
    refused.filter((text) => readWebhookUrl(text, false) !== null),
    [],
  )
  assert.ok(readWebhookUrl('http://127.0.0.1:9/hook', true))
})

test('a name that leads to a private address, or to a public one and a private one, is not connected to', () => {
  const answering = (...addresses: string[]) =>
    publicLookup(((_name: string, _options: object, done: (...given: unknown[]) => void) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as unknown as typeof systemLookup)
  const outcomeOf = (...addresses: string[]): unknown => {
    const seen: unknown[] = []
    answering(...addresses)('editeur.example', { all: true }, (error, found) =>
      seen.push(error === null ? found : (error as { code?: string }).code),
    )
    return seen[0]
  }
  assert.equal(outcomeOf('10.0.0.1'), 'ADDRESS_PRIVATE')
  assert.equal(outcomeOf('8.8.8.8', '127.0.0.1'), 'ADDRESS_PRIVATE')
  assert.deepEqual(outcomeOf('8.8.8.8'), [{ address: '8.8.8.8', family: 4 }])
})
