/** Runs every outside vector through `verify`; isomorphic, so that Node and a browser do the same. */

import { issueHcert, type JsonObject } from '@sidep/hcert'
import { loadTrust } from '@sidep/trust'
import type {
  DccVector,
  RuleVector,
  SchemaExample,
  TwoddocVector,
} from '../../../tools/src/vectors.ts'
import { evaluateRule, verify } from '../src/index.ts'
import { anySigner } from './any-signer.ts'
import { problemWith } from './dcc-expectation.ts'

export interface Vectors {
  readonly dcc: readonly (Omit<DccVector, 'at' | 'json'> & { readonly at: string })[]
  readonly schemaValid: readonly SchemaExample[]
  readonly schemaInvalid: readonly SchemaExample[]
  readonly twoddoc: readonly TwoddocVector[]
  readonly rules: readonly RuleVector[]
}

export interface VectorsRun {
  readonly ran: number
  /** One line for each vector that did not do as it should. */
  readonly problems: readonly string[]
}

const noRules = { kind: 'none' } as const

export const runVectors = async (vectors: Vectors): Promise<VectorsRun> => {
  const results = [
    ...(await runDcc(vectors.dcc)),
    ...(await runSchema(vectors.schemaValid, true)),
    ...(await runSchema(vectors.schemaInvalid, false)),
    ...(await runTwoddoc(vectors.twoddoc)),
    ...runRules(vectors.rules),
  ]
  return { ran: results.length, problems: results.filter((result) => result !== null) }
}

const runDcc = (vectors: Vectors['dcc']): Promise<(string | null)[]> =>
  Promise.all(
    vectors.map(async (vector) => {
      const trust = await loadTrust({ dcc: [vector.certificate], twoddoc: [] })
      const verdict = await verify(vector.text, trust, new Date(vector.at), noRules)
      const problem = problemWith(vector, verdict)
      return problem === null ? null : `${vector.id}: ${problem}`
    }),
  )

/** Schema examples are payloads: sign each with a key of our own, and see that schema alone decides. */
const runSchema = async (
  examples: readonly SchemaExample[],
  valid: boolean,
): Promise<(string | null)[]> => {
  const issuedAt = new Date('2021-08-13T12:00:00Z')
  const expiresAt = new Date('2021-08-16T12:00:00Z')
  const { sign, keyId, trust } = await anySigner({ notBefore: issuedAt, notAfter: expiresAt })
  return await Promise.all(
    examples.map(async ({ name, json }) => {
      const text = await issueHcert(json as JsonObject, {
        issuer: 'FR',
        issuedAt,
        expiresAt,
        keyId,
        sign,
      })
      const { verdict, step, code } = await verify(text, trust, issuedAt, noRules)
      const asExpected = valid ? verdict === 'accepted' : verdict === 'refused' && step === 'schema'
      return asExpected ? null : `schema/${name}: ${verdict} at ${step} (${code})`
    }),
  )
}

const runTwoddoc = (vectors: readonly TwoddocVector[]): Promise<(string | null)[]> =>
  Promise.all(
    vectors.map(async ({ text, caId, certificateId, publicKeySpkiBase64, ...vector }) => {
      const trust = await loadTrust({
        dcc: [],
        twoddoc: [{ caId, certificateId, spki: publicKeySpkiBase64 }],
      })
      const at = new Date('2021-08-13T12:00:00Z')
      const { verdict, step, code } = await verify(text, trust, at, noRules)
      const asExpected = vector.expectedSignatureValid
        ? verdict === 'accepted'
        : step === 'signature'
      return asExpected ? null : `2d-doc/${vector.description}: ${verdict} at ${step} (${code})`
    }),
  )

const runRules = (rules: readonly RuleVector[]): (string | null)[] =>
  rules.flatMap(({ id, logic, cases }) =>
    cases.map(({ name, payload, external, expected }, index) => {
      const result = evaluateRule(logic, { payload, external })
      const asExpected = result.ok && result.value === expected
      return asExpected ? null : `${id} case ${index} (${name}): ${JSON.stringify(result)}`
    }),
  )
