import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Greeting, makeGreetingReader } from './database-greeting.ts'

const message = (type: string, body: string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(4 + body.length)
  return Buffer.concat([Buffer.from(type, 'latin1'), length, Buffer.from(body, 'latin1')])
}
const parameter = (name: string, value: string): Buffer => message('S', `${name}\0${value}\0`)

const greetingOf = (isStandby: boolean): Buffer =>
  Buffer.concat([
    message('R', '\0\0\0\0'),
    parameter('application_name', 'in_hot_standby'),
    parameter('in_hot_standby', isStandby ? 'on' : 'off'),
    message('K', '\0\0\0\x01\0\0\0\x02'),
    message('Z', 'I'),
  ])

/** Told in pieces of so many bytes. */
const readIn = (bytes: Buffer, size: number): Greeting | null => {
  const read = makeGreetingReader()
  for (let at = 0; at < bytes.length; at += size) {
    const greeting = read(bytes.subarray(at, at + size))
    if (greeting !== null) return greeting
  }
  return null
}

test('a standby and a primary are told apart, in whatever pieces their greeting comes', () => {
  for (let size = 1; size <= greetingOf(true).length; size += 1) {
    assert.equal(readIn(greetingOf(true), size), 'standby')
    assert.equal(readIn(greetingOf(false), size), 'primary')
  }
})

test('a refusal is left to the driver', () => {
  assert.equal(readIn(message('E', 'SFATAL\0C57P03\0\0'), 7), 'primary')
})

test('what is no greeting is left to the driver after sixteen kilobytes', () => {
  assert.equal(readIn(message('R', 'x'.repeat(15_000)), 1_000), null)
  assert.equal(readIn(message('R', 'x'.repeat(20_000)), 1_000), 'primary')
})
