import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible, shot, startBrowser } from '../../../../test/browser.ts'
import { type OpenView, openView, sendLines, typedDay } from '../../../../test/counter-view.ts'
import { type Language, translator } from '../../../shared/messages/catalogue.ts'
import { catchUpMessages } from './catch-up-messages.ts'

const browser = await startBrowser({ after })

const open = async (
  context: Pick<TestContext, 'after'>,
  arrange?: (page: Page) => Promise<unknown>,
): Promise<OpenView> => {
  const opened = await openView(browser, context, {
    fragment: '#rattrapage',
    title: (language: Language) => translator(catchUpMessages, language)('title'),
    ...(arrange === undefined ? {} : { arrange }),
    prepare: (server) => {
      server.portal.sites = [{ id: '750712184', name: 'Pharmacie du Parvis', postalCode: '75004' }]
    },
  })
  await opened.page.getByText('Tout est gardé sur ce poste.').waitFor()
  return opened
}

const choose = (page: Page, buffer: Buffer): Promise<void> =>
  page
    .getByLabel('Importer un fichier', { exact: true })
    .setInputFiles({ name: 'papiers.csv', mimeType: 'text/csv', buffer })

const day = typedDay(1)

/** As a Mac writes it: é is 0x8E, ° 0xA1. */
const macRoman = (text: string): Buffer =>
  Buffer.from(text.replaceAll('é', '\u008e').replaceAll('°', '\u00a1'), 'latin1')

describe('a file of papers', () => {
  it('of a Mac, with two ways to reach a person and a usual name, is recorded as it was meant', async (context) => {
    const { page, server } = await open(context)
    const csv = [
      'Liste du jour;;;;;;;;;;',
      'N°;Nom de naissance;Nom;Prénom(s);Né(e) le (JJ/MM/AAAA);Sexe;Téléphone;E-mail;Test utilisé;Date et heure du prélèvement;Résultat (N/P/I)',
      `1;Kervella;Morvan;Zoé;03/04/1980 00:00;F;612345601;zoe@exemple.fr;panbio;${day} 14:30:00;Neg.`,
      `2;Legrand;;Louis;1958;M;;louis@exemple.fr;1232;${day} 14:40:00;N`,
      'Total : 2;;;;;;;;;;',
    ].join('\r')
    await choose(page, macRoman(csv))
    const dialog = page.getByRole('dialog', { name: 'Essai à blanc' })
    await dialog.getByText('Encodage reconnu : Mac Roman').waitFor()
    await dialog.getByText('Colonnes non reprises : N°, Nom.').waitFor()
    await dialog.getByText('Lignes non reprises : Liste du jour · Total : 2.').waitFor()
    await dialog.getByText('Ligne 3 du fichier, Test utilisé : À confirmer').waitFor()
    await assertAccessible(page)
    await shot(page, 'catch-up-mac-roman')
    await dialog.getByRole('button', { name: 'Mettre 2 lignes dans la grille' }).click()
    // The device was guessed: that line waits until somebody has looked at it.
    await page.getByRole('button', { name: 'Transmettre 1 ligne' }).waitFor()
    const row = page.getByRole('grid').locator('tbody tr').first()
    await row.getByText('À confirmer').waitFor()
    await row.locator('td').nth(1).click()
    await page.getByText('Test deviné : Panbio').waitFor()
    await page.getByRole('button', { name: 'Oui, c’est juste' }).click()
    await sendLines(page, 2)
    await page.getByText(/2 dépistages transmis et enregistrés/).waitFor()
    const people = [...server.portal.books.screenings.values()].map(({ person }) => [
      person.familyName,
      person.firstNames,
      person.birthDate,
      person.contact?.phone,
      person.contact?.email,
    ])
    assert.deepEqual(people.toSorted(), [
      ['Kervella', 'Zoé', '1980-04-03', '+33612345601', 'zoe@exemple.fr'],
      ['Legrand', 'Louis', '1958', undefined, 'louis@exemple.fr'],
    ])
  })

  it('chosen before the list of tests is there says what was guessed once it comes', async (context) => {
    const list = Promise.withResolvers<void>()
    const { page } = await open(context, (opening) =>
      opening.route('**/api/catalogue*', async (route) => {
        await list.promise
        await route.continue()
      }),
    )
    const csv = [
      'Nom de naissance;Prénom(s);Né(e) le;Sexe;Test utilisé;Date et heure du prélèvement;Résultat',
      `Legrand;Louis;03/04/1980;M;panbio;${day} 14:40;N`,
    ].join('\r\n')
    await choose(page, Buffer.from(csv))
    const dialog = page.getByRole('dialog', { name: 'Essai à blanc' })
    await dialog.waitFor()
    assert.equal(await dialog.getByText('Test utilisé : À confirmer').count(), 0)
    list.resolve()
    await dialog.getByText('Test utilisé : À confirmer').waitFor()
  })

  it('whose letters no encoding explains is refused, and what it seems to be is named', async (context) => {
    const { page } = await open(context)
    await choose(
      page,
      Buffer.from('Nom;Prenom;Naissance\r\nX\u00b1y\u00be\u0081z;\u00b1\u00be;1958', 'latin1'),
    )
    await page.getByText('Ses lettres accentuées sont illisibles ; il semble être en').waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
  })
})
