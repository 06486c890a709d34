import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type DoorsView, routes } from '@sidep/contracts'
import type { Browser, Page } from 'playwright-core'
import {
  assertAccessible,
  assertInBothColours,
  assertNoSidewaysScrolling,
  shot,
  startBrowser,
  visit,
} from '../../test/browser.ts'
import { type MockServer, startMockServer } from '../../test/mock-server.ts'
import { doorMessages } from './door-messages.ts'
import { messages } from './messages.ts'
import { outageTime } from './words.ts'

let browser: Browser
let server: MockServer
const stops: (() => unknown)[] = []

before(async () => {
  browser = await startBrowser({ after: (stop: () => unknown) => stops.push(stop) })
  server = await startMockServer()
})
after(async () => {
  for (const stop of stops.reverse()) await stop()
  await server.close()
})

type Offered = DoorsView['doors'][number]

const ecps: Offered = {
  door: 'ecps',
  url: routes.loginEcps,
  backchannelUrl: routes.loginEcpsBackchannel,
  state: 'up',
}
const card: Offered = { door: 'card', url: 'https://localhost:8443/', state: 'up' }
const down = (door: Offered, since: Date): Offered => ({
  ...door,
  state: 'down',
  since: since.toISOString(),
})

const sizes = [
  { width: 1366, height: 768 },
  { width: 360, height: 740 },
  { width: 320, height: 640 },
] as const

const open = async (
  doors: readonly Offered[],
  options: Parameters<typeof visit>[1] = {},
): Promise<Page> => {
  const { page } = await visit(browser, options)
  await page.route(`**${routes.doors}`, (route) => route.fulfill({ json: { doors } }))
  await page.goto(`${server.url}/pro/?lang=${options.language ?? 'fr'}`)
  await page.getByRole('heading', { level: 1, name: /comptoir|counter/ }).waitFor()
  return page
}

test('both doors down: since when, what can be done, when the page tries again; each by day and at night, wide and narrow', async () => {
  const [first, second] = [40, 30].map((minutes) => new Date(Date.now() - minutes * 60_000))
  assert.ok(first && second)
  const told = (at: Date): string => outageTime(at, 'fr-FR', 'Europe/Paris')
  for (const size of sizes) {
    const page = await open([down(ecps, first), down(card, second)], { size })
    // Since neither answers: the later of the two.
    await page.getByText(`Aucune porte ne répond depuis ${told(second)}`).waitFor()
    await page.getByText(`Ne répond pas depuis ${told(first)}`).waitFor()
    await page.getByText(messages.fr.outageSlips).waitFor()
    await page.getByText(messages.fr.outageWait).waitFor()
    // No booklet is here.
    assert.equal(await page.getByText(messages.fr.outageAlone).count(), 0)
    const status = page.getByRole('link', { name: doorMessages.fr.statusPage })
    assert.equal(await status.getAttribute('href'), '/etat/')
    await assertInBothColours(page, `sign-in-outage-${size.width}`)
    await page.context().close()
  }
})

test('the page looks at the doors again by itself, and says so no more when one is open', async () => {
  const { page } = await visit(browser)
  const doors = [down(ecps, new Date()), down(card, new Date())]
  await page.clock.install()
  await page.route(`**${routes.doors}`, (route) => route.fulfill({ json: { doors } }))
  await page.goto(`${server.url}/pro/?lang=fr`)
  const outage = page.getByText(/Aucune porte ne répond depuis/)
  await outage.waitFor()
  doors[1] = card
  await page.clock.runFor(90_000)
  await outage.waitFor({ state: 'detached' })
  const [first] = await page.getByRole('link', { name: /CPS/ }).all()
  assert.match((await first?.textContent()) ?? '', /Carte CPS[\s\S]*Fonctionne/)
})

test('two equal doors, with the phone’s request in the card of its own, at text twice as large too', async () => {
  for (const [size, text] of [
    [sizes[0], '100%'],
    [sizes[1], '100%'],
    [sizes[1], '200%'],
  ] as const) {
    const page = await open([ecps, card], { size })
    await page.evaluate((fontSize) => {
      document.documentElement.style.fontSize = fontSize
    }, text)
    const items = page.getByRole('main').getByRole('listitem')
    const phone = items
      .filter({ hasText: messages.fr.doorEcps })
      .getByRole('button', { name: doorMessages.fr.phoneOffer })
    await phone.waitFor()
    const boxes = await Promise.all((await items.all()).map((item) => item.boundingBox()))
    assert.equal(boxes.length, 2)
    assert.equal(boxes[0]?.width, boxes[1]?.width)
    if (size.width > 1_000) assert.equal(boxes[0]?.height, boxes[1]?.height)
    await shot(page, `sign-in-doors-${size.width}-${text}`)
    await assertAccessible(page)
    await assertNoSidewaysScrolling(page)
    await page.context().close()
  }
})

test('the door used last is marked the next time', async () => {
  const page = await open([ecps, card])
  await page.evaluate(() => localStorage.setItem('sidep.door', 'card'))
  await page.reload()
  const link = page.getByRole('link', { name: /Carte CPS/ })
  await link.getByText(messages.fr.doorLast).waitFor()
  assert.equal(await page.getByText(messages.fr.doorLast).count(), 1)
})
