/** Where a certificate is accepted and until when: what our own verifier says of it, so that a person and a doorman read the same. */
import type { Acceptance } from '@sidep/contracts'
import type { Trust } from '@sidep/trust'
import { type Purpose, type RuleProfile, type RuleSet, type Verdict, verify } from '@sidep/verdict'
import type { SealedCertificate } from '../platform/sealed.ts'

export interface AcceptanceDependencies {
  readonly trust: () => Promise<Trust>
  readonly profile: RuleProfile
}

type Question = Pick<RuleSet, 'country' | 'purpose' | 'title'>

/** One a country and purpose, in the profile's order: several sets may follow each other in time. */
const questionsOf = ({ sets }: RuleProfile): readonly Question[] =>
  [
    ...new Map(
      sets.toReversed().map((set) => [`${set.purpose}:${set.country}`, set] as const),
    ).values(),
  ].toReversed()

/**
 * @param certificate its EU code is judged; where there is none, the French one
 * @param times now first; then when it was issued, so that one whose time is over still says until when it was accepted
 */
export const acceptanceOf = async (
  { trust, profile }: AcceptanceDependencies,
  { hcert, twoddoc }: Pick<SealedCertificate, 'hcert' | 'twoddoc'>,
  times: readonly Date[],
): Promise<readonly Acceptance[]> => {
  const known = await trust()
  const judge = async ({ country, purpose: kind }: Question): Promise<Verdict | undefined> => {
    const purpose: Purpose = { kind, country }
    for (const at of times) {
      const verdict = await verify(hcert ?? twoddoc, known, at, purpose, profile)
      if (verdict.verdict === 'accepted' || verdict.step !== 'rules') return verdict
    }
    return undefined
  }
  const judged = await Promise.all(
    questionsOf(profile).map(async (question) => ({ question, verdict: await judge(question) })),
  )
  return judged.flatMap(({ question: { country, purpose, title }, verdict }) =>
    verdict?.verdict === 'accepted'
      ? [{ country, purpose, title, until: verdict.acceptedUntil?.toISOString() ?? null }]
      : [],
  )
}
