import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterEach, type TestContext } from 'node:test'
import type { AxeResults, RunOptions } from 'axe-core'
import { type Browser, type BrowserContext, errors, type Locator, type Page } from 'playwright-core'
import { launchChromium } from '../../../tools/src/chromium.ts'

/** A phone held upright, and a desk. */
export const phone = { width: 360, height: 740 } as const
export const desktop = { width: 1280, height: 800 } as const

/** Each language once and each width once: French, whose words are longer, where there is less room. */
export const languagesAtSizes = [
  { language: 'fr', device: 'phone', size: phone },
  { language: 'en', device: 'desktop', size: desktop },
] as const

/** A test, or a whole file: who says when it is over. */
interface Ending {
  after(close: () => Promise<unknown>): void
}

/** Starts Chromium; closed when the test ends. */
export const startBrowser = async (
  context: Ending,
  extraArguments: readonly string[] = [],
): Promise<Browser> => {
  const browser = await launchChromium(extraArguments)
  context.after(() => browser.close())
  return browser
}

/** A browser whose camera shows a video file. */
export const startBrowserWithCamera = (
  context: Pick<TestContext, 'after'>,
  video: string,
): Promise<Browser> =>
  startBrowser(context, [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${video}`,
  ])

export interface Visit {
  readonly context: BrowserContext
  readonly page: Page
  /** `METHOD address` of every request so far, other than pictures the page makes itself. */
  readonly requests: string[]
  /** What the page complained of: errors of the console, uncaught exceptions, policy violations. */
  readonly complaints: string[]
}

/**
 * How long any one step may take: a page's own tries after failures spread out with full jitter, up to a minute apart
 * (shared/api, backoffMilliseconds), and a machine may have other work.
 */
const stepMillisecondsMax = 75_000

/** How many times slower than this machine a page's processor is taken to be: `SIDEP_TEST_SLOWDOWN=6`. */
const slowdown = Number(process.env.SIDEP_TEST_SLOWDOWN ?? 1)

const slowDown = async (context: BrowserContext, page: Page): Promise<void> => {
  if (slowdown <= 1) return
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
}

/** What the test of now has opened: left open, its pages would go on drawing and asking under the tests after it. */
const opened = new Set<BrowserContext>()
afterEach(async (test) => {
  for (const context of opened) {
    // `passed` is not in the types yet.
    const { passed } = test as TestContext & { readonly passed: boolean }
    if (!passed) await sayWhatIsShown(test as TestContext, context)
    await context.close()
  }
  opened.clear()
})

/** Where a failed test stood: a step that waited in vain says only what it waited for. */
const sayWhatIsShown = async (test: TestContext, context: BrowserContext): Promise<void> => {
  for (const page of context.pages()) {
    const shown = await page
      .locator('body')
      .ariaSnapshot({ timeout: shownMilliseconds })
      .catch(String)
    test.diagnostic(`${page.url()} showed:\n${shown.slice(0, shownCharactersMax)}`)
  }
}
const shownMilliseconds = 5_000
const shownCharactersMax = 3_000

/** A fresh person's browser: nothing stored. It is closed after the test. */
export const visit = async (
  browser: Browser,
  options: {
    readonly size?: { readonly width: number; readonly height: number }
    readonly language?: 'fr' | 'en'
    readonly permissions?: string[]
    /** What the computer is set to. */
    readonly timeZone?: string
    /**
     * Whether the pages may install themselves for days without a network. It takes as much of the processor as all the
     * rest of a first visit, so only those who will lose their network do it.
     */
    readonly worksOffline?: boolean
  } = {},
): Promise<Visit> => {
  const context = await browser.newContext({
    viewport: options.size ?? phone,
    locale: options.language === 'en' ? 'en-GB' : 'fr-FR',
    timezoneId: options.timeZone ?? 'Europe/Paris',
    colorScheme: 'light',
    serviceWorkers: options.worksOffline === true ? 'allow' : 'block',
    ...(options.permissions ? { permissions: options.permissions } : {}),
  })
  opened.add(context)
  context.setDefaultTimeout(stepMillisecondsMax)
  const requests: string[] = []
  const complaints: string[] = []
  context.on('request', (request) => {
    if (!request.url().startsWith('blob:') && !request.url().startsWith('data:')) {
      requests.push(`${request.method()} ${request.url()}`)
    }
  })
  const slowed: Promise<void>[] = []
  context.on('page', (opened) => slowed.push(slowDown(context, opened)))
  const page = await context.newPage()
  await Promise.all(slowed)
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { context, page, requests, complaints }
}

/** Waits for what a page or a server does in its own time. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const giveUpAt = performance.now() + stepMillisecondsMax
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error('this did not happen')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Resolves once the pages of a visit that `worksOffline` would load without a network. */
export const untilWorksOffline = (page: Page): Promise<void> =>
  until(() =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/')
      return registration?.active?.state === 'activated'
    }),
  )

/** Between the look at a button and the key on it, the page may take the button away. */
const offeredMilliseconds = 5_000

/**
 * Presses a button for what the page may also do by itself: the hand is not needed once it is done, and the button may
 * be gone before it.
 */
export const pressUnless = (isDone: () => Promise<boolean>, button: Locator): Promise<void> =>
  until(async () => {
    if (await isDone()) return true
    if (await button.isVisible())
      await button.press('Enter', { timeout: offeredMilliseconds }).catch((error: unknown) => {
        if (!(error instanceof errors.TimeoutError)) throw error
      })
    return isDone()
  })

/** Leaves a dialog by its key, once it has the focus: a key that comes before is for what is behind. */
export const escapeFrom = async (dialog: Locator): Promise<void> => {
  const page = dialog.page()
  await dialog.and(page.locator(':focus-within')).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

declare global {
  // Set in the page by axe-core.
  var axe: {
    run(context: { exclude: string[] }, options: RunOptions): Promise<AxeResults>
  }
}

/**
 * Fails with every accessibility fault that axe-core finds on the page as it is. Left out is what the component library
 * has said to a screen reader: it stays for seven seconds, and names places of the page that may be gone by then.
 */
export const assertAccessible = async (page: Page): Promise<void> => {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource)
  const violations = await page.evaluate(async () => {
    // axe-core reads the colour of text where forced colours do not show (dequelabs/axe-core#3978): it is told the drawn one.
    const told = matchMedia('(forced-colors: active)').matches
      ? [...document.body.querySelectorAll<HTMLElement>('*')].map((element) => ({
          element,
          style: element.getAttribute('style'),
          color: getComputedStyle(element).color,
        }))
      : []
    for (const { element, color } of told) element.style.webkitTextFillColor = color
    const results = await globalThis.axe.run(
      { exclude: ['[data-live-announcer]'] },
      { resultTypes: ['violations'] },
    )
    for (const { element, style } of told) {
      if (style === null) element.removeAttribute('style')
      else element.style.webkitTextFillColor = ''
    }
    // Not all of them: what passed is a report of every element.
    return results.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
    )
  })
  assert.deepEqual(violations, [])
}

/** Whether something sticks out sideways, of the page or of a dialog on it: nothing may, at 360 px. */
export const assertNoSidewaysScrolling = async (page: Page): Promise<void> => {
  const tooWide = await page.evaluate(() => {
    const scrolled = [document.documentElement, ...document.querySelectorAll('[role$="dialog"]')]
    return scrolled.flatMap((frame) => {
      if (frame.scrollWidth <= frame.clientWidth) return []
      const edge = frame.getBoundingClientRect().left - frame.scrollLeft + frame.clientWidth
      const out = [...frame.querySelectorAll('*')].filter(
        (element) => element.getBoundingClientRect().right > edge + 0.5,
      )
      const names = out.map(({ tagName, className }) => `${tagName} ${className}`)
      return [
        `${frame.scrollWidth} px in ${frame.clientWidth} px: ${names.slice(0, 8).join(' | ')}`,
      ]
    })
  })
  assert.deepEqual(tooWide, [])
}

/** The same by day and at night, of one page: nothing is out of reach, nothing sticks out; with its pictures. */
export const assertInBothColours = async (page: Page, name: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await shot(page, `${name}-${colorScheme}`)
    await assertNoSidewaysScrolling(page)
    await assertAccessible(page)
  }
}

/** A picture for people to judge, when SHOTS names a folder. */
export const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.SHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

/** Everything a page can keep, for comparing before and after. */
export const storedByPage = (page: Page): Promise<Record<string, unknown>> =>
  page.evaluate(async () => {
    const databases: Record<string, unknown> = {}
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue
      const database = await new Promise<IDBDatabase>((done, failed) => {
        const request = indexedDB.open(name)
        request.onsuccess = () => done(request.result)
        request.onerror = () => failed(request.error)
      })
      for (const store of database.objectStoreNames) {
        const values = await new Promise<unknown[]>((done, failed) => {
          const request = database.transaction(store).objectStore(store).getAll()
          request.onsuccess = () => done(request.result)
          request.onerror = () => failed(request.error)
        })
        databases[`${name}/${store}`] = JSON.stringify(values)
      }
      database.close()
    }
    const cached: string[] = []
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys()
      cached.push(...requests.map(({ url }) => url))
    }
    return {
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookies: document.cookie,
      databases,
      cached: cached.sort(),
    }
  })
