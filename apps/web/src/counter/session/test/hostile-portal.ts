/** A portal for tests of the session: the truth about one browser's session, behind a network that does as it likes. */
import { routes, type SessionView } from '@sidep/contracts'

/**
 * `down`: nothing arrives; `deaf`: the portal does what it is asked, and its answer is lost; `busy`: it asks for
 * patience; `held`: its answers wait until they are released; `doubled`: each request arrives twice.
 */
export type Network = 'well' | 'down' | 'deaf' | 'busy' | 'held' | 'doubled'

export const device = 'd'.repeat(43)
export const busySeconds = 30
const roomSeconds = 20
const phoneSeconds = 5
const tokenSeconds = 20 * 60
const sessionSeconds = 24 * 3600
const staleSeconds = 60

interface PortalSession {
  readonly id: string
  readonly signedInAt: number
  site: string | null
  renewBy: number
  isRevoked: boolean
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers })

const problem = (status: number, code: string): Response => json({ code, support: 'K7Q' }, status)

export class HostilePortal {
  /** Seconds by the portal's clock, which nobody sets. */
  seconds = Date.parse('2026-11-23T08:00:00Z') / 1000
  network: Network = 'well'
  isRoomOpen = true
  #cookie: PortalSession | null = null
  #isPlaced = false
  #sessions = 0
  #calls = new Map<string, boolean>()
  #held: (() => void)[] = []

  /** The session of the browser, if the portal takes it or will once it is confirmed. */
  current(): PortalSession | null {
    const session = this.#cookie
    const isOver =
      session === null || session.isRevoked || session.signedInAt + sessionSeconds <= this.seconds
    return isOver ? null : session
  }

