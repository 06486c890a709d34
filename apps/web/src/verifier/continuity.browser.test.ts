import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { slipDaysMax } from '@sidep/continuity'
import { routes } from '@sidep/contracts'
import type { Browser, Page } from 'playwright-core'
import { makeBadProvisionals } from '../../../../packages/verdict/test/bad-provisionals.ts'
import { certified, makeCounter, type TestCounter } from '../../../server/src/continuity/testing.ts'
import { addRole } from '../../../server/src/login/operators.ts'
import { makeMessengers } from '../../../server/src/operations/notify/messengers.ts'
import { parseWatchConfiguration } from '../../../server/src/operations/watch-configuration.ts'
import { startWatcher } from '../../../server/src/operations/watcher.ts'
import { systemRandomBytes } from '../../../server/src/platform/clock.ts'
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
  until,
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
const watchFolder = mkdtempSync(join(tmpdir(), 'sidep-notice-'))

before(async () => {
  stops.push(() => rmSync(watchFolder, { recursive: true, force: true }))
  cluster = await startTestCluster()
  // Its clock is the one that the certificates are made by, too.
  portal = {
    ...(await cluster.portal({
      environment: { WATCH_DIR: watchFolder, STATUS_DIR: join(watchFolder, 'etat') },
      overrides: { clock, pages: builtPages() },
    })),
    clock,
  }
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

/** A watcher that looks at the portal's trust index and signs in nowhere. */
const watch = async (): Promise<void> => {
  const environment = {
    PUBLIC_URL: portal.server.url,
    WATCH_DIR: watchFolder,
    WATCH_PORT: '0',
    WATCH_ECPS: 'none',
    WATCH_SECONDS: '1',
  }
  const parsed = parseWatchConfiguration(environment, watchFolder)
  assert.ok(parsed.ok)
  const watcher = await startWatcher(parsed.value, {
    clock,
    randomBytes: systemRandomBytes,
    messengers: makeMessengers(parsed.value),
    say: () => undefined,
    publish: null,
  })
  stops.push(() => watcher.close())
}

test('a tolerance notice that two persons signed lets what has expired pass, and stands on the status page; withdrawn, neither', async () => {
  const fresh = await makeCounter(portal)
  const [slip] = (await fresh.printSlips(1)).slips
  const text = slip?.check ?? ''
  clock.advance(slipDaysMax * 24 * hour + hour)
  assert.match(await verdictOf(await open(), text), refusedWith('SLIP_EXPIRED'))

  const who = ['899700075130', '899700075148'] as const
  for (const personId of who) {
    const order = { personId, role: 'authority', reason: 'essai', by: 'essai' } as const
    await addRole(portal.sql, order, clock.now())
  }
  const as = (professionalId: string) => portal.signInAt(null, { professionalId })
  const [first, second] = [await as(who[0]), await as(who[1])]
  const reason = 'aucune porte depuis 15:30'
  const drafted = await portal.send(
    'POST',
    routes.operationsNotices,
    {
      accepts: ['slip'],
      sites: [],
      from: clock.now().toISOString(),
      until: new Date(clock.now().getTime() + 48 * hour).toISOString(),
      fr: 'Les fiches papier comptent encore.',
      en: 'Slips still count.',
      reason,
    },
    first,
  )
  assert.equal(drafted.status, 201, drafted.text)
  const order = { ...drafted.json<{ notice: string }>(), reason }
  assert.match(await verdictOf(await open(), text), refusedWith('SLIP_EXPIRED'))
  await portal.send('POST', routes.operationsNoticeSignatures, order, second)
  clock.advance(5_000)
  const verdict = await verdictOf(await open(), text)
  assert.match(verdict, /Avis de tolérance[\s\S]*comptent encore/)

  await watch()
  const { page } = await visit(browser)
  const untilStatus = async (words: RegExp): Promise<void> => {
    await until(async () => {
      await page.goto(`${portal.server.url}/etat/`)
      return words.test((await page.locator('main').textContent()) ?? '')
    })
  }
  await untilStatus(/Les fiches papier comptent encore/)
  await assertAccessible(page)
  await portal.send('POST', routes.operationsNoticeWithdrawals, order, first)
  clock.advance(5_000)
  await untilStatus(/Aucune tolérance n’est en vigueur/)
  assert.match(await verdictOf(await open(), text), refusedWith('SLIP_EXPIRED'))
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
