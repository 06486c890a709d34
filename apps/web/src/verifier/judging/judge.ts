/**
 * What judges, apart from the page: it has the keys, the lists and the rules, and hands out of a certificate what a screen may
 * show. It runs in a worker, so that neither a certificate nor the making of a filter keeps a picture of the camera waiting.
 * Invariants:
 * 1. Nothing that was scanned is kept but in memory, as `repeats.ts` says; nobody is asked because something was scanned.
 * 2. What leaves it says nothing of health: a `VerdictView`, never a verdict.
 * 3. It is made anew at any time from what the device keeps of trust.
 */
import type { GatheredCodes } from '@sidep/trust'
import { defaultProfile, type Purpose, verifyAny } from '@sidep/verdict'
import { isUsable } from '../freshness.ts'
import { type ModeChoice, modeChoices } from '../mode.ts'
import { makeRepeats } from '../repeats.ts'
import { scannedTrust, sharedTrust, type TrustScan } from '../trust-codes.ts'
import { renewedTrust } from '../trust-renewal.ts'
import { storedTrust, type TrustDependencies, type TrustLoading } from '../trust-source.ts'
import { isOtherCodeOf, type VerdictView, verdictView } from '../verdict-view.ts'

/** What the page tells of the trust; keys, lists and rules stay with who judges. */
export interface ToldLoading extends Pick<TrustLoading, 'problem' | 'clockDifferenceMilliseconds'> {
  /** Null when there is nothing to verify with. */
  readonly index: TrustIndex | null
  /** What can be checked for by the rules in force. */
  readonly choices: readonly ModeChoice[]
}
type TrustIndex = NonNullable<TrustLoading['data']>['index']

export interface Question {
  readonly texts: readonly [string, ...string[]]
  readonly purpose: Exclude<Purpose, { kind: 'none' }>
  /** The time to judge at: now, or a day of arrival. */
  readonly at: Date
  readonly now: Date
  /** On the screen already: its other code is not another verdict. */
  readonly shown: VerdictView | null
}

type Judged =
  | {
      readonly kind: 'verdict'
      readonly view: VerdictView
      /** When the same was accepted here, within some minutes; null when it was not. */
      readonly seenAt: Date | null
    }
  /** The other code of what is shown. */
  | { readonly kind: 'shown' }
  /** There is nothing to judge by. */
  | { readonly kind: 'no-trust' }

interface Scanned {
  readonly result: TrustScan
  /** What the trust is from now on; null when nothing changed. */
  readonly loading: ToldLoading | null
}

/** Each answers once; the time is the page's, which may be a test's. */
export interface Judge {
  /** What is on the device, without asking anybody. */
  readonly stored: (now: Date) => Promise<ToldLoading>
  readonly renew: (now: Date) => Promise<ToldLoading>
  /** Polls that came to nothing, one after the other, until now. */
  readonly failures: () => Promise<number>
  /** Takes over what a code says of the trust itself: a notice, a piece of an extension. */
  readonly scan: (text: string, now: Date) => Promise<Scanned>
  /** What is used here as texts of codes, for another device; null when there is nothing. */
  readonly share: (now: Date) => Promise<readonly string[] | null>
  readonly judge: (question: Question) => Promise<Judged>
  readonly forgetOld: (now: Date) => Promise<void>
}

export interface JudgeDependencies {
  /** Where trust comes from, at a time. */
  readonly trustAt: (now: Date) => Promise<TrustDependencies>
  /** One after the other, in all tabs where the browser can: two that write the state down would each forget the other's. */
  readonly alone: <T>(act: () => Promise<T>) => Promise<T>
}

const told = ({ data, problem, clockDifferenceMilliseconds }: TrustLoading): ToldLoading => ({
  index: data?.index ?? null,
  choices: modeChoices(data?.profile ?? defaultProfile),
  problem,
  clockDifferenceMilliseconds,
})

export const makeJudge = ({ trustAt, alone }: JudgeDependencies): Judge => {
  const repeats = makeRepeats()
  let current: TrustLoading | null = null
  let gathered: GatheredCodes | null = null

  const stored = async (now: Date): Promise<TrustLoading> => {
    current = await storedTrust(await trustAt(now))
    return current
  }
  const scan = async (text: string, now: Date): Promise<Scanned> => {
    const dependencies = await trustAt(now)
    const result = await alone(() => scannedTrust(text, gathered, dependencies))
    if (result.kind === 'more' || result.kind === 'refused') gathered = result.gathered
    if (result.kind === 'extended' || result.kind === 'incomplete') gathered = null
    if (result.kind !== 'extended' && result.kind !== 'notice') return { result, loading: null }
    const clockDifferenceMilliseconds = current?.clockDifferenceMilliseconds ?? null
    current = { ...(await stored(now)), clockDifferenceMilliseconds }
    return { result, loading: told(current) }
  }
  const judge = async ({ texts, purpose, at, now, shown }: Question): Promise<Judged> => {
    const { data } = current ?? (await stored(now))
    // Nothing is judged with an index past its end; what the age of a part makes unsafe the verdict says.
    if (data === null || !isUsable(data.index, now)) return { kind: 'no-trust' }
    const verdict = await verifyAny(texts, data.trust, at, purpose, data.profile)
    const view = verdictView(verdict, data.trust.signers, now, purpose.kind)
    if (shown !== null && isOtherCodeOf(view, shown)) return { kind: 'shown' }
    const isAccepted = verdict.verdict === 'accepted'
    const seenAt = isAccepted ? await repeats.note(verdict.certificate, now) : null
    return { kind: 'verdict', view, seenAt }
  }

  return {
    stored: async (now) => told(await stored(now)),
    renew: async (now) => {
      const dependencies = await trustAt(now)
      current = await alone(() => renewedTrust(dependencies))
      return told(current)
    },
    failures: async () => (await (await trustAt(new Date(0))).store.readState())?.failures ?? 1,
    scan,
    share: async (now) => await sharedTrust(await trustAt(now)),
    judge,
    forgetOld: async (now) => repeats.forgetOld(now),
  }
}
