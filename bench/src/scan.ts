/**
 * `sidep bench scan`: the verifier's page in Chromium, on a processor made four times slower, before a fake camera that sees a
 * hundred papers one after the other. Real certificates of a real portal; once with our own reader, once with a detector of
 * the browser's own stood in for.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserType, Page } from 'playwright-core'
import { startPortalProcess } from './portal-process.ts'
import { type IssuedCode, issueCodes } from './scan/certificates.ts'
import { lookOn, type Recorded, slowWorker, stubDetector } from './scan/in-page.ts'
import { type MainThreadTasks, mainThreadTasks } from './scan/main-thread.ts'
import { treatments } from './scan/paper.ts'
import { markerCellPixels, markerCells, videoMilliseconds, writeVideo } from './scan/video.ts'
import { quantile, rounded } from './statistics.ts'

export interface ScanBenchOptions {
  /** Codes held up, at most 255. */
  readonly papers: number
}

/** What one way of reading makes of all papers. */
interface Scanned {
  /** From the first picture with a paper in it to the verdict on the screen, of those that were read. */
  readonly p50Milliseconds: number
  readonly p95Milliseconds: number
  /** Pictures looked at a second, while no verdict covers the camera. */
  readonly framesPerSecond: number
  /** One picture, from the page to the reader and back. */
  readonly lookP50Milliseconds: number
  readonly lookP95Milliseconds: number
  /** Of the page's main thread while it scans. */
  readonly longestTaskMilliseconds: number
  readonly tasksOver50Milliseconds: number
  /** Papers whose right verdict was on the screen while they were held up. */
  readonly read: number
  /** Papers held up. */
  readonly shown: number
  readonly unread: readonly string[]
}

export interface ScanBenchResult extends Scanned {
  readonly scenario: 'scan'
  readonly slowdown: number
  readonly camera: string
  /** With a detector of the browser's own that answers everything after 15 ms. */
  readonly native: Scanned & { readonly nativeLooks: number }
}

const slowdown = 4
const nativeMilliseconds = 15
const chromium = '/usr/bin/chromium'
const pages = fileURLToPath(new URL('../../apps/web/dist', import.meta.url))

const launch = (launcher: BrowserType, video?: string): Promise<Browser> =>
  launcher.launch({
    executablePath: chromium,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      ...(video === undefined
        ? []
        : [
            '--use-fake-device-for-media-stream',
            '--use-fake-ui-for-media-stream',
            `--use-file-for-fake-video-capture=${video}`,
          ]),
    ],
  })

/** Opens the page, waits until it reads pictures, and makes it slow. */
const openVerifier = async (
  browser: Browser,
  url: string,
  prepare: (page: Page) => Promise<unknown>,
): Promise<Page> => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    permissions: ['camera'],
    // What a service worker fetches cannot be made slow on its way.
    serviceWorkers: 'block',
  })
  const page = await context.newPage()
  const strip = { cellPixels: markerCellPixels, cells: markerCells }
  await page.addInitScript(lookOn, strip)
  await prepare(page)
  await page.route(/\/assets\/(?:decoder|judge)\.worker-[^/]*\.js$/, async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: slowWorker(slowdown) + (await answer.text()) })
  })
  await page.goto(`${url}/verifier/?lang=fr`)
  await page.waitForFunction(
    () => globalThis.scanRecorded.looks.length + globalThis.scanRecorded.nativeLooks > 5,
  )
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  return page
}

const measure = async (
  launcher: BrowserType,
  video: string,
  url: string,
  codes: readonly IssuedCode[],
  prepare: (page: Page) => Promise<unknown>,
): Promise<Scanned & { readonly nativeLooks: number }> => {
  const browser = await launch(launcher, video)
  try {
    const page = await openVerifier(browser, url, prepare)
    let from = 0
    const main = await mainThreadTasks(browser, async () => {
      from = await page.evaluate(() => performance.now())
      await wait(videoMilliseconds(codes.length))
    })
    const recorded = await page.evaluate(() => globalThis.scanRecorded)
    return scannedOf(recorded, codes, from, main)
  } finally {
    await browser.close()
  }
}

const scannedOf = (
  recorded: Recorded,
  codes: readonly IssuedCode[],
  from: number,
  { longestTaskMilliseconds, tasksOver50Milliseconds }: MainThreadTasks,
): Scanned & { readonly nativeLooks: number } => {
  const { inSight, verdicts, covered, looks, nativeLooks } = recorded
  const latencies: number[] = []
  const unread: string[] = []
  codes.forEach(({ birthDate, grid }, index) => {
    const since = inSight[index + 1]
    const verdict = verdicts.find(
      ({ at, text }) =>
        since !== undefined && at >= since && text.includes('Valide') && text.includes(birthDate),
    )
    if (since === undefined || verdict === undefined) {
      unread.push(`${treatments[Math.floor(index / 2) % treatments.length]} ${grid.kind}`)
    } else latencies.push(verdict.at - since)
  })
  const until = looks.at(-1)?.answeredAt ?? from
  const coveredMilliseconds = covered.reduce(
    (sum, [start, end]) => sum + Math.max(0, Math.min(end, until) - Math.max(start, from)),
    0,
  )
  const during = looks.filter(({ answeredAt }) => answeredAt >= from)
  const seconds = (until - from - coveredMilliseconds) / 1_000
  const sorted = latencies.toSorted((a, b) => a - b)
  const times = during
    .map(({ sentAt, answeredAt }) => answeredAt - sentAt)
    .toSorted((a, b) => a - b)
  return {
    p50Milliseconds: rounded(quantile(sorted, 0.5)),
    p95Milliseconds: rounded(quantile(sorted, 0.95)),
    framesPerSecond: rounded(Math.max(during.length, nativeLooks) / seconds),
    lookP50Milliseconds: rounded(quantile(times, 0.5)),
    lookP95Milliseconds: rounded(quantile(times, 0.95)),
    longestTaskMilliseconds: rounded(longestTaskMilliseconds),
    tasksOver50Milliseconds,
    read: latencies.length,
    shown: codes.length,
    unread,
    nativeLooks,
  }
}

/**
 * Measures both ways of reading. Needs the built pages and Debian's Chromium; takes about eight minutes for a hundred papers.
 *
 * @throws when one of them is missing
 */
export const benchScan = async ({ papers }: ScanBenchOptions): Promise<ScanBenchResult> => {
  if (!existsSync(chromium)) throw new Error(`no ${chromium}: apt-get install chromium`)
  if (!existsSync(pages)) throw new Error('the pages are not built: npm run build')
  const { chromium: launcher } = await import('playwright-core')
  await using opened = new AsyncDisposableStack()
  const portal = await startPortalProcess()
  opened.defer(() => portal.close())
  const folder = await mkdtemp(join(tmpdir(), 'sidep-scan-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const codes = await issueCodes(portal, papers)
  const video = join(folder, 'papers.mjpeg')
  const drawing = await launch(launcher)
  await writeVideo(video, codes, drawing)
  await drawing.close()

  const { nativeLooks: _none, ...module } = await measure(
    launcher,
    video,
    portal.url,
    codes,
    async () => undefined,
  )
  const stub = {
    texts: codes.map(({ text }) => text),
    milliseconds: nativeMilliseconds,
    cellPixels: markerCellPixels,
    cells: markerCells,
  }
  const native = await measure(launcher, video, portal.url, codes, (page) =>
    page.addInitScript(stubDetector, stub),
  )
  return { scenario: 'scan', ...module, slowdown, camera: '1280 × 720, 30 a second', native }
}
