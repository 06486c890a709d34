import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressKey, isOwnNetwork, networkName, networkOf } from './network-address.ts'

test('an address is one line: IPv4 whole, IPv6 by its /64', () => {
  assert.equal(addressKey('192.0.2.7'), '192.0.2.7')
  assert.equal(addressKey('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  assert.equal(addressKey('2001:DB8:1:2::9'), '2001:db8:1:2')
  assert.equal(addressKey('2001:db8::1'), '2001:db8:0:0')
  assert.equal(addressKey('::1'), '0:0:0:0')
})

test('our own network is told from the world', () => {
  for (const own of [
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '0:0:0:0',
    'fd00:1:2:3',
  ]) {
    assert.ok(isOwnNetwork(own), own)
  }
  for (const other of ['8.8.8.8', '172.32.0.1', '192.0.2.1', '2001:db8:1:2', '100.64.0.1']) {
    assert.ok(!isOwnNetwork(other), other)
  }
})

test('the network of an address is what one customer is given', () => {
  assert.equal(networkOf(addressKey('192.0.2.7')), '192.0.2')
  assert.equal(networkOf(addressKey('::ffff:192.0.2.7')), '192.0.2')
  assert.equal(networkOf(addressKey('2001:db8:1:2::9')), '2001:db8:1')
})

test('a log names a network and nobody in it', () => {
  assert.equal(networkName('192.0.2.7'), '192.0.2.0/24')
  assert.equal(networkName('::ffff:192.0.2.7'), '192.0.2.0/24')
  assert.equal(networkName('2001:db8:1:2::9'), '2001:db8:1::/48')
  assert.equal(networkName(''), 'unknown')
})
