/** Both doors, as somebody at a browser goes through them. */
import { routes, type SessionView } from '@sidep/contracts'
import { failureOf, formOf, type Page, type ProbeBrowser, ProbeFailure } from './browser.ts'

/** How a sign-in ended that did not fail: in a session, before the provider's page, or in the waiting room. */
export type SignedIn = 'session' | 'page' | 'waits'

const formsMax = 5

const isBackAt =
  (counter: string) =>
  ({ origin, pathname }: URL): boolean =>
    origin === counter && !pathname.startsWith('/login/')

/** @param device thumbprint that the session is to be bound to */
const startAt = (counter: string, path: string, device: string | null): URL =>
  new URL(
    `${path}?${new URLSearchParams({ return: '/pro/', ...(device === null ? {} : { device }) })}`,
    counter,
  )

/** @throws ProbeFailure unless the session that came of it is open at a site */
const checkSession = async (browser: ProbeBrowser, counter: string): Promise<void> => {
  const page = await browser.ask(new URL(routes.session, counter))
  if (page.status !== 200) throw new ProbeFailure(failureOf(page))
  const { site } = JSON.parse(page.text) as SessionView
  if (site === null) throw new ProbeFailure('SITE_NOT_CHOSEN')
}

const ended = async (browser: ProbeBrowser, counter: string, page: Page): Promise<SignedIn> => {
  if (page.url.pathname.startsWith(routes.waitingRoomPage)) return 'waits'
  if (page.url.searchParams.has('problem')) throw new ProbeFailure(failureOf(page))
  await checkSession(browser, counter)
  return 'session'
}

/** Takes the session back, so that probes leave none open. */
export const signOut = async (browser: ProbeBrowser, counter: string): Promise<void> => {
  await browser.ask(new URL(routes.session, counter), { method: 'DELETE' })
}

/**
 * Door `ecps`: to the provider, through its forms with the probe's national id in what can be typed, and back.
 *
 * @param nationalId null: to the provider's page and no further
 * @throws ProbeFailure
 */
export const signInByEcps = async (
  browser: ProbeBrowser,
  counter: string,
  nationalId: string | null,
  device: string | null = null,
): Promise<SignedIn> => {
  const isBack = isBackAt(counter)
  const start = startAt(counter, routes.loginEcps, device)
  let page = await browser.follow(start, isBack)
  for (let forms = 0; forms < formsMax; forms += 1) {
    if (isBack(page.url)) return ended(browser, counter, page)
    if (page.url.origin === counter || page.status !== 200)
      throw new ProbeFailure(
        page.url.origin === counter ? failureOf(page) : `PROVIDER_${page.status}`,
      )
    if (nationalId === null) return 'page'
    const form = formOf(page)
    if (form === null) throw new ProbeFailure('PROVIDER_WITHOUT_FORM')
    const typed = Object.fromEntries(form.typed.map((name) => [name, nationalId]))
    const sent = { method: 'POST', form: { ...form.fields, ...typed } } as const
    page = await browser.follow(form.action, isBack, sent)
  }
  throw new ProbeFailure('PROVIDER_ASKS_ON')
}

/** Door `card`; the browser's connections have the card. @throws ProbeFailure */
export const signInByCard = async (
  browser: ProbeBrowser,
  counter: string,
  device: string | null = null,
): Promise<SignedIn> => {
  const start = startAt(counter, routes.loginCard, device)
  const page = await browser.follow(start, isBackAt(counter))
  if (!isBackAt(counter)(page.url)) throw new ProbeFailure(failureOf(page))
  return ended(browser, counter, page)
}
