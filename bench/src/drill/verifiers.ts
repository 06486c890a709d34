/**
 * Verifiers of a drill, each as an application shipped with the anchor of the beginning: one follows the index of trust as our page
 * does (packages/trust), one takes the whole bundle. Both ask one portal after the other.
 */
import { routes } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import {
  adoptPending,
  followBundle,
  followPoll,
  initialTrustState,
  isPart,
  loadTrust,
  openTrustState,
  type Trust,
  trustFrom,
} from '@sidep/trust'

/** An answer came, and is none that a verifier may follow. */
export class TrustRefused extends Error {
  override readonly name = 'TrustRefused'
}

export interface PollingVerifier {
  readonly name: 'index' | 'bundle'
  /** Asks. @throws TrustRefused, or what kept the answer from coming */
  poll(): Promise<void>
  /** What it works from; @throws before the first poll. */
  trust(): Trust
}

const bytesOf = async (url: string): Promise<Uint8Array> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** In turn. */
const turnsOf = (targets: readonly string[]): (() => string) => {
  let turn = 0
  return () => targets[turn++ % targets.length] ?? ''
}

const startedWith = async (target: string): Promise<Uint8Array> => {
  const answer = await fetch(`${target}${routes.trustAnchor}`)
  const anchor = base64ToBytes(((await answer.json()) as { spki: string }).spki)
  if (!anchor.ok) throw new Error('the anchor cannot be read')
  return anchor.value
}

const unpolled = (): never => {
  throw new Error('this verifier has not polled yet')
}

const bundleVerifier = (anchor: Uint8Array, next: () => string): PollingVerifier => {
  let trust: Trust | null = null
  return {
    name: 'bundle',
    async poll() {
      // The anchor stays that of the beginning: each bundle has the statements that lead from it to who signs now.
      const opened = await followBundle(
        await bytesOf(`${next()}${routes.trustBundle}`),
        anchor,
        new Date(),
      )
      if (!opened.ok) throw new TrustRefused(opened.code)
      trust = await loadTrust(opened.value.content)
    },
    trust: () => trust ?? unpolled(),
  }
}

const indexVerifier = (anchor: Uint8Array, next: () => string): PollingVerifier => {
  const store = new Map<string, Uint8Array>()
  const held = async (sha256: string): Promise<Uint8Array | null> => store.get(sha256) ?? null
  let state = initialTrustState(anchor)
  let trust: Trust | null = null
  return {
    name: 'index',
    async poll() {
      const target = next()
      const bytes = await bytesOf(`${target}${routes.trustIndex}`)
      let followed = await followPoll(state, { kind: 'index', bytes, tag: null }, held, new Date())
      for (const part of followed.fetch) {
        const content = await bytesOf(`${target}${routes.trustPart.replace(':id', part.sha256)}`)
        if (!(await isPart(part, content))) throw new TrustRefused(`${part.name} is not that part`)
        store.set(part.sha256, content)
      }
      if (followed.fetch.length > 0) followed = await adoptPending(followed.state, held, new Date())
      // Of two portals one may answer with what the other has replaced: what this verifier has is newer then.
      if (followed.problem !== null && followed.problem !== 'INDEX_OLDER')
        throw new TrustRefused(followed.problem)
      state = followed.state
      const usable = await openTrustState(state, held)
      if (usable !== null)
        trust = await trustFrom(usable.content, usable.opened.index, usable.opened.anchor)
    },
    trust: () => trust ?? unpolled(),
  }
}

export const startVerifiers = async (
  targets: readonly string[],
): Promise<readonly PollingVerifier[]> => {
  const anchor = await startedWith(targets[0] ?? '')
  const verifiers = [
    indexVerifier(anchor, turnsOf(targets)),
    bundleVerifier(anchor, turnsOf(targets)),
  ]
  for (const verifier of verifiers) await verifier.poll()
  return verifiers
}
