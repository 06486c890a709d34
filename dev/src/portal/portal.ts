/**
 * The portal as a counter sees it, in memory: for tests, of what a real one will not do on command. Invariants:
 * 1. It speaks the contract. A request is let in by its endpoint's schema, and an answer that the endpoint does not name
 *    is a defect of this portal, and thrown.
 * 2. What goes wrong is data (`faults`), and never changes what the books say of what was carried out.
 * 3. Time comes in as an argument; what it says of the time may be wrong (`behindMilliseconds`).
 */
import {
  isInSession,
  type ProblemCode,
  problemRegistry,
  restorationsHeader,
  shownHeader,
  shownOf,
  writeRestorations,
  writeShown,
} from '@sidep/contracts'
import { Check } from 'typebox/schema'
import { endpointAt, type Matched } from './endpoints.ts'
import { handlers } from './handlers.ts'
import { type Batch, reconcileItems } from './reconciling.ts'
import type { Answered, PortalReply, PortalRequest } from './requests.ts'
import { PortalState } from './state.ts'

export class FakePortal extends PortalState {
  /** @returns null when no answer reaches the counter */
  async answer(request: PortalRequest): Promise<PortalReply | null> {
    const { faults } = this
    const { pathname, searchParams } = new URL(request.path, 'http://portal')
    const matched = endpointAt(request.method, pathname)
    const name = matched?.name ?? null
    if (matched !== null && request.method !== 'GET') this.#note(matched, pathname, request)
    if (faults.meet('unreachable', name) !== null) return null
    const late = faults.meet('delayed', name)
    if (late !== null) await this.dependencies.wait?.(late.milliseconds)
    const killed = name === 'reconcile' ? faults.meet('killed', name) : null
    if (killed !== null) return this.#die(request.body, killed.afterItems)
    if (faults.meet('duplicated', name) !== null)
      await this.#carryOut(matched, request, searchParams)
    const reply = await this.#carryOut(matched, request, searchParams)
    return faults.meet('answer-lost', name) === null ? reply : null
  }

  async #carryOut(
    matched: Matched | null,
    request: PortalRequest,
    query: URLSearchParams,
  ): Promise<PortalReply> {
    const handler = matched === null ? undefined : handlers[matched.name]
    if (matched === null || handler === undefined) return this.#reply({ problem: 'ROUTE_UNKNOWN' })
    const { body } = request
    const inTheWay = this.#refusal(matched, request)
    const answered = inTheWay ?? (await handler({ portal: this, id: matched.id, query, body }))
    checkAnswer(matched, answered)
    return this.#reply(answered)
  }

  /** What is in the way before the endpoint's own work. */
  #refusal({ name, endpoint }: Matched, { method, headers, body }: PortalRequest): Answered | null {
    const { access } = endpoint
    const isForSession = isInSession(access)
    if (isForSession && !this.isSignedIn) return { problem: 'SESSION_EXPIRED' }
    const shown = shownOf(this.session())
    const isAsShown = shown !== null && headers[shownHeader] === writeShown(shown)
    if (isForSession && method === 'POST' && this.dependencies.isShownAsked && !isAsShown)
      return { problem: 'SESSION_DIFFERS' }
    // Of a batch, what the same batch would get again is of each of its lines.
    const isOfLines = name === 'reconcile' && !this.#isOfTheWay()
    const refused = isOfLines ? null : this.faults.meet('refused', name)
    if (refused !== null) {
      const { code, retryAfterSeconds, faults } = refused
      return {
        problem: code,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(faults === undefined ? {} : { faults }),
      }
    }
    if (endpoint.body !== undefined && !Check(endpoint.body, body))
      return { problem: 'REQUEST_INVALID' }
    return null
  }

  #isOfTheWay(): boolean {
    const refused = this.faults.find('refused', 'reconcile')
    return refused !== null && problemRegistry[refused.code].retry !== 'never'
  }

  /** So many items are stored; then it is gone, and nobody is answered. */
  #die(body: unknown, afterItems: number): null {
    const { books, slips, judge } = this
    const endpoint = endpointAt('POST', '/api/reconciliations')?.endpoint
    if (endpoint?.body !== undefined && Check(endpoint.body, body)) {
      const { items, wasted } = body as Batch
      books.waste(wasted)
      reconcileItems({ books, slips, judge, refusal: null }, items.slice(0, afterItems))
    }
    return null
  }

  #note({ name }: Matched, path: string, { body }: PortalRequest): void {
    this.writes.push({ at: this.dependencies.now().getTime(), endpoint: name, path, body })
  }

  #reply(answered: Answered): PortalReply {
    const now = this.dependencies.now().getTime()
    const date = new Date(now - this.behindMilliseconds).toUTCString()
    const { restorations } = this
    const said =
      restorations.length === 0 ? {} : { [restorationsHeader]: writeRestorations(restorations) }
    if (!('problem' in answered)) {
      const kind = { 'content-type': 'application/json', 'cache-control': 'no-store' }
      const headers = { ...kind, date, ...said }
      return { status: answered.status, headers, body: answered.body }
    }
    const { problem, ...extra } = answered
    const { status, title } = problemRegistry[problem]
    const again =
      extra.retryAfterSeconds === undefined ? {} : { 'retry-after': `${extra.retryAfterSeconds}` }
    return {
      status,
      headers: { 'content-type': 'application/problem+json', date, ...said, ...again },
      body: {
        type: `/problems/${problem}`,
        title: title.fr,
        status,
        code: problem,
        support: 'K7Q-2MD',
        ...extra,
      },
    }
  }
}

/** What the endpoint does not name must not be said, or a test would show what no portal does. */
const checkAnswer = ({ name, endpoint }: Matched, answered: Answered): void => {
  if ('problem' in answered) {
    const codes: readonly ProblemCode[] = endpoint.problems
    if (!codes.includes(answered.problem))
      throw new Error(`${name} does not refuse with ${answered.problem}`)
    return
  }
  const described = endpoint.answers[answered.status]
  if (described === undefined) throw new Error(`${name} does not answer ${answered.status}`)
  if (described.schema !== undefined && !Check(described.schema, answered.body))
    throw new Error(`${name} answers otherwise than it is described`)
}
