/**
 * A browser's way through the doors, without its pages: redirects, cookies, the waiting room as told. Connections to the
 * portal and to the provider are kept and shared, as a proxy in front of each keeps them; the proxy says for whom.
 */
import { request as httpsRequest } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { routes, type WaitingRoomView } from '@sidep/contracts'
import { Pool } from 'undici'

export interface Way {
  readonly portal: Pool
  readonly provider: Pool
  readonly portalUrl: string
}

export interface CardPair {
  readonly certificate: string
  readonly privateKey: string
}

/** What a portal behind that proxy is told. */
export const behindProxy = { TRUSTED_PROXIES: '127.0.0.1' } as const

/** Somebody at a browser of their own: its cookies, and what their sign-in has cost them so far. */
export interface Visitor {
  /** Of the line they come from, one each. */
  readonly address: string
  /** By name. */
  readonly cookies: Map<string, string>
  /** In the waiting room. */
  waitedMilliseconds: number
  /** Questions asked while waiting. */
  polls: number
}

/** @param index below 2³² */
export const newVisitor = (index: number): Visitor => ({
  // Addresses for documentation (RFC 3849): nobody's.
  address: `2001:db8:${(index >>> 16).toString(16)}:${(index & 0xffff).toString(16)}::1`,
  cookies: new Map(),
  waitedMilliseconds: 0,
  polls: 0,
})

/** The portal did not let somebody in who did as told. */
export class NotSignedIn extends Error {
  readonly code: string
  constructor(code: string) {
    super(`not signed in: ${code}`)
    this.name = 'NotSignedIn'
    this.code = code
  }
}

/** As many as a proxy is told to keep to one process (docs/operating/admission.md); who comes beyond them waits there. */
const proxyConnections = 512

export const openWay = (portalPort: number, portalUrl: string, issuer: string): Way => ({
  portal: new Pool(`http://127.0.0.1:${portalPort}`, {
    connections: proxyConnections,
    headersTimeout: 60_000,
  }),
  // Who sits before a page that does not come gives up.
  provider: new Pool(issuer, { connections: 128, headersTimeout: 15_000, connectTimeout: 5_000 }),
  portalUrl,
})

export const closeWay = async ({ portal, provider }: Way): Promise<void> => {
  await Promise.all([portal.destroy(), provider.destroy()])
}

const first = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? ''

interface Step {
  readonly status: number
  readonly retryAfterSeconds: number | null
  readonly location: string
  readonly text: string
}

const step = async (
  pool: Pool,
  path: string,
  { cookies, address }: Pick<Visitor, 'cookies'> & { readonly address?: string },
): Promise<Step> => {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { statusCode, headers, body } = await pool.request({
    method: 'GET',
    path,
    headers: {
      accept: 'text/html',
      ...(cookie === '' ? {} : { cookie }),
      ...(address === undefined ? {} : { 'x-forwarded-for': address }),
    },
  })
  const lines = headers['set-cookie'] ?? []
  for (const line of Array.isArray(lines) ? lines : [lines]) {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
  const after = first(headers['retry-after'])
  const retryAfterSeconds = after === '' ? null : Number(after)
  return {
    status: statusCode,
    retryAfterSeconds,
    location: first(headers.location),
    text: await body.text(),
  }
}

const problemOf = ({ location, status }: Step): string =>
  /[?&]problem=(\w+)/.exec(location)?.[1] ?? `STATUS_${status}`

const pathOf = (location: string, base: string): string => {
  const url = new URL(location, base)
  return `${url.pathname}${url.search}`
}

/** Opens the room's page and asks as often as told, until it is this browser's turn. */
const waitForTurn = async ({ portal }: Way, page: string, visitor: Visitor): Promise<void> => {
  const since = performance.now()
  const opened = await step(portal, page, visitor)
  // Their turn has come meanwhile: the page leads on to the door.
  if (opened.status === 303) return
  if (opened.status !== 200) throw new NotSignedIn(`WAITING_ROOM_${opened.status}`)
  await wait((opened.retryAfterSeconds ?? 0) * 1_000)
  for (;;) {
    const { status, text } = await step(portal, routes.waitingRoom, visitor)
    if (status !== 200) throw new NotSignedIn(`WAITING_ROOM_${status}`)
    visitor.polls += 1
    const view = JSON.parse(text) as WaitingRoomView
    if (view.state !== 'waiting') break
    await wait(view.pollAfterSeconds * 1_000)
  }
  visitor.waitedMilliseconds += performance.now() - since
}

const doorTriesMax = 50

/** Goes to a door, and waits in the room when sent there. @returns what the door answered in the end */
const begin = async (way: Way, door: string, visitor: Visitor): Promise<Step> => {
  for (let tries = 0; tries < doorTriesMax; tries += 1) {
    const begun = await step(way.portal, `${door}?return=/pro/`, visitor)
    if (!begun.location.startsWith(routes.waitingRoomPage)) return begun
    await waitForTurn(way, begun.location, visitor)
  }
  throw new NotSignedIn('SENT_BACK_FOR_EVER')
}

/** Reading a session back is work of its site: many at one site at once are told to come back. */
const readBackTriesMax = 10

/** Back at the portal: the session, read back. */
const enter = async (way: Way, callback: string, visitor: Visitor): Promise<void> => {
  const back = await step(way.portal, pathOf(callback, way.portalUrl), visitor)
  if (back.status !== 303 || back.location.includes('problem=')) {
    throw new NotSignedIn(problemOf(back))
  }
  for (let tries = 0; ; tries += 1) {
    const { status, retryAfterSeconds } = await step(way.portal, routes.session, visitor)
    if (status === 200) break
    if (retryAfterSeconds === null || tries >= readBackTriesMax) {
      throw new NotSignedIn(`SESSION_${status}`)
    }
    await wait(retryAfterSeconds * 1_000)
  }
}

/** Door `ecps`, as somebody whom the lean provider knows. @throws NotSignedIn, or the connection's error */
export const signInByPhone = async (
  way: Way,
  nationalId: string,
  visitor: Visitor,
): Promise<void> => {
  const begun = await begin(way, routes.loginEcps, visitor)
  if (begun.status !== 302) throw new NotSignedIn(problemOf(begun))
  const who = { cookies: new Map([['who', nationalId]]) }
  const confirmed = await step(way.provider, pathOf(begun.location, begun.location), who)
  if (confirmed.status !== 302) throw new NotSignedIn(`PROVIDER_${confirmed.status}`)
  await enter(way, confirmed.location, visitor)
}

/** Shows a card at the card port, on a connection of its own. @returns where the browser is sent */
const showCard = (address: string, card: CardPair): Promise<string> =>
  new Promise((resolve, reject) => {
    const { certificate: cert, privateKey: key } = card
    const options = { agent: false, rejectUnauthorized: false, cert, key, timeout: 30_000 } as const
    httpsRequest(address, { ...options, headers: { accept: 'text/html' } }, (response) => {
      response.resume()
      const { location } = response.headers
      if (location === undefined) reject(new NotSignedIn(`CARD_${response.statusCode}`))
      else response.once('end', () => resolve(location))
    })
      .once('error', reject)
      .end()
  })

/** Door `card`. @throws NotSignedIn, or the connection's error */
export const signInByCard = async (way: Way, card: CardPair, visitor: Visitor): Promise<void> => {
  const begun = await begin(way, routes.loginCard, visitor)
  if (begun.status !== 302) throw new NotSignedIn(problemOf(begun))
  await enter(way, await showCard(begun.location, card), visitor)
}
