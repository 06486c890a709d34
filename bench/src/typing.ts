/**
 * `sidep bench typing`: what a letter costs at the counter, in Chromium on a processor made four times slower, with a full
 * day beside the form. A real server with a real day; the session's cookie is given to the browser.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { routes } from '@sidep/contracts'
import type { CDPSession, Page } from 'playwright-core'
import { makeConnection } from './connection.ts'
import { startPortalProcess } from './portal-process.ts'
import { inventScreening } from './screenings.ts'
import { openCounters } from './signed-sessions.ts'
import { median, quantile, rounded } from './statistics.ts'

export interface TypingBenchOptions {
  /** With a result, on the list of the day. */
  readonly rows: number
  readonly runs: number
}

/** Of all runs' letters in one place: the median of the runs' medians, and what one letter of twenty is above. */
interface LetterCost {
  /** From the key until everything that listens to it has ended, what React draws at once included: then the letter is in the page. */
  readonly handledMilliseconds: number
  readonly handledP95Milliseconds: number
  /**
   * Processor time of the page's own for a letter: its scripts, and the styles and layout they lead to, what is drawn
   * later included. Not Chromium's frames, which a bare field costs as well.
   */
  readonly workMilliseconds: number
  readonly workP95Milliseconds: number
  /** From the key to the frame that shows it, the wait for the frame (up to 16.7 ms) and Chromium's own work included. */
  readonly toPaintMilliseconds: number
  readonly toPaintP95Milliseconds: number
}

export interface TypingBenchResult {
  readonly scenario: 'typing'
  readonly rows: number
  readonly waitingRows: number
  readonly slowdown: number
  readonly runs: number
  readonly lettersPerRun: number
  /** In the form, from field to field. */
  readonly form: LetterCost
  /** In the search above the lists, which it narrows. */
  readonly search: LetterCost
  /** In a bare field on an empty page: what the browser itself takes, here and now. Nothing can be below. */
  readonly bare: LetterCost
  /** Work of the same wait without a letter: what measuring costs, taken off the others. */
  readonly idleMilliseconds: number
}

const slowdown = 4
const waitingRows = 12
const chromium = '/usr/bin/chromium'
const names = ['Lefevre-Montaigu', 'Anne-Charlotte']
const searched = 'lefevre montaigu anne'
const pages = fileURLToPath(new URL('../../apps/web/dist', import.meta.url))

declare global {
  /** Milliseconds from each key, in the page: to the end of what listens to it, and to the frame after it. */
  var keysHandled: number[]
  var keysToPaint: number[]
}

/**
 * Records each key's way to the screen. Listeners of the window are the last to hear what was typed, and what React draws
 * for a key is drawn before they do; a frame's callback comes before it is drawn, a message after.
 */
const recordKeys = (): void => {
  globalThis.keysHandled = []
  globalThis.keysToPaint = []
  let pressedAt = 0
  addEventListener('input', () => {
    globalThis.keysHandled.push(performance.now() - pressedAt)
  })
  addEventListener(
    'keydown',
    (event) => {
      pressedAt = event.timeStamp
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => globalThis.keysToPaint.push(performance.now() - event.timeStamp)
        port2.postMessage(null)
      })
    },
    { capture: true },
  )
}

/** Until what was begun is on the screen. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => done()))
      }),
  )

/** Chromium's names of the page's own work; the rest of its main thread's time goes to frames, and to being watched. */
const pageWork = new Set(['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'])

/** Processor time that the page's own work took so far. */
const workedMilliseconds = async (session: CDPSession): Promise<number> => {
  const { metrics } = await session.send('Performance.getMetrics')
  const own = metrics.filter(({ name }) => pageWork.has(name))
  return own.reduce((sum, { value }) => sum + value, 0) * 1_000
}

const workOf = async (
  page: Page,
  session: CDPSession,
  act: () => Promise<unknown>,
): Promise<number> => {
  const before = await workedMilliseconds(session)
  await act()
  await settled(page)
  return (await workedMilliseconds(session)) - before
}

interface Letters {
  readonly handled: readonly number[]
  readonly work: readonly number[]
  readonly toPaint: readonly number[]
}

