import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issueSlip, makeSlipSerial, writeSlipSerial } from '@sidep/continuity'
import { parseFiness } from '@sidep/identifiers'
import { parseLinkCode, takeLinkCode } from './link-code.ts'

const code = 'FS5G2X3Y4Z5A6B7C2D3E4F5G6H7I2J3K'

test('a code is found in a fragment, in a whole link, and typed with spaces in lower case', () => {
  assert.equal(parseLinkCode(`#${code}`), code)
  assert.equal(parseLinkCode(`https://sidep.example/resultat/?lang=en#${code}`), code)
  assert.equal(parseLinkCode(` ${code.toLowerCase().replace(/(.{4})/g, '$1 ')}`), code)
})

test('what cannot be a code is none', () => {
  for (const text of ['', '#', '#abc', `#${'A'.repeat(81)}`, '#content<script>', '#é'.repeat(20)]) {
    assert.equal(parseLinkCode(text), null, text)
  }
})

test('taking the code leaves an address without it, and the language', () => {
  const replaced: unknown[] = []
  const taken = takeLinkCode({
    location: { hash: `#${code}`, pathname: '/resultat/', search: '?lang=en' },
    history: { replaceState: (...call) => replaced.push(call) },
  })
  assert.equal(taken, code)
  assert.deepEqual(replaced, [[null, '', '/resultat/?lang=en']])
})

test('a slip’s address leads to its serial, which is the code of its result', async () => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const site = parseFiness('750712184')
  assert.ok(site.ok)
  const serial = makeSlipSerial(site.value, 42, (count) => new Uint8Array(count).fill(7))
  const address = await issueSlip(
    {
      serial,
      siteName: 'Pharmacie du Parvis',
      issuedAt: new Date('2021-08-13T12:00:00Z'),
      expiresAt: new Date('2021-09-13T12:00:00Z'),
    },
    new Uint8Array(8),
    async (bytes) =>
      new Uint8Array(
        await crypto.subtle.sign(
          { name: 'ECDSA', hash: 'SHA-256' },
          keys.privateKey,
          new Uint8Array(bytes),
        ),
      ),
    'https://sidep.example',
  )
  assert.equal(parseLinkCode(address), serial.text)
  assert.equal(parseLinkCode(address.slice(address.indexOf('#'))), serial.text)
  assert.equal(parseLinkCode(writeSlipSerial(serial)), serial.text)
  assert.equal(parseLinkCode(address.slice(0, -30)), null)
})
