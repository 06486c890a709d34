import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeRetrievalLinks } from './retrieval-links.ts'
import type { Vault } from './vault.ts'

const vault = {
  searchHash: (scope: string, value: string) =>
    new Uint8Array(createHmac('sha256', scope).update(value).digest()),
} as Vault
const links = makeRetrievalLinks(vault, 'https://portail.example')

const sites = fc.oneof(
  fc.integer({ min: 0, max: 999_999_999 }).map((number) => String(number).padStart(9, '0')),
  fc
    .tuple(fc.constantFrom('2A', '2B'), fc.integer({ min: 0, max: 9_999_999 }))
    .map(([department, number]) => department + String(number).padStart(7, '0')),
)

test('every code tells its site back, however it is typed', () => {
  fc.assert(
    fc.property(sites, fc.uuid(), fc.integer({ min: 1, max: 30_000 }), (site, id, generation) => {
      const code = links.codeFor(site, id, generation)
      assert.match(code, /^[A-Z2-7]{32}$/)
      const typed = code.toLowerCase().replace(/(.{4})/g, '$1 ')
      assert.deepEqual(links.parse(typed), { code, siteId: site })
    }),
  )
})

test('site, screening and generation each change the secret part', () => {
  const id = '017b4000-0000-7000-8000-000000000000'
  const codes = [
    links.codeFor('750712184', id, 1),
    links.codeFor('750712184', id, 2),
    links.codeFor('750712176', id, 1),
    links.codeFor('750712184', id.replace(/0$/, '1'), 1),
  ].map((code) => code.slice(8))
  assert.equal(new Set(codes).size, codes.length)
})

test('no text makes the parser throw', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), (text) => {
      links.parse(text)
    }),
  )
})

test('the code is in the fragment of the address', () => {
  assert.equal(links.urlFor('ABC'), 'https://portail.example/resultat/#ABC')
})
