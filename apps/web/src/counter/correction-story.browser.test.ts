/** A screening put right and taken back, with everybody there: counter, person and doorman, each in a browser of their own. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import {
  desktop,
  escapeFrom,
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
  sendNow,
  signIn,
  size,
  typeNegative,
} from '../../test/counter-steps.ts'
import { openDay } from '../../test/open-counter.ts'
import { type StoryPortal, startStoryPortal } from '../../test/story-portal.ts'
import { verdictOf } from '../../test/verifier-steps.ts'

let portal: StoryPortal
let browser: Browser
const stops: (() => unknown)[] = []
before(async () => {
  const context = { after: (stop: () => unknown) => stops.push(stop) }
  portal = await startStoryPortal(context)
  browser = await startBrowser(context)
})
after(async () => {
  for (const stop of stops.reverse()) await stop()
})

const dialog = (page: Page) => page.getByRole('dialog')
const button = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true })

interface Codes {
  readonly id: string
  readonly hcert: string
  readonly retrieval: string
}

/** What the counter has in hand of somebody: the answer of its own list. */
const codesOf = (page: Page, familyName: string): Promise<Codes> =>
  page.evaluate(async (name) => {
    const answer = await fetch('/api/screenings')
    const { screenings } = await answer.json()
    for (const { id, person, certificate } of screenings) {
      if (person.familyName.toLowerCase() === name.toLowerCase() && certificate !== null)
        return { id, hcert: certificate.hcert, retrieval: certificate.retrieval }
    }
    throw new Error(`nobody of the name ${name}`)
  }, familyName)

const openRecord = async (page: Page, name: string): Promise<void> => {
  await openDay(page)
  await page.getByRole('button', { name: new RegExp(`${name.toUpperCase()}$`) }).press('Enter')
  await button(page, 'Corriger').waitFor()
}

/** Puts the name right, by keyboard. */
const rename = async (page: Page, name: string): Promise<void> => {
  await button(page, 'Corriger').press('Enter')
  const field = dialog(page).getByRole('textbox', { name: 'Nom de naissance' })
  await field.fill(name)
  await button(page, 'Corriger').press('Enter')
  await page.getByRole('button', { name: 'Oui, corriger' }).press('Enter')
}

const withdraw = async (page: Page): Promise<void> => {
  await button(page, 'Annuler ce dépistage').press('Enter')
  await dialog(page).getByRole('radio', { name: 'Saisi pour quelqu’un d’autre' }).focus()
  await page.keyboard.press('Space')
  await button(page, 'Annuler ce dépistage').press('Enter')
  await page.getByRole('button', { name: 'Oui, annuler' }).press('Enter')
}

/** A verifier that asks for its data once, as it does when it is opened. */
const poll = async (door: Page): Promise<void> => {
  await door.reload()
  await door.getByText(/^Données d/).waitFor()
}

/** The one poll has not come back yet when the page shows the data that it has. */
const comesToRefuse = (door: Page, code: string): Promise<void> =>
  until(async () => /Non valide[\s\S]*Ce certificat a été retiré/.test(await verdictOf(door, code)))

/** The person's own page, from their link. */
const openLink = async (page: Page, retrieval: string): Promise<void> => {
  await page.goto('about:blank')
  await page.goto(retrieval)
  await page.getByRole('textbox').fill('03041980')
  await page.keyboard.press('Enter')
}

test('corrected twice and withdrawn: each code is refused after one poll, and the person’s page shows the one in force', async () => {
  const counter = await visit(browser, { size: desktop })
  const { page } = counter
  await signIn(page, portal)
  await typeNegative(page, ['Dupond', 'Camille'])
  await dialog(page).getByRole('img', { name: 'Certificat européen (QR)' }).waitFor()
  await escapeFrom(dialog(page))
  const first = await codesOf(page, 'Dupond')

  const outside = await visit(browser, { size: phone })
  const door = await outside.context.newPage()
  await door.goto(`${portal.url}/verifier/`)
  await door.getByText(/^Données d/).waitFor()
  assert.match(await verdictOf(door, first.hcert), /Valide[\s\S]*DUPOND/i)
  await openLink(outside.page, first.retrieval)
  await outside.page.getByRole('img', { name: /^Code QR européen de Camille/ }).waitFor()

  await openRecord(page, 'Dupond')
  await rename(page, 'Dupont')
  await dialog(page)
    .getByText(/^Corrigé\s: le certificat n° 2 est en vigueur/)
    .waitFor()
  await dialog(page).getByRole('img', { name: 'Certificat européen (QR)' }).waitFor()
  const second = await codesOf(page, 'Dupont')
  assert.notEqual(second.hcert, first.hcert)
  assert.equal(second.retrieval, first.retrieval)
  await poll(door)
  await comesToRefuse(door, first.hcert)
  assert.match(await verdictOf(door, second.hcert), /Valide[\s\S]*DUPONT/i)
  await openLink(outside.page, first.retrieval)
  await outside.page.getByText(/^Ce document a été corrigé/).waitFor()
  await outside.page.getByRole('img', { name: /^Code QR européen de Camille/ }).waitFor()
  await shot(outside.page, 'correction-person')

  // A second one, of the time: from what is in force.
  await rename(page, 'Duponté')
  await dialog(page)
    .getByText(/^Corrigé\s: le certificat n° 3 est en vigueur/)
    .waitFor()
  const third = await codesOf(page, 'Duponté')
  await poll(door)
  await comesToRefuse(door, second.hcert)
  assert.match(await verdictOf(door, third.hcert), /Valide/)

  await withdraw(page)
  await dialog(page)
    .getByText(/^Annulé\s: le certificat est refusé/)
    .waitFor()
  await poll(door)
  await comesToRefuse(door, third.hcert)
  await openLink(outside.page, first.retrieval)
  await outside.page.getByRole('heading', { name: 'Ce document a été annulé' }).waitFor()
  assert.equal(await outside.page.getByRole('img', { name: /^Code QR/ }).count(), 0)
  await button(page, 'Historique').press('Enter')
  const told = dialog(page).getByRole('list', { name: 'Historique' })
  await told.getByText(/^Annulé\s: saisi pour quelqu’un d’autre · /).waitFor()
  assert.equal(await told.getByText(/^Corrigé\s: le nom ou le prénom · /).count(), 2)
  await Promise.all([counter.context.close(), outside.context.close()])
})

