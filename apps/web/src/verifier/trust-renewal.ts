/** How the verifier's trust is renewed: by polls of the index, as `trust-source.ts` says. Loaded once the page stands. */
import { routes } from '@sidep/contracts'
import {
  adoptPending,
  type Followed,
  followPoll,
  type IndexedPart,
  isPart,
  neededParts,
  type PollAnswer,
  type TrustState,
} from '@sidep/trust'
import { begunAnew, stateOrFirst, withAnchorKnown } from './trust-anchor.ts'
import {
  problemOfTime,
  storedTrust,
  type TrustDependencies,
  type TrustLoading,
  type TrustProblem,
  trustOutcome,
} from './trust-source.ts'

/** 16 MiB, as the largest part. */
const answerBytesMax = 16 * 1024 * 1024

const problems: Readonly<Record<string, TrustProblem>> = {
  NOT_ANSWERED: 'TRUST_NOT_RENEWED',
  INDEX_SIGNATURE: 'TRUST_OTHER_ANCHOR',
  INDEX_ANCHOR: 'TRUST_OTHER_ANCHOR',
  INDEX_OLDER: 'TRUST_OLDER',
  INDEX_FORKED: 'TRUST_OLDER',
  ...problemOfTime,
}

const problemOf = (code: string): TrustProblem => problems[code] ?? 'TRUST_UNREADABLE'

/** Polls the index, fetches what changed, and takes it over when it is whole. */
export const renewedTrust = async (dependencies: TrustDependencies): Promise<TrustLoading> => {
  const state = await stateOrFirst(dependencies)
  if (state === null) return trustOutcome(null, 'TRUST_NO_ANCHOR')
  const { answer, clockDifferenceMilliseconds } = await poll(dependencies, state.tag)
  const followed = await withParts(await followedAnswer(state, answer, dependencies), dependencies)
  const loading = await storedTrust(dependencies)
  const problem = followed.problem === null ? loading.problem : problemOf(followed.problem)
  const isSilent = problem === 'TRUST_NOT_RENEWED' && loading.data === null
  return {
    data: loading.data,
    problem: isSilent ? (loading.problem ?? 'TRUST_UNAVAILABLE') : problem,
    clockDifferenceMilliseconds,
  }
}

/** What a poll comes to under the anchor in use, else under one that a newer page brings. */
const followedAnswer = async (
  state: TrustState,
  answer: PollAnswer,
  { store, anchor, now }: TrustDependencies,
): Promise<Followed> => {
  const followed = await followPoll(state, answer, store.part, now())
  const anew = await begunAnew(followed, anchor)
  const other = anew && (await followPoll(anew, answer, store.part, now()))
  return other?.problem === null ? other : followed
}

/** Writes down what came of something that arrived, with the parts that it asks for. */
const withParts = async (first: Followed, dependencies: TrustDependencies): Promise<Followed> => {
  const { store, now } = dependencies
  // What it was seen to be is kept first: a page may be closed at any moment.
  await store.writeState(await withAnchorKnown(first.state))
  let followed = first
  if (first.fetch.length > 0) {
    await Promise.all(first.fetch.map((part) => fetchPart(part, dependencies)))
    followed = await adoptPending(first.state, store.part, now())
    await store.writeState(await withAnchorKnown(followed.state))
    if (followed.fetch.length > 0) return { ...followed, problem: 'NOT_ANSWERED' }
  }
  if (followed.adopted !== null) await store.keepOnly(await neededParts(followed.state))
  return followed
}

const fetchPart = async (part: IndexedPart, dependencies: TrustDependencies): Promise<void> => {
  const answer = await fetched(dependencies, routes.trustPart.replace(':id', part.sha256))
  const bytes = answer?.bytes ?? null
  // Without it the index waits, and what was in use stays.
  if (bytes !== null && (await isPart(part, bytes))) {
    await dependencies.store.keepPart(part.sha256, bytes)
  }
}

const poll = async (
  dependencies: TrustDependencies,
  tag: string | null,
): Promise<{ answer: PollAnswer; clockDifferenceMilliseconds: number | null }> => {
  const headers = tag === null ? {} : { 'if-none-match': tag }
  const answer = await fetched(dependencies, routes.trustIndex, headers)
  if (answer === null) return { answer: { kind: 'none' }, clockDifferenceMilliseconds: null }
  const { bytes, tag: given, clockDifferenceMilliseconds } = answer
  return {
    answer: bytes === null ? { kind: 'unchanged' } : { kind: 'index', bytes, tag: given },
    clockDifferenceMilliseconds,
  }
}

interface FetchedAnswer {
  /** Null: what the device has is the newest. */
  readonly bytes: Uint8Array | null
  readonly tag: string | null
  readonly clockDifferenceMilliseconds: number | null
}

/** Null for every way of not getting it: no network, an error, something too large. */
const fetched = async (
  dependencies: TrustDependencies,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<FetchedAnswer | null> => {
  try {
    const response = await dependencies.fetch(path, headers)
    const served = Date.parse(response.headers.get('date') ?? '')
    const difference = dependencies.now().getTime() - served
    const told = {
      tag: response.headers.get('etag'),
      clockDifferenceMilliseconds: Number.isNaN(difference) ? null : difference,
    }
    if (response.status === 304) return { ...told, bytes: null }
    if (!response.ok || Number(response.headers.get('content-length') ?? 0) > answerBytesMax) {
      return null
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    return bytes.length > answerBytesMax ? null : { ...told, bytes }
  } catch {
    // fetch rejects when there is no network or the wait is over: what is stored is used.
    return null
  }
}
