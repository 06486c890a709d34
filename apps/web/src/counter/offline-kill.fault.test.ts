/**
 * kill -9 of the whole browser in the middle of reconciling: opened again on the same profile it goes on, and each
 * person has one certificate. SIDEP_KILL_ROUNDS sets the number of rounds (2), SIDEP_KILL_SEED replays one run.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { type KillableChromium, launchKillableChromium } from '../../../../tools/src/chromium.ts'
import { killSeed as seed, temporaryFolder } from '../../../server/src/fault-testing.ts'
import { seeded } from '../../../server/src/platform/seeded-testing.ts'
import { pressUnless, until } from '../../test/browser.ts'
import {
  bookletsIn,
  chooseCode,
  code,
  familyName,
  signIn,
  size,
  typeNegative,
} from '../../test/counter-steps.ts'
import { type StoryPortal, startStoryPortal } from '../../test/story-portal.ts'

const rounds = Number(process.env.SIDEP_KILL_ROUNDS ?? 2)
const random = seeded(seed)
const perRound = 3
const profile = temporaryFolder('browser-kill')

/** Chromium on the profile of the counter, which it finds as the last one left it. */
const openBrowser = async (context: TestContext): Promise<KillableChromium> => {
  const opened = await launchKillableChromium(profile, [
    '--accept-lang=fr-FR',
    '--lang=fr-FR',
    '--window-size=1280,900',
  ])
  context.after(() => opened.kill())
  return opened
}

const tryNow = (page: Page) => page.getByRole('button', { name: 'Essayer maintenant' })
const toSend = (page: Page) =>
  page.getByRole('status', { name: 'État du comptoir' }).getByText(/à transmettre/)

/** Types people whom the portal does not hear of; the first of them asks for the code. */
const certifyAlone = async (page: Page, round: number): Promise<void> => {
  const asked = page.getByLabel('Code', { exact: true })
  const document = page.getByRole('img', { name: 'Certificat provisoire (QR)' })
  for (let index = 0; index < perRound; index += 1) {
    const letters = `${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[round % 26]}${'ABC'[index]}`
    await typeNegative(page, [`Essai${letters}`, 'Zoé'])
    await asked.or(document).first().waitFor()
    if (await asked.isVisible()) {
      await asked.fill(code)
      await page.getByRole('button', { name: 'Signer' }).press('Enter')
    }
    await document.waitFor()
    await page.keyboard.press('Escape')
  }
  await toSend(page).waitFor()
}

/** Back at the counter, in the session of before or a new one. */
const comeBack = async (page: Page, portal: StoryPortal): Promise<void> => {
  await page.goto(`${portal.url}/pro/`)
  const door = page.getByRole('link', { name: /e-CPS/ })
  await familyName(page).or(door).first().waitFor()
  if (await door.isVisible()) await signIn(page, portal)
}

/** Everything came in by itself, or because somebody asks. */
const untilSent = (page: Page): Promise<void> =>
  pressUnless(async () => (await toSend(page).count()) === 0, tryNow(page))

test(`kill -9 of the browser in the middle of reconciling, ${rounds} times: each person once (seed ${seed})`, {
  timeout: 120_000 + rounds * 60_000,
}, async (context) => {
  const portal = await startStoryPortal(context)
  await size(portal, 500)
  let { page, kill } = await openBrowser(context)
  await signIn(page, portal)
  await chooseCode(page)
  await until(async () => (await bookletsIn(portal)) >= 1)
  await page.evaluate(() => navigator.serviceWorker.ready)
  for (let round = 0; round < rounds; round += 1) {
    await portal.stop()
    await page.reload()
    await familyName(page).waitFor()
    await certifyAlone(page, round)

    const sent = page.waitForRequest((request) => request.url().endsWith('/api/reconciliations'))
    await portal.restart()
    let isSent = false
    void sent.then(() => {
      isSent = true
    })
    await pressUnless(async () => isSent, tryNow(page))
    const delay = Math.floor(random() * 60)
    await wait(delay)
    await kill()
    const [before] = await portal.sql()<{ count: number }[]>`
      select count(*)::int from booklet_number where reconciled_at is not null`
    context.diagnostic(
      `seed ${seed}, round ${round + 1}: killed ${delay} ms after sending, ${before?.count} of ${(round + 1) * perRound} definitive`,
    )
    const opened = await openBrowser(context)
    page = opened.page
    kill = opened.kill
    await comeBack(page, portal)
    await untilSent(page)
  }
  const [counts] = await portal.sql()<Record<string, number>[]>`
    select (select count(*)::int from screening where state = 'final') as screenings,
      (select count(*)::int from certificate) as certificates,
      (select count(distinct (booklet_id, number))::int from booklet_number where reconciled_at is not null) as numbers,
      (select count(*)::int from booklet_number) as texts,
      (select count(*)::int from continuity_flag where resolved_at is null) as flags`
  const all = rounds * perRound
  assert.deepEqual(counts, {
    screenings: all,
    certificates: all,
    numbers: all,
    texts: all,
    flags: 0,
  })
})
