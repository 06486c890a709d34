import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { issueHcert } from '@sidep/hcert'
import { vectorsAbsent } from '../../../tools/src/vectors.ts'
import { anySigner } from '../test/any-signer.ts'
import { certificateOf, ruleCases } from '../test/rule-cases.ts'
import { checkRules } from './check-rules.ts'
import { verify } from './index.ts'
import type { CertificateView } from './verdict.ts'

suite('the rules of other countries', { skip: vectorsAbsent ?? false }, () => {
  test('each of their cases ends in the verdict that they say, days told in UTC as theirs are', () => {
    const cases = ruleCases('UTC')
    for (const { id, expected, profile, purpose, payload, at } of cases) {
      const about = profile.sets[0]?.rules[0]?.about ?? 'any'
      const view: CertificateView = { ...anyView, kind: about === 'any' ? 'test' : about }
      const outcome = checkRules(payload, view, at, purpose, profile)
      assert.equal(outcome.ok, expected, id)
      if (!outcome.ok) assert.equal(outcome.declined.code, 'RULE_NOT_MET', id)
    }
    assert.ok(cases.length >= 332, `only ${cases.length} cases`)
  })

  test('signed certificates of theirs are accepted and refused by them, with the rule named', async () => {
    const { sign, keyId, trust } = await anySigner()
    let verified = 0
    for (const one of ruleCases('UTC')) {
      const dcc = certificateOf(one)
      if (dcc === null) continue
      const expiresAt = new Date(one.at.getTime() + 86_400_000)
      const text = await issueHcert(dcc, {
        issuer: 'FR',
        issuedAt: one.at,
        expiresAt,
        keyId,
        sign,
      })
      const verdict = await verify(text, trust, one.at, one.purpose, one.profile)
      assert.equal(verdict.verdict, one.expected === true ? 'accepted' : 'refused', one.id)
      if (verdict.verdict !== 'accepted') {
        assert.equal(verdict.step, 'rules', one.id)
        assert.equal(`${verdict.rule?.id}`, one.id.split(':')[0])
      }
      verified += 1
    }
    assert.ok(verified >= 150, `only ${verified} of them can be certificates`)
  })

  test('by the clock on their own wall a day begins at their midnight, not at that of UTC', () => {
    const differing = ruleCases().flatMap(({ id, expected, profile, purpose, payload, at }) => {
      const about = profile.sets[0]?.rules[0]?.about ?? 'any'
      const view: CertificateView = { ...anyView, kind: about === 'any' ? 'test' : about }
      return checkRules(payload, view, at, purpose, profile).ok === expected ? [] : [id]
    })
    // Each is within an hour or two of a midnight in UTC, when the next day has begun in Vienna and Paris.
    assert.deepEqual(differing, [
      'RR-AT-0002: fr exactly 180 days before now',
      'VR-AT-0004: 1/2 and validation = 90 days later',
      'VR-AT-0005: 2/2 and validation = 270 days later',
      'VR-AT-0006: 1/1 and validation = 270 days later',
      'VR-FR-0003: return false when validation date is just too early',
    ])
  })
})

const anyView: CertificateView = {
  format: 'hcert',
  kind: 'test',
  familyName: '',
  firstNames: '',
  birthDate: '',
  id: '',
  issuer: '',
  medical: {},
}
