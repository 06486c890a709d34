/** Signs in as a browser would, page by page, so that demos and load tests go through the real door. */
import { setTimeout as wait } from 'node:timers/promises'
import { routes, type SessionView, type WaitingRoomView } from '@sidep/contracts'
import { type CookieJar, makeCookieJar } from './cookie-jar.ts'

export interface SignInOptions {
  /** `8` + RPPS of a person the identity provider knows. */
  readonly nationalId: string
  /** FINESS to choose when there are several. */
  readonly site?: string
  /** Thumbprint of the key that the session is to be bound to; absent: none. */
  readonly device?: string
  /** Longest wait for any one answer. */
  readonly timeoutMilliseconds?: number
}

export interface SignedIn {
  /** The session as a `Cookie` header: `name=value`. */
  readonly cookie: string
  readonly session: SessionView
}

/** The portal or the provider did not let the person in; `code` is the portal's problem code. */
export class SignInRefused extends Error {
  readonly code: string
  constructor(code: string) {
    super(`sign-in refused: ${code}`)
    this.name = 'SignInRefused'
    this.code = code
  }
}

const redirectsMax = 12

interface Page {
  readonly url: URL
  readonly response: Response
}

interface Browser {
  readonly jar: CookieJar
  request(url: URL, init?: RequestInit): Promise<Response>
  /** Follows redirects until a page, or until the portal sends the browser to one of its own pages. */
  follow(url: URL, init?: RequestInit): Promise<Page>
}

const makeBrowser = (portal: URL, timeoutMilliseconds: number): Browser => {
  const jar = makeCookieJar()
  const request = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    const cookie = jar.header(url)
    if (cookie !== '') headers.set('cookie', cookie)
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    const response = await fetch(url, { ...init, headers, redirect: 'manual', signal })
    jar.take(url, response)
    return response
  }
  const isPortalPage = (url: URL): boolean =>
    url.origin === portal.origin && !url.pathname.startsWith('/login/')
  const follow = async (start: URL, init?: RequestInit): Promise<Page> => {
    let url = start
    let response = await request(url, init)
    for (let redirects = 0; redirects < redirectsMax; redirects += 1) {
      const location = response.headers.get('location')
      if (location === null) return { url, response }
      await response.body?.cancel()
      url = new URL(location, url)
      if (isPortalPage(url)) return { url, response }
      response = await request(url)
    }
    throw new Error(`more than ${redirectsMax} redirects`)
  }
  return { jar, request, follow }
}

const unescapeHtml = (text: string): string =>
  text.replaceAll('&amp;', '&').replaceAll('&#39;', "'")

/** Where the only form of a page posts to. */
const formAction = async ({ url, response }: Page): Promise<URL> => {
  const html = await response.text()
  const action = /<form[^>]*\saction="([^"]+)"/.exec(html)?.[1]
  if (action === undefined) throw new Error(`no form at ${url.pathname} (${response.status})`)
  return new URL(unescapeHtml(action), url)
}

const post = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
})

/** Throws when the portal sent the browser back with a problem, or answered with one. */
const refuseProblem = async ({ url, response }: Page): Promise<void> => {
  const problem = url.searchParams.get('problem')
  if (problem !== null) throw new SignInRefused(problem)
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return
  const document: unknown = await response.json()
  if (typeof document === 'object' && document !== null && 'code' in document) {
    throw new SignInRefused(String(document.code))
  }
}

const sessionOf = async (response: Response): Promise<SessionView> => {
  if (!response.ok) await refuseProblem({ url: new URL(response.url), response })
  if (!response.ok) throw new Error(`session answered ${response.status}`)
  return (await response.json()) as SessionView
}

const sessionCookieNames = ['__Host-sidep-session', 'sidep-session']

const sessionCookie = (jar: CookieJar): string => {
  for (const name of sessionCookieNames) {
    const value = jar.value(name)
    if (value !== undefined) return `${name}=${value}`
  }
  throw new SignInRefused('SESSION_MISSING')
}

const turnsMax = 20

/** Goes to the door, and waits in the room when sent there, as long as told. */
const begin = async (browser: Browser, door: URL): Promise<Page> => {
  for (let turns = 0; turns < turnsMax; turns += 1) {
    const page = await browser.follow(door)
    if (page.url.pathname !== routes.waitingRoomPage) return page
    await (await browser.request(page.url)).body?.cancel()
    for (;;) {
      const answer = await browser.request(new URL(routes.waitingRoom, door))
      if (!answer.ok) await refuseProblem({ url: door, response: answer })
      const view = (await answer.json()) as WaitingRoomView
      if (view.state !== 'waiting') break
      await wait(view.pollAfterSeconds * 1_000)
    }
  }
  throw new SignInRefused('WAITING_ROOM')
}

/**
 * Goes through door `ecps` with the stand-in identity provider: redirect, choice of identity,
 * confirmation, redirect back, then the choice of site.
 *
 * @param baseUrl address of the portal, e.g. `http://localhost:8080`
 * @returns the session cookie to send from then on, and the session
 * @throws SignInRefused with the portal's problem code
 *
 * @example
 * const { cookie } = await signInOverHttp('http://localhost:8080', { nationalId: demoPeople.pharmacist.nationalId })
 */
export const signInOverHttp = async (
  baseUrl: string,
  { nationalId, site, device, timeoutMilliseconds = 15_000 }: SignInOptions,
): Promise<SignedIn> => {
  const portal = new URL(baseUrl)
  const browser = makeBrowser(portal, timeoutMilliseconds)
  const key = device === undefined ? '' : `&device=${device}`
  const start = await begin(browser, new URL(`${routes.loginEcps}?return=/pro/${key}`, portal))
  await refuseProblem(start)
  const chosen = await browser.follow(await formAction(start), post({ nationalId }))
  if (chosen.response.status === 422) throw new Error(`the provider does not know ${nationalId}`)
  const confirmed = await browser.follow(
    await formAction(chosen),
    post({ nationalId, answer: 'confirm' }),
  )
  await refuseProblem(confirmed)

  let session = await sessionOf(await browser.request(new URL(routes.session, portal)))
  if (site !== undefined && session.site?.id !== site) {
    const answer = await browser.request(new URL(routes.sessionSite, portal), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: portal.origin },
      body: JSON.stringify({ site }),
    })
    session = await sessionOf(answer)
  }
  return { cookie: sessionCookie(browser.jar), session }
}