test('from offline: a correction of what the portal has, one that follows a provisional certificate, and a withdrawal', async () => {
  const counter = await visit(browser, { size: desktop, worksOffline: true })
  const { page } = counter
  await size(portal, 5)
  await signIn(page, portal)
  await chooseCode(page)
  await until(async () => (await bookletsIn(portal)) > 0)
  for (const name of ['Martin', 'Bernard']) {
    await typeNegative(page, [name, 'Zoé'])
    await dialog(page).getByRole('img', { name: 'Certificat européen (QR)' }).waitFor()
    await escapeFrom(dialog(page))
  }
  const [martin, bernard] = [await codesOf(page, 'Martin'), await codesOf(page, 'Bernard')]
  await untilWorksOffline(page)
  const outside = await visit(browser, { size: phone })
  const door = outside.page
  await door.goto(`${portal.url}/verifier/`)
  await door.getByText(/^Données d/).waitFor()

  await portal.stop()
  await counter.context.setOffline(true)
  await openRecord(page, 'Martin')
  await rename(page, 'Martine')
  await dialog(page)
    .getByText(/^Enregistré sur ce poste/)
    .waitFor()
  await escapeFrom(dialog(page))
  await openRecord(page, 'Bernard')
  await withdraw(page)
  await dialog(page)
    .getByText(/^Enregistré sur ce poste/)
    .waitFor()
  await escapeFrom(dialog(page))
  await typeNegative(page, ['Moreau', 'Zoé'])
  await dialog(page).getByRole('img', { name: 'Certificat provisoire (QR)' }).waitFor()
  await escapeFrom(dialog(page))
  await openRecord(page, 'Moreau')
  await button(page, 'Corriger').press('Enter')
  await dialog(page)
    .getByText(/^Le certificat provisoire n’est plus juste/)
    .waitFor()
  await dialog(page).getByRole('button', { name: 'Revenir' }).press('Enter')
  await rename(page, 'Moreaux')
  await dialog(page)
    .getByText(/^Enregistré sur ce poste/)
    .waitFor()
  assert.equal(await dialog(page).getByRole('img').count(), 0)
  await shot(page, 'correction-provisional')
  await escapeFrom(dialog(page))
  // A doorman knows of nothing yet.
  assert.match(await verdictOf(door, martin.hcert), /Valide/)
  await page.reload()
  await openDay(page)
  await page.getByText('Correction à transmettre', { exact: true }).first().waitFor()

  await portal.restart()
  await counter.context.setOffline(false)
  await sendNow(page)
  await page
    .getByText(/à transmettre$/)
    .first()
    .waitFor({ state: 'detached' })
  for (const name of ['MARTINE', 'MOREAUX'])
    await page.getByRole('button', { name: `Certificat de Zoé ${name}` }).waitFor()
  await page
    .locator('.day-row', { hasText: 'BERNARD' })
    .getByText('Annulé', { exact: true })
    .waitFor()
  const [martine, moreaux] = [await codesOf(page, 'Martine'), await codesOf(page, 'Moreaux')]
  await poll(door)
  for (const old of [martin, bernard]) await comesToRefuse(door, old.hcert)
  for (const { hcert } of [martine, moreaux]) assert.match(await verdictOf(door, hcert), /Valide/)
  await openLink(door, moreaux.retrieval)
  await door.getByText(/^Ce document a été corrigé/).waitFor()

  const [counts] = await portal.sql()<Record<string, number>[]>`
    select (select count(*)::int from correction where screening_id = ${moreaux.id}) as corrections,
      (select count(*)::int from screening) as screenings,
      (select count(*)::int from certificate_revocation) as revoked`
  assert.deepEqual(counts, { corrections: 1, screenings: 4, revoked: 6 })
  await Promise.all([counter.context.close(), outside.context.close()])
})
