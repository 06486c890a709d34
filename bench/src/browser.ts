/**
 * A browser's way through the doors, without its pages: redirects, cookies, the waiting room as told. Connections to the
 * portal and to the provider are kept and shared, as a proxy in front of each keeps them.
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

/** Somebody at a browser of their own: its cookies, and what their sign-in has cost them so far. */
export interface Visitor {
  /** By name. */
  readonly cookies: Map<string, string>
  /** In the waiting room. */
  waitedMilliseconds: number
  /** Questions asked while waiting. */
  polls: number
}

export const newVisitor = (): Visitor => ({ cookies: new Map(), waitedMilliseconds: 0, polls: 0 })

/** The portal did not let somebody in who did as told. */
export class NotSignedIn extends Error {
  readonly code: string
  constructor(code: string) {
    super(`not signed in: ${code}`)
    this.name = 'NotSignedIn'
    this.code = code
  }
}

export const openWay = (portalPort: number, portalUrl: string, issuer: string): Way => ({
  portal: new Pool(`http://127.0.0.1:${portalPort}`, {
    connections: 4_000,
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
  cookies: Map<string, string>,
  method: 'GET' | 'POST' = 'GET',
): Promise<Step> => {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { statusCode, headers, body } = await pool.request({
    method,
    path,
    headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) },
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

/** Asks as often as told, until it is this browser's turn. */
const waitForTurn = async ({ portal }: Way, visitor: Visitor): Promise<void> => {
  const since = performance.now()
  for (;;) {
    const { status, text } = await step(portal, routes.waitingRoom, visitor.cookies)
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
    const begun = await step(way.portal, `${door}?return=/pro/`, visitor.cookies)
    if (!begun.location.startsWith(routes.waitingRoomPage)) return begun
    await waitForTurn(way, visitor)
  }
  throw new NotSignedIn('SENT_BACK_FOR_EVER')
}

/** Reading a session back is work of its site: many at one site at once are told to come back. */
const readBackTriesMax = 10

/** Back at the portal: the session, read back. */
const enter = async (way: Way, callback: string, { cookies }: Visitor): Promise<void> => {
  const back = await step(way.portal, pathOf(callback, way.portalUrl), cookies)
  if (back.status !== 303 || back.location.includes('problem=')) {
    throw new NotSignedIn(problemOf(back))
  }
  for (let tries = 0; ; tries += 1) {
    const { status, retryAfterSeconds } = await step(way.portal, routes.session, cookies)
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
  const who = new Map([['who', nationalId]])
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
