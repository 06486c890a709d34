/** Keys act where text may arrive: a hand scanner is one, whatever has the focus and however the keyboard is set. */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { typedThrough } from '@sidep/identifiers'
import type { Page } from 'playwright-core'
import { assertAccessible, shot, startBrowser, until } from '../../test/browser.ts'
import { insText, scan } from '../../test/hand-scanner.ts'
import { familyName, field, openCounter, typeDupont } from '../../test/open-counter.ts'

const browser = await startBrowser({ after })

const identityIsRead = async (page: Page): Promise<void> => {
  await page.getByText('Identité lue dans le DataMatrix INS.').waitFor()
  assert.equal(await familyName(page).inputValue(), 'LE GOFF')
  assert.equal(await field(page, /^Prénoms/).inputValue(), 'CORINNE ANNE')
}

describe('a hand scanner', () => {
  it('whose focus is on the results fills in the next person, and records nothing', async (context) => {
    const { page, server } = await openCounter(browser, context)
    await typeDupont(page)
    await scan(page, insText)
    await identityIsRead(page)
    await field(page, /^Téléphone/)
      .and(page.locator(':focus'))
      .waitFor()
    assert.equal(server.posts.length, 0)
    // What was typed before the scan comes back, and none of its letters with it.
    await page.keyboard.press('Escape')
    assert.equal(await familyName(page).inputValue(), 'Dupont')
    assert.equal(await page.getByRole('radio', { name: 'Féminin' }).isChecked(), true)
  })
  it('on a French keyboard or under Caps Lock is understood', async (context) => {
    const { page, server } = await openCounter(browser, context)
    for (const layout of ['french', 'caps-lock'] as const) {
      await page.getByRole('button', { name: 'Enregistrer et attendre' }).focus()
      await scan(page, typedThrough(insText, layout))
      await identityIsRead(page)
      await page.getByRole('button', { name: 'Tout effacer' }).press('Enter')
      await until(async () => (await familyName(page).inputValue()) === '')
    }
    assert.equal(server.posts.length, 0)
  })
  it('set in any way is understood: slow, with F8 for a separator, ended by two keys or none; nothing is pressed', async (context) => {
    const { page, server } = await openCounter(browser, context)
    const save = page.getByRole('button', { name: 'Enregistrer et attendre' })
    const phone = field(page, /^Téléphone/)
    for (const [place, setting] of [
      [save, { keyMilliseconds: 70, separator: 'F8', ends: ['Enter', 'Enter'] }],
      [phone, { separator: 'F8', ends: ['Tab', 'Enter'] }],
      [phone, { ends: [] }],
    ] as const) {
      await place.focus()
      await scan(page, insText, setting)
      await identityIsRead(page)
      assert.equal(await phone.inputValue(), '')
      await page.getByRole('button', { name: 'Tout effacer' }).press('Enter')
      await until(async () => (await familyName(page).inputValue()) === '')
    }
    assert.equal(server.posts.length, 0)
  })
  it('whose layout spoils the code is said to be set wrong; the code of something else is named', async (context) => {
    const { page } = await openCounter(browser, context)
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).focus()
    // The check digits do not fit: what is restored is not whole.
    await scan(page, typedThrough(insText.replace('15780', '15781'), 'french'))
    await page.getByText(/Le lecteur de codes n’est pas réglé pour ce clavier/).waitFor()
    await shot(page, 'scanner-layout')
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).focus()
    await scan(page, 'HC1:6BFOXN%TSMAHN-H+XO5XF7:UY%FJ.GK5C0I7W0')
    await page.getByText(/Ce code n’est pas celui d’une identité/).waitFor()
    assert.equal(await familyName(page).inputValue(), '')
  })
  it('in the middle of the question about a positive result changes nobody', async (context) => {
    const { page, server } = await openCounter(browser, context)
    await typeDupont(page)
    await page.keyboard.press('p')
    await page.getByRole('alertdialog').waitFor()
    await scan(page, insText)
    await page.getByRole('button', { name: 'Oui, positif' }).press('Enter')
    await until(() => server.portal.books.screenings.size === 1)
    assert.equal([...server.portal.books.screenings.values()][0]?.person.familyName, 'Dupont')
  })
})

describe('the key of a result', () => {
  it('types nothing into a field in fault, and the fault stays until the field is right', async (context) => {
    const { page, server } = await openCounter(browser, context)
    await typeDupont(page)
    await field(page, /^Prénoms/).fill('')
    await field(page, /^Date de naissance/).fill('30022001')
    const save = page.getByRole('button', { name: 'Enregistrer et attendre' })
    for (let round = 0; round < 3; round += 1) {
      await save.focus()
      await page.keyboard.press('n')
      await page.getByText('À corriger avant le résultat : Prénoms, Date de naissance.').waitFor()
      // However often and however long it is pressed.
      await page.keyboard.press('n')
      assert.equal(await field(page, /^Prénoms/).inputValue(), '')
    }
    await assertAccessible(page)
    await shot(page, 'result-held-back')
    await page.getByRole('button', { name: 'Aller au premier champ' }).press('Enter')
    await field(page, /^Prénoms/)
      .and(page.locator(':focus'))
      .waitFor()
    const birthDate = field(page, /^Date de naissance/)
    await birthDate.press('End')
    await page.keyboard.type('n')
    assert.equal(await birthDate.getAttribute('aria-invalid'), 'true')
    await page.keyboard.press('Tab')
    assert.equal(await birthDate.getAttribute('aria-invalid'), 'true')
    // A name of that one letter is asked about before anything is recorded.
    await birthDate.fill('28022001')
    assert.equal(await birthDate.getAttribute('aria-invalid'), null)
    await field(page, /^Prénoms/).fill('n')
    await save.focus()
    await page.keyboard.press('n')
    await page.getByText('Un nom d’une seule lettre, « n »').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    assert.equal(server.posts.length, 0)
  })
})

describe('what is unlikely', () => {
  it('is asked before a certificate is issued: the same person twice in a day, and a result long before its time', async (context) => {
    const { page, server } = await openCounter(browser, context)
    await typeDupont(page)
    await page.keyboard.press('Enter')
    const card = page.getByRole('button', { name: 'Saisir le résultat de Camille DUPONT' })
    await card.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('n')
    await page
      .getByText(/Il reste 1\d minutes avant la lecture prévue\s: le résultat peut/)
      .waitFor()
    await assertAccessible(page)
    await shot(page, 'asked-early')
    await page.getByRole('button', { name: 'Revenir' }).press('Enter')
    assert.deepEqual(
      [...server.portal.books.screenings.values()].map(({ result }) => result),
      [null],
    )
    await page.keyboard.press('n')
    await page.getByRole('button', { name: 'Oui, enregistrer' }).press('Enter')
    await page.getByRole('button', { name: 'Imprimer' }).waitFor()
    await page.keyboard.press('Escape')

    await familyName(page).fill('DUPONT')
    await field(page, /^Prénoms/).fill('Camille')
    await field(page, /^Date de naissance/).fill('03041980')
    await page.getByRole('radio', { name: 'Féminin' }).press('Space')
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).focus()
    await page.keyboard.press('n')
    await page.getByText(/Camille DUPONT est déjà ici\s: test de .*négatif/i).waitFor()
    await assertAccessible(page)
    await shot(page, 'asked-same-person')
    assert.equal(server.portal.books.screenings.size, 1)
    await page.getByRole('button', { name: 'Oui, enregistrer' }).press('Enter')
    await until(() => server.portal.books.screenings.size === 2)
  })
})
