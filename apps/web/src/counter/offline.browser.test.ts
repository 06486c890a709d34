import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  phone,
  shot,
  startBrowser,
  until,
  untilWorksOffline,
  visit,
} from '../../test/browser.ts'
import {
  bookletsIn,
  chooseCode,
  code,
  familyName,
  sendNow,
  signIn,
  size,
  typeNegative,
} from '../../test/counter-steps.ts'
import { narrowToPhone, openDay } from '../../test/open-counter.ts'
import { startStoryPortal } from '../../test/story-portal.ts'
import { verdictOf } from '../../test/verifier-steps.ts'
import { fileOptions } from '../shared/reader/reading-options.ts'
import { readPicture } from '../shared/reader/testing.ts'

const people = [
  ['Le Goff', 'Éloïse'],
  ['Nguyễn', 'Văn An'],
  ['Moreau', 'Zoé'],
  ['Diallo', 'Aminata'],
  ['Roux', 'Jean'],
  ['Faure', 'Inès'],
] as const

const state = (page: Page) => page.getByRole('status', { name: 'État du comptoir' })
const nameOf = ([family, first]: readonly [string, string]): string =>
  `${first} ${family.toLocaleUpperCase('fr')}`

/** Once the component library's own announcements are over: they point at options that are gone. */
const assertCalmlyAccessible = async (page: Page): Promise<void> => {
  await page.waitForFunction(
    () => document.querySelector('[data-live-announcer] [role=img]') === null,
  )
  await assertAccessible(page)
}

/** The text of the code on the screen, as a camera reads it: frame after frame, the first while the dialog still opens. */
const codeOn = async (page: Page): Promise<string> => {
  const picture = page.getByRole('img', { name: 'Certificat provisoire (QR)' })
  let text: string | undefined
  await until(async () => {
    const found = await readPicture(new Uint8Array(await picture.screenshot()), fileOptions)
    text = found.find(({ kind }) => kind === 'qr')?.text
    return text !== undefined
  })
  return text ?? assert.fail('no code on the screen')
}

