import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseConfiguration } from './configuration.ts'

const whole = {
  CARD_AUTHORITY: 'cards/authority.pem',
  CARD_REVOCATION_LISTS: 'http://lists.example/root.crl, http://lists.example/persons.crl',
  CARD_TLS_CERTIFICATE: 'cards/server.pem',
  CARD_TLS_KEY: '/etc/sidep/server.key',
}
const proxied = {
  CARD_AUTHORITY: 'cards',
  CARD_REVOCATION_LISTS: 'http://lists.example/persons.crl',
  CARD_PUBLIC_URL: 'https://carte.example/',
  CARD_PROXY_PORT: '8444',
  CARD_PROXY_ADDRESSES: '10.1.2.3,10.1.3.0/24, 2001:db8::/32',
}

const faultsOf = (environment: Record<string, string>): string[] => {
  const parsed = parseConfiguration(environment, '/srv')
  return parsed.ok ? [] : parsed.faults.map(({ key, fault }) => `${key} ${fault}`)
}

const cardOf = (environment: Record<string, string>) => {
  const parsed = parseConfiguration(environment, '/srv')
  assert.ok(parsed.ok)
  return parsed.value.card
}

test('without an authority there is no door for cards', () => {
  assert.equal(cardOf({ CARD_PORT: '9443' }), null)
})

test('paths start from the working directory, and the rest has defaults', () => {
  assert.deepEqual(cardOf(whole), {
    port: 8443,
    publicUrl: null,
    authority: '/srv/cards/authority.pem',
    tls: { certificate: '/srv/cards/server.pem', key: '/etc/sidep/server.key' },
    revocationLists: ['http://lists.example/root.crl', 'http://lists.example/persons.crl'],
    revocationMinutes: 60,
    revocationGraceHours: 72,
    connectionsMax: 1_000,
    proxy: null,
  })
})

test('behind a proxy the door needs no certificate of its own', () => {
  const card = cardOf(proxied)
  assert.equal(card?.tls, null)
  assert.equal(card?.publicUrl, 'https://carte.example')
  assert.deepEqual(card?.proxy, {
    host: '127.0.0.1',
    port: 8444,
    addresses: ['10.1.2.3', '10.1.3.0/24', '2001:db8::/32'],
  })
})

describe('a setting that is missing or wrong is named', () => {
  const table: readonly (readonly [Record<string, string>, string])[] = [
    [{ ...whole, CARD_REVOCATION_LISTS: '' }, 'CARD_REVOCATION_LISTS missing'],
    [{ ...whole, CARD_REVOCATION_LISTS: 'ldap://lists.example' }, 'CARD_REVOCATION_LISTS wrong'],
    [{ ...whole, CARD_TLS_KEY: '' }, 'CARD_TLS_KEY missing'],
    [{ ...whole, CARD_TLS_CERTIFICATE: '', CARD_TLS_KEY: '' }, 'CARD_TLS_CERTIFICATE missing'],
    [{ ...whole, CARD_PORT: '70000' }, 'CARD_PORT wrong'],
    [{ ...whole, CARD_PUBLIC_URL: 'http://carte.example' }, 'CARD_PUBLIC_URL wrong'],
    [{ ...whole, CARD_REVOCATION_GRACE_HOURS: '-1' }, 'CARD_REVOCATION_GRACE_HOURS wrong'],
    [{ ...proxied, CARD_PROXY_ADDRESSES: '' }, 'CARD_PROXY_ADDRESSES missing'],
    [{ ...proxied, CARD_PROXY_ADDRESSES: 'proxy.example' }, 'CARD_PROXY_ADDRESSES wrong'],
    [{ ...proxied, CARD_PROXY_ADDRESSES: '10.1.2.3/33' }, 'CARD_PROXY_ADDRESSES wrong'],
    [{ ...proxied, CARD_PUBLIC_URL: '' }, 'CARD_PUBLIC_URL missing'],
  ]
  for (const [environment, fault] of table) {
    test(fault, () => assert.ok(faultsOf(environment).includes(fault), `${faultsOf(environment)}`))
  }
})
