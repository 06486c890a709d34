import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  escapeFrom,
  shot,
  startBrowser,
  until,
  visit,
} from '../../test/browser.ts'
import {
  bookletsIn,
  chooseCode,
  familyName,
  readEarly,
  signIn,
  typePerson,
} from '../../test/counter-steps.ts'
import { narrowToPhone } from '../../test/open-counter.ts'
import { startStoryPortal } from '../../test/story-portal.ts'
import { catalogueFaults } from '../shared/messages/catalogue.ts'
import { twoResultsMessages } from './views/two-results-messages.ts'

const people = [
  ['Le Goff', 'Éloïse'],
  ['Moreau', 'Zoé'],
] as const

const nameOf = ([family, first]: readonly [string, string]): string =>
  `${first} ${family.toLocaleUpperCase('fr')}`

const openCard = (page: Page, person: readonly [string, string]): Promise<void> =>
  page.getByRole('button', { name: `Saisir le résultat de ${nameOf(person)}` }).press('Enter')

test('a result read alone that another counter recorded otherwise: both are shown, the recorded one is taken over, or the own put aside for a reason that is kept', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const alone = await visit(browser, { size: desktop })
  const { page } = alone
  await signIn(page, portal)
  await chooseCode(page)
  await until(async () => (await bookletsIn(portal)) === 1)
  for (const person of people) {
    await typePerson(page, person)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: `Saisir le résultat de ${nameOf(person)}` }).waitFor()
    // The form is the next person's once the portal has answered.
    await until(async () => (await familyName(page).inputValue()) === '')
  }

  await alone.context.setOffline(true)
  for (const person of people) {
    await openCard(page, person)
    await readEarly(page, 'n')
    await page.getByRole('img', { name: 'Certificat provisoire (QR)' }).waitFor()
    await escapeFrom(page.getByRole('dialog'))
  }
  const other = await visit(browser, { size: desktop })
  await signIn(other.page, portal)
  for (const person of people) {
    await openCard(other.page, person)
    await other.page.keyboard.press('p')
    await other.page.getByRole('button', { name: 'Oui, positif' }).press('Enter')
    await other.page.getByRole('button', { name: 'Imprimer' }).waitFor()
    await escapeFrom(other.page.getByRole('dialog'))
  }

  await alone.context.setOffline(false)
  const [first, second] = people
  const decide = (person: readonly [string, string]) =>
    page.getByRole('button', { name: `Comparer et décider, ${nameOf(person)}` })
  await decide(first).press('Enter')
  const dialog = page.getByRole('dialog', { name: `Deux résultats pour ${nameOf(first)}` })
  await dialog.getByText(/^Négatif, lu le /).waitFor()
  await dialog.getByText('Positif', { exact: true }).waitFor()
  await dialog.getByText(/a en main un certificat provisoire qui dit «\sNégatif\s»/).waitFor()
  await assertAccessible(page)
  await shot(page, 'two-results')
  await narrowToPhone(page)
  await assertNoSidewaysScrolling(page)
  await shot(page, 'two-results-phone')
  await page.setViewportSize(desktop)
  await dialog
    .getByRole('button', { name: /^Garder «\sPositif\s», comme enregistré$/ })
    .press('Enter')
  await decide(first).waitFor({ state: 'detached' })

  await decide(second).press('Enter')
  await page.getByRole('button', { name: 'Mettre de côté' }).press('Enter')
  await page.getByText('Choisissez la raison.').waitFor()
  await page.getByRole('radio', { name: 'Le résultat enregistré est faux' }).press('Space')
  await page.getByRole('button', { name: 'Mettre de côté' }).press('Enter')
  await page.getByRole('heading', { name: 'À corriger' }).waitFor({ state: 'detached' })

  const flags = () => portal.sql()`select code, reason from continuity_flag order by code`
  await until(async () => (await flags()).length === 2)
  assert.deepEqual(
    [...(await flags())],
    [
      { code: 'NEGATIVE_SET_ASIDE', reason: 'recorded-is-wrong' },
      { code: 'TEST_DIFFERS', reason: null },
    ],
  )
  // A number is reconciled after its flag is written.
  await until(async () => {
    const [counts] = await portal.sql()`select count(*)::int as numbers from booklet_number
      where reconciled_at is not null`
    return counts?.numbers === 2
  })
})

test('the words about two results are in both languages', () => {
  assert.deepEqual(catalogueFaults(twoResultsMessages), [])
})
