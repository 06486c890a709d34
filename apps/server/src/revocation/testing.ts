/** For tests: a verifier that polls a portal over HTTP, on the machine that every verifier runs (packages/trust). */
import assert from 'node:assert/strict'
import { routes } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import {
  adoptPending,
  type Followed,
  followPoll,
  initialTrustState,
  isPart,
  openTrustState,
  trustFrom,
  type UsableTrust,
} from '@sidep/trust'
import { verify } from '@sidep/verdict'
import type { TestPortal } from '../platform/testing.ts'

export interface PollingVerifier {
  /** One poll, with the parts that it asks for. */
  poll(): Promise<Followed>
  /** Polls until it is so: a portal that is very busy may still answer with the index of before. */
  pollUntil(condition: () => Promise<boolean>): Promise<void>
  current(): Promise<UsableTrust | null>
  /** What it says of texts, by its own clock: their codes. */
  codesOf(texts: readonly string[]): Promise<readonly string[]>
  /** How many bytes of parts it fetched in all. */
  readonly fetched: number
}

export const startVerifier = async (portal: TestPortal): Promise<PollingVerifier> => {
  const anchor = base64ToBytes(
    (await portal.send('GET', routes.trustAnchor)).json<{ spki: string }>().spki,
  )
  assert.ok(anchor.ok)
  const base = `http://127.0.0.1:${portal.server.port}`
  const store = new Map<string, Uint8Array>()
  const held = async (sha256: string) => store.get(sha256) ?? null
  let state = initialTrustState(anchor.value)
  let fetched = 0
  const poll = async (): Promise<Followed> => {
    const headers = state.tag === null ? {} : { 'if-none-match': state.tag }
    const response = await fetch(`${base}${routes.trustIndex}`, { headers })
    const bytes = new Uint8Array(await response.arrayBuffer())
    const answer =
      response.status === 304
        ? ({ kind: 'unchanged' } as const)
        : ({ kind: 'index', bytes, tag: response.headers.get('etag') } as const)
    const followed = await followPoll(state, answer, held, portal.clock.now())
    state = followed.state
    if (followed.fetch.length === 0) return followed
    for (const part of followed.fetch) {
      const url = `${base}${routes.trustPart.replace(':id', part.sha256)}`
      const content = new Uint8Array(await (await fetch(url)).arrayBuffer())
      assert.ok(await isPart(part, content), part.name)
      store.set(part.sha256, content)
      fetched += content.length
    }
    const adopted = await adoptPending(state, held, portal.clock.now())
    state = adopted.state
    return adopted
  }
  return {
    poll,
    async pollUntil(condition) {
      do await poll()
      while (!(await condition()))
    },
    current: () => openTrustState(state, held),
    async codesOf(texts) {
      const used = await openTrustState(state, held)
      assert.ok(used !== null)
      const trust = await trustFrom(used.content, used.opened.index, used.opened.anchor)
      const at = portal.clock.now()
      const said = texts.map((text) => verify(text, trust, at, { kind: 'none' }))
      return (await Promise.all(said)).map(({ code }) => code)
    },
    get fetched() {
      return fetched
    },
  }
}
