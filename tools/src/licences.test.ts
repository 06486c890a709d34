import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusedLicences } from './licences.ts'

const of = (license: string | undefined): string[] =>
  refusedLicences({
    'node_modules/x': { version: '1.0.0', ...(license === undefined ? {} : { license }) },
  })

test('a package under a licence that cannot be given on, or under none, is named', () => {
  for (const license of [
    'GPL-3.0-or-later',
    'AGPL-3.0-only',
    'SSPL-1.0',
    '(GPL-2.0 AND MIT)',
    'UNLICENSED',
  ]) {
    assert.deepEqual(of(license), [`x 1.0.0: ${license}`])
  }
  assert.deepEqual(of(undefined), ['x 1.0.0: no licence'])
})

test('of a choice one suffices, of a sum each must be permitted', () => {
  for (const license of [
    'MIT',
    '(MIT OR GPL-3.0-or-later)',
    'MIT OR Apache-2.0',
    '(MIT AND Zlib)',
  ]) {
    assert.deepEqual(of(license), [])
  }
})

test('our own workspaces and links to them are not packages of others', () => {
  assert.deepEqual(
    refusedLicences({ 'packages/trust': {}, 'node_modules/@sidep/trust': { link: true } }),
    [],
  )
})
