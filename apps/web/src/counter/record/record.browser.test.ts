/** The record behind a row: found among more than the page has, with what happened to it. */
import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  shot,
  startBrowser,
  until,
} from '../../../test/browser.ts'
import { entryOf } from '../../../test/day-of-many.ts'
import type { MockServer } from '../../../test/mock-server.ts'
import { narrowToPhone, openCounter, openDay } from '../../../test/open-counter.ts'

const browser = await startBrowser({ after })
const day = 86_400_000

const openWith = async (
  context: TestContext,
  prepare: (server: MockServer) => void,
  size: { readonly width: number; readonly height: number } = { width: 1366, height: 768 },
): Promise<{ page: Page; server: MockServer }> => {
  const { page, server } = await openCounter(browser, context, { size, prepare })
  await page.getByRole('tab', { name: /^En attente \(/ }).waitFor()
  return { page, server }
}

const who = (page: Page) => page.getByRole('searchbox', { name: 'Nom ou date de naissance' })
const result = (page: Page, name: string) =>
  page.getByRole('button', { name: `Résultat de ${name}` })

const chooseDay = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name: /Jour/ }).press('Enter')
  await page.getByRole('option', { name }).click()
}

describe('the search', () => {
  it('looks at the whole of a day that is longer than its list, once the hand rests', async (context) => {
    const now = Date.now()
    const { page, server } = await openWith(context, (mock) => {
      mock.portal.listMax = 30
      for (let index = 0; index < 60; index += 1)
        mock.portal.add(
          entryOf({
            index,
            sampledAt: new Date(now - index * 1_000),
            result: 'inconclusive',
            ...(index === 59 ? { familyName: 'Zébulon' } : {}),
          }),
        )
    })
    await openDay(page)
    await page.getByText(/^Seuls les plus récents sont affichés/).waitFor()
    await who(page).focus()
    await page.keyboard.type('zebul', { delay: 20 })
    await result(page, 'Zoé ZÉBULON').waitFor()
    assert.deepEqual(
      server.portal.searches.map(({ text }) => text),
      ['zebul'],
    )
    // What the page has of today is not asked for.
    await who(page).fill('')
    await page.getByText('1 à 20 sur 30').waitFor()
    assert.equal(server.portal.searches.length, 1)
    await assertAccessible(page)
    await shot(page, 'record-search')
  })
  it('finds somebody of any day by whole names and birth date, says what it takes, and opens their record', async (context) => {
    const { page, server } = await openWith(context, (mock) => {
      mock.portal.add({
        ...entryOf({
          index: 1,
          sampledAt: new Date(Date.now() - 9 * day),
          result: 'inconclusive',
          familyName: 'Le Goff',
        }),
        contactHint: '+33 •••• 78',
      })
    })
    await openDay(page)
    await chooseDay(page, 'Tous les jours')
    await page.getByText(/^Tapez le nom et le prénom entiers/).waitFor()
    await who(page).fill('le goff')
    await page.getByText(/^Tapez le nom et le prénom entiers/).waitFor()
    assert.deepEqual(server.portal.searches, [])
    await who(page).fill('le goff eloise 02/04/1951')
    await result(page, 'Éloïse LE GOFF').waitFor()
    await shot(page, 'record-any-day')
    await result(page, 'Éloïse LE GOFF').press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/^Prélevé le/).waitFor()
    await dialog.getByRole('button', { name: 'Renvoyer' }).waitFor()
    // Reading what happened is a reading: only when it is asked for.
    assert.deepEqual(server.portal.histories, [])
    await dialog.getByRole('button', { name: 'Historique' }).press('Enter')
    const events = dialog.getByRole('list', { name: 'Historique' }).getByRole('listitem')
    await events.first().waitFor()
    const words = await events.allInnerTexts()
    assert.match(words[0] ?? '', /Prélèvement/)
    assert.match(words[2] ?? '', /SMS refusé\s: numéro inexistant/)
    assert.match(words[3] ?? '', /Renvoi demandé · Léa PETIT pour Anne LE GOFF/)
    assert.match(words[4] ?? '', /Lien ouvert par la personne/)
    assert.equal(server.portal.histories.length, 1)
    await assertAccessible(page)
    await shot(page, 'record-history')
    await narrowToPhone(page)
    await assertNoSidewaysScrolling(page)
    await shot(page, 'record-history-phone')
  })
  it('has a history for who waits, too, and says so of what was not sent yet', async (context) => {
    const { page, server } = await openWith(context, (mock) => {
      mock.portal.add(entryOf({ index: 2, sampledAt: new Date(Date.now() - 20 * 60_000) }))
    })
    // Until the list has come there is nobody for F2 to lead to.
    await page.getByRole('tab', { name: /^En attente \(1\)/ }).waitFor()
    await page.keyboard.press('F2')
    await page.getByRole('button', { name: 'Historique' }).press('Enter')
    await page.getByText('Saisi, en attente du résultat').waitFor()
    // The keys of a result work beside it.
    await page.keyboard.press('i')
    await until(() => [...server.portal.books.screenings.values()][0]?.result === 'inconclusive')
  })
})
