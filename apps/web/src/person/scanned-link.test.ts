import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typedThrough } from '@sidep/identifiers'
import { insText } from '../../test/hand-scanner.ts'
import { sampleSlips } from '../counter/slips/testing.ts'
import { parseLinkCode } from './link-code.ts'
import { readScannedLink } from './scanned-link.ts'

const code = 'FS7PK6C2LJNFUWS2LJNFUWS2LJNFUWS2'
const [slip] = (await sampleSlips(1)).slips
if (slip === undefined) throw new Error('a slip was asked for')
const links = [`https://sidep.example/resultat/#${code}`, slip.address, slip.check]

test('a link’s, a slip’s and a person’s own code are found as sent and through another keyboard', () => {
  for (const sent of links) {
    const found = { kind: 'code', code: parseLinkCode(sent) }
    assert.notEqual(found.code, null)
    for (const layout of ['french', 'caps-lock', 'french-caps-lock'] as const)
      assert.deepEqual(readScannedLink(typedThrough(sent, layout)), found, `${layout} ${sent}`)
    assert.deepEqual(readScannedLink(sent), found)
  }
})

test('another code, and a text that a keyboard spoilt, are told apart; a name is neither', () => {
  assert.deepEqual(readScannedLink(insText), { kind: 'other' })
  assert.deepEqual(readScannedLink('HC1:6BFOXN%TSMAHN'), { kind: 'other' })
  const spoilt = typedThrough(`https://sidep.example/resultat/#${code.slice(0, -3)}`, 'french')
  assert.deepEqual(readScannedLink(spoilt), { kind: 'layout' })
  assert.equal(readScannedLink('Lefebvre-Dupont'), null)
})