/** @throws when a letter's way was not recorded */
const typeLetters = async (page: Page, session: CDPSession, text: string): Promise<Letters> => {
  await page.evaluate(() => {
    globalThis.keysHandled = []
    globalThis.keysToPaint = []
  })
  const work: number[] = []
  for (const letter of text) {
    work.push(await workOf(page, session, () => page.keyboard.press(letter)))
  }
  const [handled, toPaint] = await page.evaluate(
    () => [globalThis.keysHandled, globalThis.keysToPaint] as const,
  )
  if (handled.length !== text.length || toPaint.length !== text.length)
    throw new Error(`${handled.length} handled and ${toPaint.length} painted of ${text.length}`)
  return { handled, work, toPaint }
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

const costOf = (runs: readonly Letters[], idle: number): LetterCost => {
  const all = (part: keyof Letters): number[] => sorted(runs.flatMap((run) => run[part]))
  const medians = (part: keyof Letters): number => median(runs.map((run) => median(run[part])))
  return {
    handledMilliseconds: rounded(medians('handled')),
    handledP95Milliseconds: rounded(quantile(all('handled'), 0.95)),
    workMilliseconds: rounded(Math.max(0, medians('work') - idle)),
    workP95Milliseconds: rounded(Math.max(0, quantile(all('work'), 0.95) - idle)),
    toPaintMilliseconds: rounded(medians('toPaint')),
    toPaintP95Milliseconds: rounded(quantile(all('toPaint'), 0.95)),
  }
}

/** Records the day by the portal's own interface. */
const recordDay = async (url: string, cookie: string, rows: number): Promise<void> => {
  const connection = makeConnection(url, 30_000)
  const headers = { 'content-type': 'application/json', origin: url, cookie }
  try {
    for (let index = 0; index < rows + waitingRows; index += 1) {
      const { result, resultAt, ...waiting } = inventScreening(index, new Date())
      const body = JSON.stringify(index < rows ? { ...waiting, result, resultAt } : waiting)
      const asked = { method: 'POST', path: routes.screenings, headers, body } as const
      const { status, text } = await connection.ask(asked)
      if (status !== 201) throw new Error(`not recorded: ${status} ${text}`)
    }
  } finally {
    await connection.close()
  }
}

const typeIntoNothing = async (page: Page, session: CDPSession): Promise<Letters> => {
  // Opened as a page is: one that is written into an open page has lost what listens to its keys.
  await page.goto('data:text/html,<input aria-label="bare">')
  await page.getByRole('textbox', { name: 'bare' }).focus()
  return typeLetters(page, session, searched)
}

/** Opens the counter beside its full day, a field of the form in focus. */
const openDay = async (page: Page, url: string, rows: number): Promise<void> => {
  await page.goto(`${url}/pro/?lang=fr`)
  await page.getByRole('tab', { name: `Aujourd’hui (${rows})` }).press('Enter')
  await page.getByText(`sur ${rows}`).waitFor()
}

/**
 * Measures `runs` times, each in a browser without memory. Needs the built pages and Debian's Chromium.
 *
 * @throws when one of them is missing
 */
export const benchTyping = async ({
  rows,
  runs,
}: TypingBenchOptions): Promise<TypingBenchResult> => {
  if (!existsSync(chromium)) throw new Error(`no ${chromium}: apt-get install chromium`)
  if (!existsSync(pages)) throw new Error('the pages are not built: npm run build')
  const { chromium: launcher } = await import('playwright-core')
  await using opened = new AsyncDisposableStack()
  const portal = await startPortalProcess()
  opened.defer(() => portal.close())
  const [counter] = await openCounters(portal.dataDirectory, 1)
  if (counter === undefined) throw new Error('no session was made')
  await recordDay(portal.url, counter.cookie, rows)
  const browser = await launcher.launch({
    executablePath: chromium,
    args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
  })
  opened.defer(() => browser.close())

  const [cookieName = '', cookieValue = ''] = counter.cookie.split(/=(.*)/s)
  const form: Letters[] = []
  const search: Letters[] = []
  const bare: Letters[] = []
  const idle: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const context = await browser.newContext({
      viewport: { width: 1366, height: 768 },
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
    })
    await context.addCookies([{ name: cookieName, value: cookieValue, url: portal.url }])
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    // Processor time, so that others on this machine are not counted.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await page.addInitScript(recordKeys)
    await openDay(page, portal.url, rows)
    for (let index = 0; index < 20; index += 1)
      idle.push(await workOf(page, session, () => Promise.resolve()))
    const parts: Letters[] = []
    for (const [index, name] of names.entries()) {
      await page
        .getByRole('textbox', { name: index === 0 ? /^Nom de naissance/ : /^Prénoms/ })
        .focus()
      parts.push(await typeLetters(page, session, name))
    }
    form.push({
      handled: parts.flatMap(({ handled }) => handled),
      work: parts.flatMap(({ work }) => work),
      toPaint: parts.flatMap(({ toPaint }) => toPaint),
    })
    await page.getByRole('searchbox', { name: 'Nom ou date de naissance' }).focus()
    search.push(await typeLetters(page, session, searched))
    bare.push(await typeIntoNothing(page, session))
    await context.close()
  }
  const idleMilliseconds = median(idle)
  return {
    scenario: 'typing',
    rows,
    waitingRows,
    slowdown,
    runs,
    lettersPerRun: names.join('').length,
    form: costOf(form, idleMilliseconds),
    search: costOf(search, idleMilliseconds),
    bare: costOf(bare, idleMilliseconds),
    idleMilliseconds: rounded(idleMilliseconds),
  }
}
