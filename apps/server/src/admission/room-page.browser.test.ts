import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { routes, type WaitingRoomView } from '@sidep/contracts'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../../../tools/src/chromium.ts'
import { startTestCluster, type TestCluster, type TestPortal } from '../platform/testing.ts'

let cluster: TestCluster
let portal: TestPortal
let browser: Browser
let base: string

before(async () => {
  cluster = await startTestCluster()
  portal = await cluster.portal({
    environment: {
      ADMISSION_LOGINS_PER_SECOND: '1',
      ECPS_ISSUER: 'http://127.0.0.1:9',
      ECPS_CLIENT_ID: 'portal',
      ECPS_CLIENT_SECRET: 'secret',
    },
  })
  base = `http://127.0.0.1:${portal.server.port}`
  browser = await launchChromium()
})
after(async () => {
  await browser.close()
  await cluster.close()
})

/** Lets everybody of the test before in, then closes the room with one who waits. */
const fillRoom = async (): Promise<void> => {
  const state = async (): Promise<WaitingRoomView['state']> => {
    const reply = await portal.send('GET', routes.waitingRoom, undefined, { cookie: null })
    return reply.json<WaitingRoomView>().state
  }
  for (let round = 0; round < 50 && (await state()) !== 'open'; round += 1) {
    portal.clock.advance(2_000)
  }
  portal.clock.advance(2_000)
  for (let count = 0; count < 50 && (await state()) !== 'waiting'; count += 1) {
    await portal.send('GET', routes.loginEcps, undefined, { cookie: null })
  }
}

const visitDoor = async (visitor = browser): Promise<{ page: Page; complaints: string[] }> => {
  const context = await visitor.newContext({
    locale: 'fr-FR',
    viewport: { width: 360, height: 740 },
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // No pages are served here, so there is no icon.
    if (message.type() === 'error' && !message.text().includes('404')) {
      complaints.push(message.text())
    }
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${base}${routes.loginEcps}?return=/pro/`)
  return { page, complaints }
}

test('whoever waits sees place and time, keeps the place over a reload, and is led in', async () => {
  await fillRoom()
  const { page, complaints } = await visitDoor()
  assert.match(page.url(), /\/attente\/\?door=ecps/)
  await page.getByRole('heading', { name: 'Salle d’attente' }).waitFor()
  const place = page.locator('#position')
  assert.equal(await place.textContent(), '2')
  await page.reload()
  assert.equal(await place.textContent(), '2')
  const width = await page.evaluate('document.documentElement.scrollWidth')
  assert.equal(width, 360, 'nothing is wider than a phone')
  assert.deepEqual(complaints, [])
  portal.clock.advance(10_000)
  // The provider of this test does not answer: to be let in is to be told so.
  await page.waitForURL('**/pro/?problem=PROVIDER_UNAVAILABLE*', { timeout: 30_000 })
  await page.context().close()
})

test('without script the page says the same, and a reload goes on', async (context) => {
  const plain = await launchChromium(['--blink-settings=scriptEnabled=false'])
  context.after(() => plain.close())
  await fillRoom()
  const { page } = await visitDoor(plain)
  assert.match(page.url(), /\/attente\//)
  assert.equal(await page.locator('#position').textContent(), '2')
  // Chromium leaves <noscript> out when a flag turned scripts off; that it reloads there is asserted on the text.
  portal.clock.advance(10_000)
  await page.reload()
  await page.waitForURL('**/pro/?problem=PROVIDER_UNAVAILABLE*', { timeout: 30_000 })
  await page.context().close()
})

test('English is complete, and a link to go on typing is there', async () => {
  await fillRoom()
  const { page } = await visitDoor()
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Waiting room' }).waitFor()
  const link = page.getByRole('link', { name: 'Go on entering tests meanwhile' })
  assert.equal(await link.getAttribute('href'), '/pro/')
  await page.context().close()
})

test('the device key that our page named goes through the room to the door, over a reload and the other language', async () => {
  await fillRoom()
  const device = 'k'.repeat(43)
  const context = await browser.newContext({ locale: 'fr-FR' })
  const page = await context.newPage()
  const atDoor: string[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname !== routes.loginEcps) return
    atDoor.push(searchParams.get('device') ?? 'none')
  })
  const doorOf = () => page.locator('#room').getAttribute('data-door')
  await page.goto(`${base}${routes.health}`)
  // As the counter does: a page of ours leads to the door.
  await page.evaluate(`location.assign('${routes.loginEcps}?return=/pro/&device=${device}')`)
  await page.getByRole('heading', { name: 'Salle d’attente' }).waitFor()
  const door = `/login/ecps?return=%2Fpro%2F&device=${device}`
  assert.equal(await doorOf(), door)
  await page.reload()
  assert.equal(await doorOf(), door)
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Waiting room' }).waitFor()
  assert.equal(await doorOf(), door)
  portal.clock.advance(10_000)
  await page.waitForURL('**/pro/?problem=PROVIDER_UNAVAILABLE*', { timeout: 30_000 })
  assert.deepEqual(atDoor, [device, device])
  await context.close()
})

test('a device key that somebody typed or was sent does not come out of the room', async () => {
  await fillRoom()
  const context = await browser.newContext({ locale: 'fr-FR' })
  const page = await context.newPage()
  await page.goto(`${base}${routes.loginEcps}?return=/pro/&device=${'k'.repeat(43)}`)
  await page.getByRole('heading', { name: 'Salle d’attente' }).waitFor()
  assert.equal(
    await page.locator('#room').getAttribute('data-door'),
    '/login/ecps?return=%2Fpro%2F',
  )
  await context.close()
})
