/** What the expectations of an EU DCC vector say about the step at which a verifier must stop. */
import type { DccVector } from '../../../tools/src/vectors.ts'
import { type Step, steps, type Verdict } from '../src/index.ts'

type Expectation = keyof DccVector['expected']

/** The steps at which each expectation, when false, lets a verifier stop. */
const stepsOf: Partial<Record<Expectation, readonly Step[]>> = {
  EXPECTEDUNPREFIX: ['prefix'],
  EXPECTEDB45DECODE: ['base45'],
  EXPECTEDCOMPRESSION: ['zlib'],
  EXPECTEDDECODE: ['cbor', 'cose', 'cwt'],
  EXPECTEDVERIFY: ['key', 'signature'],
  EXPECTEDKEYUSAGE: ['key-usage'],
  EXPECTEDEXPIRATIONCHECK: ['validity'],
  EXPECTEDSCHEMAVALIDATION: ['schema'],
  EXPECTEDVALIDOBJECT: ['schema'],
}

/** Vectors that say something else than they do, and what holds instead. */
export const upstreamErrors: Readonly<Record<string, { steps: readonly Step[]; reason: string }>> =
  {
    'common/CBO2': {
      steps: ['cbor', 'cose', 'cwt'],
      reason:
        'its COSE message is reversed byte by byte ("wrong CWT structure"): nothing to verify can be read, although only EXPECTEDVERIFY is false',
    },
  }

/** Certificates whose clock lies before their issue; their expectations leave the times untested. */
export const clockBeforeIssue: readonly string[] = [
  'FR/recovery_ok',
  'FR/test_pcr_ok',
  'FR/vaccin_ok',
]

/** What is wrong with a verdict on a vector; null when it is as implied. */
export const problemWith = (
  { id, expected }: Pick<DccVector, 'id' | 'expected'>,
  { verdict, step, code }: Verdict,
): string | null => {
  const found = `${verdict} at ${step} (${code})`
  const wanted = wantedSteps(id, expected)
  if (wanted === null) return verdict === 'accepted' ? null : `${found} instead of accepted`
  if (step === null || !wanted.includes(step)) return `${found} instead of ${wanted.join(' or ')}`
  const unreadable = steps.indexOf(step) < steps.indexOf('key')
  return (verdict === 'unreadable') === unreadable ? null : `${found}: wrong kind of verdict`
}

const wantedSteps = (id: string, expected: DccVector['expected']): readonly Step[] | null => {
  const exception = upstreamErrors[id]
  if (exception !== undefined) return exception.steps
  if (clockBeforeIssue.includes(id)) return ['validity']
  for (const [expectation, wanted] of Object.entries(stepsOf)) {
    if (Object.entries(expected).some(([key, value]) => key === expectation && value === false)) {
      return wanted
    }
  }
  return null
}
