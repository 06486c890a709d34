/** A portal with its card door on loopback, the stand-in card authority, and a client with a card. Tests only. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureVersion } from 'node:tls'
import { routes } from '@sidep/contracts'
import {
  type Card,
  type DemoCardName,
  demoIdentities,
  demoPeople,
  directoryFile,
  makeCookieJar,
  makeDemoCard,
  type PemPair,
  type RunningCardAuthority,
  startCardAuthority,
} from '@sidep/dev'
import type { Clock } from '../../platform/clock.ts'
import { startTestCluster, type TestCluster, type TestPortal } from '../../platform/testing.ts'
import { importDirectory } from '../directory/index.ts'

/** A clock that tests move; it otherwise runs. */
export const runningClock = () => {
  let aheadMilliseconds = 0
  return {
    now: () => new Date(Date.now() + aheadMilliseconds),
    moveSeconds: (seconds: number) => {
      aheadMilliseconds += seconds * 1000
    },
  }
}

export interface PortAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The problem's code, or undefined. */
  readonly code: string | undefined
  /** Where a redirect leads; fails when it is none. */
  readonly location: () => URL
}

export interface ShowOptions {
  readonly method?: string
  /** Default: program, that is `application/json`. */
  readonly as?: 'program' | 'browser'
  readonly state?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly maxVersion?: SecureVersion
  readonly path?: string
}

export const anyState = 'a'.repeat(43)

const answerOf = (status: number, headers: IncomingHttpHeaders, text: string): PortAnswer => {
  const isProblem = headers['content-type']?.startsWith('application/problem+json') === true
  return {
    status,
    headers,
    text,
    code: isProblem ? (JSON.parse(text) as { code: string }).code : undefined,
    location: () => {
      if (headers.location === undefined) throw new Error(`no redirect but ${status} ${text}`)
      return new URL(headers.location)
    },
  }
}

/** Shows a card, or none, at a card port, over a connection of its own. */
export const showCard = (
  origin: string,
  card: PemPair | null,
  options: ShowOptions = {},
): Promise<PortAnswer> => {
  const { method = 'GET', as = 'program', state = anyState, headers = {}, maxVersion } = options
  const url = new URL(options.path ?? `${routes.loginCard}?state=${state}`, origin)
  return new Promise((resolve, reject) => {
    const accept = as === 'program' ? 'application/json' : 'text/html,*/*;q=0.8'
    const request = httpsRequest(
      url,
      {
        method,
        agent: false,
        // What is tested is the port's view of the client.
        rejectUnauthorized: false,
        // Or this side would not use a weak card itself.
        ciphers: 'DEFAULT@SECLEVEL=0',
        headers: { accept, ...headers },
        ...(card === null ? {} : { cert: card.certificate, key: card.privateKey }),
        ...(maxVersion === undefined ? {} : { maxVersion }),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve(
            answerOf(
              response.statusCode ?? 0,
              response.headers,
              Buffer.concat(chunks).toString('utf8'),
            ),
          ),
        )
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end()
  })
}

/** A browser's way from the portal to the card port and back, with its cookies. */
export const makeCardBrowser = (portal: string) => {
  const jar = makeCookieJar()
  const visit = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: jar.header(url) },
    })
    jar.take(url, response)
    return response
  }
  const locationOf = (response: Response): URL => {
    const location = response.headers.get('location')
    if (location === null) throw new Error(`no redirect but ${response.status}`)
    return new URL(location, portal)
  }
  /** Begins at the portal: the address at the card port. */
  const begin = async (query = '?return=/pro/'): Promise<URL> =>
    locationOf(await visit(new URL(`${routes.loginCard}${query}`, portal)))
  /** Shows the card there: the address back at the portal. */
  const show = async (at: URL, card: PemPair): Promise<URL> => {
    const path = `${at.pathname}${at.search}`
    return (await showCard(at.origin, card, { as: 'browser', path })).location()
  }
  /** Goes back to the portal: where that leads in the end. */
  const finish = async (back: URL): Promise<string> => {
    // Refused at the card port: it leads to a page at once.
    if (back.pathname !== routes.loginCardCallback) return back.pathname + back.search
    const { pathname, search } = locationOf(await visit(back))
    return pathname + search
  }
  return {
    jar,
    visit,
    begin,
    show,
    finish,
    signIn: async (card: PemPair): Promise<string> => finish(await show(await begin(), card)),
    session: async () => {
      const response = await visit(new URL(routes.session, portal))
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
  }
}

export interface CardPortal {
  readonly cluster: TestCluster
  readonly portal: TestPortal
  readonly url: string
  /** Origin of the card port. */
  readonly cardUrl: string
  readonly cards: RunningCardAuthority
  readonly clock: ReturnType<typeof runningClock>
  /** Settings with which another server has the same door. */
  readonly environment: Record<string, string>
  card(name: DemoCardName): Promise<Card>
  close(): Promise<void>
}

export interface CardPortalOptions {
  readonly environment?: Record<string, string>
  readonly listSeconds?: number
  readonly clock?: Clock
  readonly pages?: string
  /** Called before the portal starts. */
  readonly prepare?: (cards: RunningCardAuthority) => Promise<void> | void
}

/** Fills the directory with the demo people; whoever has no valid number is in no directory. */
export const fillTestDirectory = async ({ server }: TestPortal): Promise<void> => {
  const people = demoIdentities.filter((person) => person !== demoPeople.invalidNationalId)
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(directoryFile(people))
  }
  const { database, clock, randomBytes } = server.platform
  const result = await importDirectory(bytes(), { database, clock, randomBytes })
  if (!result.ok) throw new Error(result.code)
}

/** Starts authority and portal; resolves once the revocation lists were tried. */
export const startCardPortal = async (options: CardPortalOptions = {}): Promise<CardPortal> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidep-card-'))
  const clock = runningClock()
  const cards = await startCardAuthority({
    port: 0,
    now: clock.now,
    ...(options.listSeconds === undefined ? {} : { listSeconds: options.listSeconds }),
  })
  await options.prepare?.(cards)
  const files = {
    authority: join(folder, 'authority.pem'),
    certificate: join(folder, 'server.pem'),
    key: join(folder, 'server.key'),
  }
  await writeFile(files.authority, cards.authority.bundle)
  await writeFile(files.certificate, cards.server.certificate)
  await writeFile(files.key, cards.server.privateKey)
  const environment = {
    CARD_PORT: '0',
    CARD_AUTHORITY: files.authority,
    CARD_TLS_CERTIFICATE: files.certificate,
    CARD_TLS_KEY: files.key,
    CARD_REVOCATION_LISTS: cards.revocationLists.join(','),
    ...options.environment,
  }
  const cluster = await startTestCluster()
  const close = async (): Promise<void> => {
    await cluster.close()
    await cards.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const portal = await cluster.portal({
      environment,
      overrides: { clock, pages: options.pages ?? null },
    })
    await fillTestDirectory(portal)
    await portal.server.cardDoor?.refreshLists()
    return {
      cluster,
      portal,
      url: portal.server.url,
      cardUrl: `https://localhost:${portal.server.cardDoor?.port}`,
      cards,
      clock,
      environment,
      card: (name) => makeDemoCard(cards.authority, name, clock.now()),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
