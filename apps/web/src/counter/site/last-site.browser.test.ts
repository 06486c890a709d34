/** Who works at several sites is asked each time, and the site of yesterday is one key away. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertAccessible, phone, shot, startBrowser } from '../../../test/browser.ts'
import { familyName, openCounter, state } from '../../../test/open-counter.ts'

const browser = await startBrowser({ after })
const sites = [
  { id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' },
  { id: '750000002', name: 'Centre de dépistage de la gare', postalCode: '75010' },
]

test('the site last chosen on this computer stands first and has the focus at the next sign-in', async (context) => {
  const { page, server } = await openCounter(browser, context, { isSignedIn: false })
  server.portal.sites = sites
  const signIn = () => page.getByRole('link', { name: /e-CPS/ }).press('Enter')
  const offered = page.getByRole('listitem').getByRole('button')
  await signIn()
  await offered.first().waitFor()
  assert.match((await offered.first().textContent()) ?? '', /Parvis/)
  await page.getByRole('button', { name: /Centre de dépistage/ }).press('Enter')
  await familyName(page).waitFor()
  // Signed out, and in again: another day.
  server.portal.chosen = null
  await page.getByRole('button', { name: 'Se déconnecter' }).press('Enter')
  await page.getByRole('heading', { name: 'Se connecter au comptoir' }).waitFor()
  await signIn()
  await offered.first().and(page.locator(':focus')).waitFor()
  assert.match(
    (await offered.first().textContent()) ?? '',
    /Centre de dépistage[\s\S]*Dernier lieu choisi sur ce poste/,
  )
  await assertAccessible(page)
  await shot(page, 'site-last')
  await page.setViewportSize(phone)
  await shot(page, 'site-last-phone')
  await page.keyboard.press('Enter')
  await state(page).getByText('Connecté · Centre de dépistage de la gare').waitFor()
})
