/** A browser has one session: who works in a tab is told when it became another's, before anything is recorded. */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible, phone, shot, startBrowser, until } from '../../../test/browser.ts'
import { familyName, openCounter, state, typeDupont } from '../../../test/open-counter.ts'

const browser = await startBrowser({ after })
const sites = [
  { id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' },
  { id: '750000002', name: 'Centre de la gare', postalCode: '75010' },
]
const martin = {
  id: '899700075123',
  familyName: 'Martin',
  firstNames: 'Bruno',
  profession: '21',
}
const notice = (page: Page) => page.getByRole('alertdialog')

describe('a session that changes under a tab', () => {
  it('to another site: the tab names it at once, no key records anything before it is read, and what was typed stays', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.sites = sites
    await typeDupont(page)
    server.portal.chosen = '750000002'
    const second = await page.context().newPage()
    await second.goto(`${server.url}/pro/`)
    await familyName(second).waitFor()
    await notice(page).getByText('Vous travaillez maintenant à Centre de la gare').waitFor()
    await notice(page)
      .getByText(/Cet onglet était celui de Anne LE GOFF, à Pharmacie du Parvis/)
      .waitFor()
    await page.bringToFront()
    // Meant for the form that was there a moment ago.
    for (const key of ['n', 'Enter', 'Escape']) await page.keyboard.press(key)
    await notice(page).getByText('La saisie commencée est gardée, telle quelle.').waitFor()
    await assertAccessible(page)
    await shot(page, 'acting-other-site')
    await page.setViewportSize(phone)
    await shot(page, 'acting-other-site-phone')
    assert.equal(server.posts.length, 0)
    await page.getByRole('button', { name: 'Continuer à Centre de la gare' }).press('Enter')
    await notice(page).waitFor({ state: 'detached' })
    await state(page).getByText('Connecté · Centre de la gare').waitFor()
    assert.equal(await familyName(page).inputValue(), 'Dupont')
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).press('Enter')
    await until(() => server.portal.books.screenings.size === 1)
  })
  it('to the next professional, who signs in from it: they are told whose it was, and may leave at once', async (context) => {
    const { page, server } = await openCounter(browser, context)
    await typeDupont(page)
    server.portal.isSignedIn = false
    server.portal.professional = martin
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Se reconnecter par e-CPS' }).press('Enter')
    await notice(page).getByText('Vous travaillez maintenant au nom de Bruno MARTIN').waitFor()
    await shot(page, 'acting-other-person')
    await page.getByRole('button', { name: 'Ce n’est pas moi : se déconnecter' }).press('Enter')
    // Whoever signs in after a sign-out is the first.
    await page.getByRole('link', { name: /e-CPS/ }).press('Enter')
    await familyName(page).waitFor()
    assert.equal(await notice(page).count(), 0)
    // What was recorded in the first one's name waits for them.
    await page.getByText(/1 dépistage saisi par Anne Le Goff/).waitFor()
    assert.equal(server.portal.books.screenings.size, 0)
  })
})
