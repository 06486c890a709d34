import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainAddress } from './plain-address.ts'

for (const [came, plain] of [
  ['/api/session?device=%61', '/api/session?device=%61'],
  ['/%61pi/%73ession', '/api/session'],
  ['/%41%5a%61%7A%30%39%2d%2E%5f%7e', '/AZaz09-._~'],
  [
    '/api%2fsession%3fa%23b%25%00%40%60%5b%7B%2c%2f%3a',
    '/api%2fsession%3fa%23b%25%00%40%60%5b%7B%2c%2f%3a',
  ],
  ['/%2561pi', '/%2561pi'],
  ['http://elsewhere.example/api/session', '/api/session'],
  ['HTTPS://elsewhere.example?x=1', '/?x=1'],
  ['http://elsewhere.example', '/'],
  ['/resultat/#CODE?x', '/resultat/%23CODE?x'],
  ['//elsewhere.example/', '//elsewhere.example/'],
  ['*', '*'],
  ['', '/'],
] as const) {
  test(`${JSON.stringify(came)} is read as ${JSON.stringify(plain)}`, () => {
    assert.equal(plainAddress(came), plain)
    assert.equal(plainAddress(plain), plain)
  })
}

test('a long address is read in time that grows with it', () => {
  const started = performance.now()
  for (const part of ['%61', '#', '%', 'http://', '?', '/'])
    plainAddress(`/${part.repeat(100_000)}`)
  assert.ok(performance.now() - started < 1_000)
})