  signIn(): void {
    this.#isPlaced = false
    this.#cookie = {
      id: `s${++this.#sessions}`,
      signedInAt: this.seconds,
      site: null,
      renewBy: this.seconds + tokenSeconds,
      isRevoked: false,
    }
  }

  revoke(): void {
    if (this.#cookie !== null) this.#cookie.isRevoked = true
  }

  /** Somebody confirms what their phone shows. */
  confirmCalls(): void {
    for (const ticket of this.#calls.keys()) this.#calls.set(ticket, true)
  }

  release(): void {
    const held = this.#held
    this.#held = []
    for (const answer of held) answer()
  }

  view(session: PortalSession): SessionView {
    const at = (seconds: number): string => new Date(seconds * 1000).toISOString()
    return {
      professional: {
        id: '899700075122',
        familyName: 'Le Goff',
        firstNames: 'Anne',
        profession: '21',
      },
      door: 'ecps',
      site:
        session.site === null ? null : { id: session.site, name: session.site, postalCode: null },
      sites: [],
      signedInAt: at(session.signedInAt),
      expiresAt: at(session.signedInAt + sessionSeconds),
      sessionId: session.id,
      device,
      renewBy: at(session.renewBy),
      serverTime: at(this.seconds),
    }
  }

  /** @returns the answer; never when it is lost with its tab, and rejects when it is lost on the way */
  async fetch(method: string, path: string, body: string | undefined): Promise<Response> {
    const { network } = this
    if (network === 'down') throw new TypeError('failed to fetch')
    if (network === 'busy')
      return new Response('{"code":"UNAVAILABLE","support":"K7Q"}', {
        status: 503,
        headers: { 'retry-after': String(busySeconds) },
      })
    if (network === 'doubled') this.#answer(method, path, body)
    const answer = this.#answer(method, path, body)
    if (network === 'deaf') throw new TypeError('failed to fetch')
    if (network === 'held') await new Promise<void>((resolve) => this.#held.push(resolve))
    return answer
  }

  /** Why the cookie's session is not taken; null when it is. */
  #refusal(): Response | null {
    const session = this.#cookie
    if (session === null) return problem(401, 'SESSION_MISSING')
    if (session.isRevoked) return problem(401, 'SESSION_REVOKED')
    if (this.current() === null) return problem(401, 'SESSION_EXPIRED')
    return session.renewBy <= this.seconds ? problem(401, 'SESSION_RENEWAL_DUE') : null
  }

  #answer(method: string, path: string, body: string | undefined): Response {
    const input = body === undefined ? {} : JSON.parse(body)
    switch (`${method} ${path}`) {
      case `GET ${routes.doors}`:
        return json({ doors: [] })
      case `GET ${routes.session}`:
        return this.#refusal() ?? this.#read()
      case `GET ${routes.screenings}`:
        return this.#refusal() ?? json({ screenings: [], truncated: false })
      case `POST ${routes.sessionSite}`:
        return this.#refusal() ?? this.#choose(input.site)
      case `DELETE ${routes.session}`:
        this.#cookie = null
        return new Response(null, { status: 204 })
      case `GET ${routes.sessionRenewal}`:
        return this.#start()
      case `POST ${routes.sessionRenewal}`:
        return this.#renew(input.proof)
      case `POST ${routes.waitingRoom}`:
        this.#isPlaced = !this.isRoomOpen
        return this.#room()
      case `GET ${routes.waitingRoom}`:
        return this.#room()
      case `POST ${routes.loginEcpsBackchannel}`:
        return this.#ring()
      case `POST ${routes.loginEcpsBackchannelPoll}`:
        return this.#poll(input.ticket)
      case `POST ${routes.loginEcpsBackchannelCancellation}`:
        this.#calls.delete(input.ticket)
        return new Response(null, { status: 204 })
      default:
        throw new Error(`the session asks for ${method} ${path}`)
    }
  }

  #read(): Response {
    return this.#cookie === null ? problem(401, 'SESSION_MISSING') : json(this.view(this.#cookie))
  }

  #choose(site: string): Response {
    if (this.#cookie !== null) this.#cookie.site = site
    return this.#read()
  }

  #start(): Response {
    const session = this.current()
    return session === null
      ? problem(401, 'SESSION_MISSING')
      : json({ sessionId: session.id, serverTime: new Date(this.seconds * 1000).toISOString() })
  }

  #renew(proof: string): Response {
    const session = this.current()
    if (session === null) return this.#refusal() ?? problem(401, 'SESSION_EXPIRED')
    const { sid, iat } = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString())
    if (sid !== session.id) return problem(401, 'SESSION_PROOF_INVALID')
    if (Math.abs(iat - this.seconds) > staleSeconds) return problem(409, 'SESSION_PROOF_STALE')
    session.renewBy = Math.min(this.seconds + tokenSeconds, session.signedInAt + sessionSeconds)
    return this.#read()
  }

  #room(): Response {
    const isWaiting = this.#isPlaced && !this.isRoomOpen
    return json({
      state: isWaiting ? 'waiting' : this.#isPlaced ? 'admitted' : 'open',
      hasTicket: this.#isPlaced,
      position: isWaiting ? 7 : 0,
      waitSeconds: isWaiting ? 60 : 0,
      pollAfterSeconds: roomSeconds,
    })
  }

  #ring(): Response {
    const ticket = `t${this.#calls.size}`.padEnd(30, String(this.seconds))
    this.#calls.set(ticket, false)
    return json({
      ticket,
      pollAfterSeconds: phoneSeconds,
      bindingMessage: '42',
      expiresAt: new Date((this.seconds + 120) * 1000).toISOString(),
      expiresInSeconds: 120,
    })
  }

  #poll(ticket: string): Response {
    const isConfirmed = this.#calls.get(ticket)
    if (isConfirmed === undefined) return problem(403, 'LOGIN_STATE_INVALID')
    if (!isConfirmed) return json({ state: 'pending', pollAfterSeconds: phoneSeconds })
    // The browser may not have heard the first answer: the same request again finds the same session.
    if (this.current() === null) this.signIn()
    return this.#cookie === null
      ? problem(403, 'LOGIN_STATE_INVALID')
      : json({ state: 'signed-in', session: this.view(this.#cookie) })
  }
}