test('server stopped, network off, reload: provisional certificates that verifiers accept; then definitive ones, nothing twice; the sixth of five is offered a slip', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const counter = await visit(browser, { size: desktop, worksOffline: true })
  const { page } = counter
  await size(portal, 5)
  await signIn(page, portal)
  await chooseCode(page, async () => {
    await shot(page, 'offline-code')
    await assertAccessible(page)
  })
  await until(async () => (await bookletsIn(portal)) === 1)
  await untilWorksOffline(page)
  await page.getByText('Personne n’attend de résultat.').waitFor()

  const door = await visit(browser, { size: phone, worksOffline: true })
  await door.page.goto(`${portal.url}/verifier/`)
  await door.page.getByText(/^Données d/).waitFor()
  await untilWorksOffline(door.page)

  await portal.stop()
  await counter.context.setOffline(true)
  await door.context.setOffline(true)
  await page.reload()
  await door.page.reload()
  await state(page)
    .getByText(/^Hors ligne · carnet\s: 5 certificats, jusqu’à (?:demain )?\d\d:\d\d$/)
    .waitFor()
  await shot(page, 'offline-cold-start')
  // The view's code was never asked for before: the service worker has it.
  await page.getByRole('link', { name: 'Rattrapage' }).press('Enter')
  await page.getByRole('grid', { name: 'Rattrapage' }).waitFor()
  await page.getByRole('link', { name: 'Comptoir', exact: true }).press('Enter')
  await familyName(page).waitFor()

  const codes: string[] = []
  for (const [index, person] of people.slice(0, 4).entries()) {
    await typeNegative(page, person)
    if (index === 0) {
      await page.getByLabel('Code', { exact: true }).fill('111222 autre')
      await page.getByRole('button', { name: 'Signer' }).press('Enter')
      await page.getByText('Ce code n’est pas le bon. Il reste 9 essais.').waitFor()
      await shot(page, 'offline-unlock')
      await assertCalmlyAccessible(page)
      await page.getByLabel('Code', { exact: true }).fill(code)
      await page.getByRole('button', { name: 'Signer' }).press('Enter')
    }
    codes.push(await codeOn(page))
    if (index === 0) {
      await page.getByRole('button', { name: 'Imprimer' }).waitFor()
      await assertCalmlyAccessible(page)
      await shot(page, 'offline-provisional')
    }
    await page.keyboard.press('Escape')
  }
  // Another tab of the same counter is locked, takes the next number, and this one sees it at once.
  const other = await counter.context.newPage()
  await other.goto(`${portal.url}/pro/`)
  await familyName(other).waitFor()
  await state(other)
    .getByText(/^Hors ligne · carnet\s: 1 certificat, jusqu’à/)
    .waitFor()
  await typeNegative(other, people[4])
  await other.getByLabel('Code', { exact: true }).fill(code)
  await other.getByRole('button', { name: 'Signer' }).press('Enter')
  codes.push(await codeOn(other))
  await state(page).getByText('Hors ligne · carnet épuisé').waitFor()
  await other.close()
  assert.equal(new Set(codes).size, 5)
  for (const [index, code] of codes.entries()) {
    assert.match(code, /^FC1:/)
    assert.ok(code.length <= 1_100)
    const verdict = await verdictOf(door.page, code)
    assert.match(verdict, /Valide/)
    assert.match(verdict, /provisoire/i)
    assert.match(verdict, new RegExp(people[index]?.[0] ?? ''))
  }

  const [, , , , , sixth] = people
  await typeNegative(page, sixth)
  await page.getByText('Le carnet de ce comptoir est épuisé').waitFor()
  const slips = page.getByRole('dialog').getByRole('link', { name: 'Fiches papier' })
  assert.equal(await slips.getAttribute('href'), '/pro/#fiches')
  await shot(page, 'offline-exhausted')
  await assertCalmlyAccessible(page)
  await page.keyboard.press('Escape')
  await state(page).getByText('6 dépistages à transmettre').waitFor()
  await state(page).getByText('Hors ligne · carnet épuisé').waitFor()
  await openDay(page)
  await page.getByText('Provisoire', { exact: true }).first().waitFor()
  await shot(page, 'offline-day')
  await narrowToPhone(page)
  await assertNoSidewaysScrolling(page)
  await assertCalmlyAccessible(page)
  await shot(page, 'offline-day-phone')
  await page.setViewportSize(desktop)

  // The address on the paper, before the portal knows of it.
  await page
    .getByRole('button', { name: `Certificat provisoire de ${nameOf(people[0])}` })
    .press('Enter')
  const address = (await page.locator('.link-text').textContent()) ?? ''
  await page.keyboard.press('Escape')

  await portal.restart()
  await counter.context.setOffline(false)
  await sendNow(page)
  await state(page)
    .getByText(/à transmettre/)
    .waitFor({ state: 'detached' })
  for (const person of people)
    await page.getByRole('button', { name: `Certificat de ${nameOf(person)}` }).waitFor()
  assert.equal(await page.getByText('Provisoire', { exact: true }).count(), 0)
  await shot(page, 'offline-definitive')

  const sql = portal.sql()
  const [counts] = await sql<Record<string, number>[]>`
    select (select count(*)::int from screening) as screenings,
      (select count(*)::int from screening where state = 'final') as final,
      (select count(*)::int from certificate) as certificates,
      (select count(distinct (booklet_id, number))::int from booklet_number) as numbers,
      (select count(*)::int from booklet_number) as texts,
      (select count(*)::int from continuity_flag where resolved_at is null) as flags`
  assert.deepEqual(counts, {
    screenings: 6,
    final: 6,
    certificates: 6,
    numbers: 5,
    texts: 5,
    flags: 0,
  })

  const person = await visit(browser, { size: phone })
  await person.page.goto(address)
  await person.page
    .getByRole('heading', { name: 'Date de naissance de la personne testée' })
    .waitFor()
  await person.page.getByRole('textbox').fill('03041980')
  await person.page.keyboard.press('Enter')
  await person.page.getByRole('img', { name: /^Code QR européen de Éloïse/ }).waitFor()
})
