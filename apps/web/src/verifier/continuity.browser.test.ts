import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { makeBadProvisionals } from '../../../../packages/verdict/test/bad-provisionals.ts'
import { certified, makeCounter, type TestCounter } from '../../../server/src/continuity/testing.ts'
import {
  makeTestClock,
  startTestCluster,
  type TestCluster,
  type TestPortal,
} from '../../../server/src/platform/testing.ts'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  shot,
  startBrowser,
  visit,
} from '../../test/browser.ts'
import { builtPages } from '../../test/portal.ts'
import { nextCode, readVerdict, typeCode, verdictOf } from '../../test/verifier-steps.ts'

let cluster: TestCluster
let portal: TestPortal
let counter: TestCounter
let browser: Browser
const stops: (() => unknown)[] = []
const clock = makeTestClock(new Date().toISOString())
const hour = 3_600_000

before(async () => {
  cluster = await startTestCluster()
  // Its clock is the one that the certificates are made by, too.
  portal = { ...(await cluster.portal({ overrides: { clock, pages: builtPages() } })), clock }
  counter = await makeCounter(portal)
  browser = await startBrowser({ after: (stop: () => unknown) => stops.push(stop) })
})
after(async () => {
  for (const stop of stops.reverse()) await stop()
  await cluster.close()
})

/** The verifier page, with its clock at the portal's. */
const open = async (): Promise<Page> => {
  const { page, context } = await visit(browser)
  await context.clock.install({ time: clock.now() })
  await page.goto(`${portal.server.url}/verifier/`)
  // Its clock is not this machine's, which the page says instead of the date of its data: it judges by it all the same.
  await page.getByRole('button', { name: /Saisir ou coller/ }).waitFor()
  return page
}

const refusedWith = (code: string): RegExp => new RegExp(`Non valide[\\s\\S]*\\b${code}\\b`)

test('a provisional certificate is accepted and says that it is one; what a counter could not make is refused, each with its own code', async () => {
  const { booklet } = await counter.takeBooklet()
  clock.advance(hour)
  const page = await open()
  const good = await certified(portal, counter, booklet, 1)
  assert.match(await verdictOf(page, good.provisional ?? ''), /Valide[\s\S]*Certificat provisoire/)
  for (const { what, text, code } of await makeBadProvisionals(
    booklet,
    counter.sign,
    clock.now(),
  )) {
    await typeCode(page, text)
    assert.match(await readVerdict(page), refusedWith(code), what)
    if (what === 'over-numbered') {
      await shot(page, 'verifier-over-numbered')
      await assertAccessible(page)
    }
    await nextCode(page)
  }
})

test('withdrawn, it is refused with the next bundle; expired, after three days', async () => {
  const { answer, booklet } = await counter.takeBooklet()
  clock.advance(hour)
  const { provisional } = await certified(portal, counter, booklet, 1)
  const text = provisional ?? ''
  const later = await counter.takeBooklet()
  const other = await certified(portal, counter, later.booklet, 1)
  assert.match(await verdictOf(await open(), text), /Valide/)

  const withdrawal = { booklet: answer.id, reason: 'stolen' }
  // Taking back asks for a sign-in of these minutes; that of the counter is an hour old.
  const signedInAgain = await makeCounter(portal)
  const reply = await signedInAgain.send('POST', '/api/booklets/withdrawals', withdrawal)
  assert.equal(reply.status, 204)
  const page = await open()
  assert.match(await verdictOf(page, text), refusedWith('BOOKLET_WITHDRAWN'))
  assert.match(await verdictOf(page, other.provisional ?? ''), /Valide/)

  clock.advance(73 * hour)
  assert.match(
    await verdictOf(await open(), other.provisional ?? ''),
    refusedWith('PROVISIONAL_EXPIRED'),
  )
})

test('a slip is to be read: it stays, lists what to compare, and fits phones from 320 to 412 px', async () => {
  const fresh = await makeCounter(portal)
  const [slip] = (await fresh.printSlips(1)).slips
  for (const size of [
    { width: 320, height: 568 },
    { width: 360, height: 640 },
    { width: 412, height: 915 },
  ]) {
    const { page, context } = await visit(browser, { size })
    await context.clock.install({ time: clock.now() })
    await page.goto(`${portal.server.url}/verifier/`)
    await page.getByRole('button', { name: /Saisir ou coller/ }).waitFor()
    await typeCode(page, slip?.check ?? '')
    const text = await readVerdict(page)
    assert.match(text, /Fiche à lire/)
    assert.doesNotMatch(text, /Valide|Garder à l’écran/)
    for (const what of [
      /numéro imprimé/,
      /lieu imprimé/,
      /nom et la date/,
      /résultat coché/,
      /cachet/,
    ])
      assert.match(text, what)
    await assertAccessible(page)
    await assertNoSidewaysScrolling(page)
    const screen = page.getByRole('alertdialog')
    const [content, width] = await screen.evaluate((dialog) => [
      dialog.scrollWidth,
      dialog.clientWidth,
    ])
    assert.ok((content ?? 0) <= (width ?? 0), `${content} px wide in ${width} px`)
    await shot(page, `verifier-slip-${size.width}`)
    // Two minutes of reading handwriting.
    await context.clock.runFor(120_000)
    assert.equal(await screen.isVisible(), true)
    await page.getByRole('button', { name: 'Suivant', exact: true }).click()
    await screen.waitFor({ state: 'detached' })
    await context.close()
  }
})
