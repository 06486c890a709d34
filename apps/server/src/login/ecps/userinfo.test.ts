import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { entitle } from '../entitlement.ts'
import { type ProviderIdentity, readUserinfo } from './userinfo.ts'

const permitted = ['21', '10', '60']
const activity = {
  numeroFinessSite: '759990013',
  raisonSocialeSite: 'PHARMACIE DU PARVIS',
  codePostal: '75011',
}
const userinfo = {
  sub: 'f:5cf0d9a2:one-name',
  SubjectNameID: '899790000014',
  family_name: 'ESSAI-LEMAIRE',
  given_name: 'Camille',
  SubjectRefPro: {
    exercices: [
      { codeProfession: '21', codeCategorieProfessionnelle: 'C', activities: [activity] },
    ],
  },
}

const identityOf = (claims: unknown): ProviderIdentity => {
  const reading = readUserinfo(claims)
  assert.ok(reading.ok)
  return reading.value
}

test('the person is SubjectNameID; another sub makes nobody else of them', () => {
  const one = identityOf(userinfo)
  assert.equal(one.professionalId, '899790000014')
  assert.deepEqual(identityOf({ ...userinfo, sub: 'f:5cf0d9a2:another-name' }), one)
})

test('a sub that looks like a national id does not stand in for SubjectNameID', () => {
  const { SubjectNameID, ...rest } = userinfo
  assert.deepEqual(
    readUserinfo({ ...rest, sub: SubjectNameID, preferred_username: SubjectNameID }),
    {
      ok: false,
      code: 'PROFESSIONAL_UNKNOWN',
    },
  )
})

test('ids of other kinds, wrong check digits and missing names are PROFESSIONAL_UNKNOWN', () => {
  for (const SubjectNameID of ['ANS20231122132732', '099790000014', '899790000013', '', null, 8]) {
    assert.deepEqual(readUserinfo({ ...userinfo, SubjectNameID }), {
      ok: false,
      code: 'PROFESSIONAL_UNKNOWN',
    })
  }
  assert.equal(readUserinfo({ ...userinfo, family_name: ' ', given_name: '' }).ok, false)
})

test('whatever JSON comes, reading it answers and throws nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      readUserinfo(value)
      const reading = readUserinfo({ ...userinfo, SubjectRefPro: value })
      assert.ok(reading.ok)
      const nested = readUserinfo({ ...userinfo, SubjectRefPro: { exercices: [value] } })
      assert.ok(nested.ok)
      assert.ok(!entitle(nested.value, permitted).ok)
    }),
  )
})

test('a thousand activities are read up to a bound', () => {
  const exercices = Array.from({ length: 1000 }, () => ({
    codeProfession: '21',
    activities: Array.from({ length: 1000 }, () => activity),
  }))
  const { practices } = identityOf({ ...userinfo, SubjectRefPro: { exercices } })
  assert.equal(practices.length, 20)
  assert.equal(practices[0]?.activities.length, 100)
})

const withPractices = (...exercices: unknown[]) =>
  entitle(identityOf({ ...userinfo, SubjectRefPro: { exercices } }), permitted)

test('of two professions only the activities of the permitted one count', () => {
  const result = withPractices(
    { codeProfession: '93', activities: [{ ...activity, numeroFinessSite: '299990010' }] },
    { codeProfession: '21', activities: [activity] },
  )
  assert.ok(result.ok)
  assert.equal(result.value.profession, '21')
  assert.deepEqual(
    result.value.sites.map(({ id }) => id),
    ['759990013'],
  )
})

test('the same site twice is one site', () => {
  const result = withPractices({ codeProfession: '21', activities: [activity, activity] })
  assert.ok(result.ok)
  assert.equal(result.value.sites.length, 1)
})

test('a wrong FINESS and a missing one are left out, each with its reason', () => {
  const result = withPractices({
    codeProfession: '21',
    activities: [
      activity,
      { ...activity, raisonSocialeSite: 'A', numeroFinessSite: '759990014' },
      { ...activity, raisonSocialeSite: 'B', numeroFinessSite: '' },
    ],
  })
  assert.ok(result.ok)
  assert.deepEqual(result.value.sitesLeftOut, [
    { name: 'A', reason: 'FINESS_INVALID' },
    { name: 'B', reason: 'FINESS_MISSING' },
  ])
})

test('somebody of one name is let in, in whichever place it stands', () => {
  for (const names of [
    { family_name: 'SUHARTO', given_name: '' },
    { family_name: '', given_name: 'SUHARTO' },
    { family_name: undefined, given_name: 'SUHARTO' },
  ]) {
    const { familyName, firstNames } = identityOf({ ...userinfo, ...names })
    assert.deepEqual([familyName, firstNames], ['SUHARTO', ''])
  }
})

test('who has no practice at all is told that, not that theirs is not permitted', () => {
  const nobody = identityOf({ ...userinfo, SubjectRefPro: { exercices: [] } })
  assert.deepEqual(entitle(nobody, permitted), { ok: false, code: 'ACTIVITY_MISSING' })
})

test('a place without a name or a valid FINESS is told by what it has', () => {
  const result = withPractices({
    codeProfession: '21',
    codeCategorieProfessionnelle: 'C',
    activities: [{ numeroFinessSite: '75999' }, { codePostal: '97400' }, {}],
  })
  assert.ok(!result.ok && result.code === 'SITE_WITHOUT_FINESS')
  assert.deepEqual(result.places, ['75999', '97400', '?'])
})

test('a student is refused as a profession that is not permitted', () => {
  const result = withPractices({
    codeProfession: '21',
    codeCategorieProfessionnelle: 'E',
    activities: [activity],
  })
  assert.deepEqual(result, { ok: false, code: 'PROFESSION_NOT_PERMITTED' })
})
