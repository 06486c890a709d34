import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { loadTrust } from '@sidep/trust'
import {
  casesAbsent,
  readRuleCases,
  readVerifyCases,
  type VerifyCase,
} from '../../../tools/src/cases.ts'
import { evaluateRule, purposeFor, verify } from './index.ts'

const signersOf = ({ signers }: VerifyCase) =>
  loadTrust({
    dcc: signers.flatMap((signer) => (typeof signer === 'string' ? [signer] : [])),
    twoddoc: signers.flatMap((signer) => (typeof signer === 'string' ? [] : [signer])),
  })

suite('codes that verifiers failed people on', () => {
  if (casesAbsent !== null) test(casesAbsent, { skip: casesAbsent }, () => undefined)

  for (const one of readVerifyCases()) {
    const { expect } = one
    test(`${one.kind}: ${one.id} is ${expect.verdict}`, async () => {
      const purpose = one.for === undefined ? ({ kind: 'none' } as const) : purposeFor(one.for)
      const verdict = await verify(one.text, await signersOf(one), new Date(one.at), purpose)
      assert.equal(verdict.verdict, expect.verdict, verdict.code)
      if (expect.step !== undefined) assert.equal(verdict.step, expect.step)
      for (const key of ['familyName', 'birthDate'] as const) {
        if (expect[key] !== undefined) assert.equal(verdict.certificate?.[key], expect[key])
      }
    })
  }

  for (const { id, rule, payload, external } of readRuleCases()) {
    test(`the rule ${id} fails`, () => {
      assert.deepEqual(evaluateRule(rule, { payload, external }), {
        ok: false,
        code: 'RULE_FAILED',
      })
    })
  }
})
