import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { demoIdentities, demoPeople, directoryFile, generateProfessionals } from './index.ts'

const people = generateProfessionals(2000, 1)

test('the same seed gives the same file, another seed another', () => {
  assert.equal(directoryFile(generateProfessionals(2000, 1)), directoryFile(people))
  assert.notEqual(directoryFile(generateProfessionals(2000, 2)), directoryFile(people))
})

test('the file has a header, exactly as many lines as asked, and 56 columns each', () => {
  const lines = directoryFile(people).trimEnd().split('\n')
  assert.equal(lines.length, 2001)
  for (const line of lines) assert.equal(line.split('|').length, 57)
})

test('every number is valid, in ranges that are nobody’s, and every name is plainly a test', () => {
  const ids = new Set<string>()
  for (const person of people) {
    assert.ok(parseProfessionalId(person.nationalId).ok, person.nationalId)
    assert.match(person.nationalId, /^8997/)
    assert.match(person.familyName, /^ESSAI-/)
    ids.add(person.nationalId)
    for (const { finess, companyName } of person.activities) {
      assert.ok(finess === '' || parseFiness(finess).ok, finess)
      assert.match(finess, /^$|^..999/)
      assert.match(companyName, /ESSAI/)
    }
  }
  assert.equal(ids.size, people.length)
})

test('one site has one name and address, whoever works there', () => {
  const sites = new Map<string, string>()
  for (const { finess, companyName, postalCode } of people.flatMap((p) => p.activities)) {
    if (finess === '') continue
    const said = `${companyName} ${postalCode}`
    assert.equal(sites.get(finess) ?? said, said)
    sites.set(finess, said)
  }
})

test('the demo identities are in the directory, except the one whose number is wrong', () => {
  const missing = demoIdentities.filter((person) => !people.includes(person))
  assert.deepEqual(missing, [demoPeople.invalidNationalId])
  assert.ok(!parseProfessionalId(demoPeople.invalidNationalId.nationalId).ok)
})
