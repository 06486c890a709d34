import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import { papers } from '@sidep/dev/portal'
import { typedThrough } from '@sidep/identifiers'
import type { Locator, Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  phone,
  shot,
  startBrowser,
  storedByPage,
} from '../../../../test/browser.ts'
import {
  type OpenView,
  openView,
  sendLines,
  typedDay,
  type ViewOptions,
} from '../../../../test/counter-view.ts'
import { insText, scan } from '../../../../test/hand-scanner.ts'
import type { MockServer } from '../../../../test/mock-server.ts'
import {
  catalogueFaults,
  type Language,
  languages,
  translator,
} from '../../../shared/messages/catalogue.ts'
import { sampleSlips } from '../../slips/testing.ts'
import { catchUpMessages } from './catch-up-messages.ts'

const browser = await startBrowser({ after })

const grid = (page: Page): Locator => page.getByRole('grid')
const field = (page: Page): Locator =>
  grid(page).getByRole('textbox').or(grid(page).getByRole('combobox'))
const cell = (page: Page, row: number, column: string): Locator =>
  grid(page).locator(`tbody tr:nth-child(${row}) td`).nth(columnsShown.indexOf(column))
const columnsShown = [
  'N° de fiche',
  'Nom de naissance',
  'Prénoms',
  'Né(e) le',
  'Sexe',
  'Téléphone, e-mail',
  'Test utilisé',
  'Prélevé le',
  'Heure',
  'Résultat',
  'État',
]

const open = async (
  context: Pick<TestContext, 'after'>,
  options: ViewOptions = {},
): Promise<OpenView> => {
  const title = (language: Language): string => translator(catchUpMessages, language)('title')
  const prepare = (server: MockServer): void => {
    server.portal.sites = [{ id: '750712184', name: 'Pharmacie du Parvis', postalCode: '75004' }]
  }
  // Tries after failures spread out with full jitter, up to a minute apart.
  const view = { fragment: '#rattrapage', title, prepare }
  const opened = await openView(browser, context, view, options)
  const { language = 'fr' } = options
  await opened.page.getByText(translator(catchUpMessages, language)('saved')).waitFor()
  return opened
}

const day = typedDay(1)

const paste = (page: Page, text: string): Promise<void> =>
  field(page).evaluate((element, data) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', data)
    element.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, text)

/** A whole line of a spreadsheet. */
const line = (name: string, born = '03/04/1980', time = '14:30'): string =>
  ['', name, 'Camille', born, 'F', '0612345678', '1232', day, time, 'N'].join('\t')

describe('catch-up entry', () => {
  it('takes what a hand scanner types, wherever the focus is and through a French keyboard: nothing of it stays in a cell or a list', async (context) => {
    const { page, complaints } = await open(context)
    const [first, second] = (await sampleSlips(2)).slips
    if (first === undefined || second === undefined) throw new Error('two slips were asked for')
    // In a cell where something was begun.
    await field(page).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.type('Mar')
    await scan(page, typedThrough(first.check, 'french'))
    await page.getByText('Fiche scannée : ligne 1.').waitFor()
    await cell(page, 1, 'N° de fiche').getByText(first.printed).waitFor()
    // The name that was begun is as it was; the cursor is behind the number.
    await page.keyboard.press('ArrowUp')
    assert.equal(await field(page).inputValue(), 'Mar')
    await page.keyboard.press('Delete')
    await scan(page, insText)
    await page.getByText('Identité scannée : ligne 1. Le matricule INS part avec elle.').waitFor()
    await page.getByText('Avec matricule INS').waitFor()
    assert.equal(await cell(page, 1, 'Prénoms').textContent(), 'CORINNE ANNE')
    // Far from the grid.
    await page.getByRole('link', { name: 'Rattrapage' }).focus()
    await scan(page, typedThrough(second.check, 'caps-lock'))
    await page.getByText('Fiche scannée : ligne 2.').waitFor()
    await cell(page, 2, 'N° de fiche').getByText(second.printed).waitFor()
    await field(page).and(page.locator(':focus')).waitFor()
    const spoilt = typedThrough(insText.replace('15780', '15781'), 'french')
    await scan(page, spoilt)
    await page.getByText(/Le lecteur de codes n’est pas réglé pour ce clavier/).waitFor()
    assert.equal(await field(page).inputValue(), '')
    await shot(page, 'catch-up-scanned')
    await assertAccessible(page)
    assert.deepEqual(complaints, [])
  })
  it('says of a landline, in its line and before sending, that no message will arrive; a premium number is a fault', async (context) => {
    const { page } = await open(context)
    await field(page).focus()
    await paste(page, line('Dupont').replace('0612345678', '01 42 68 53 00'))
    await cell(page, 1, 'État').getByText('Fixe : pas de SMS').waitFor()
    await page.getByText(/^Numéro fixe\s: il ne reçoit pas de SMS\. Ajoutez/).waitFor()
    await page.getByRole('button', { name: 'Transmettre 1 ligne' }).press('Enter')
    await page.getByText(/^1 personne n’aura aucun message/).waitFor()
    await shot(page, 'catch-up-landline')
    await page.keyboard.press('Escape')
    await field(page).focus()
    await page.keyboard.press('Enter')
    await paste(page, line('Martin').replace('0612345678', '0899123456'))
    await cell(page, 2, 'Téléphone, e-mail').and(page.locator('[aria-invalid]')).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Transmettre 1 ligne' }).count(), 1)
  })
  it('types a pile by keyboard alone, fills down, and sends it once with the papers’ own times', async (context) => {
    const { page, server, complaints } = await open(context)
    const { keyboard } = page
    await field(page).focus()
    // The slip's number first: none for this one.
    await keyboard.press('Tab')
    for (const text of ['Le Goff', 'Éloïse', '03041980', 'f', '0612345678', 'panbio']) {
      await keyboard.type(text)
      await keyboard.press('Tab')
    }
    for (const text of [day.slice(0, 5), '1430', 'n']) {
      await keyboard.type(text)
      await keyboard.press('Tab')
    }
    await cell(page, 1, 'État').getByText('Prête').waitFor()
    assert.match((await cell(page, 1, 'Test utilisé').textContent()) ?? '', /Panbio/)
    assert.equal(await cell(page, 1, 'Né(e) le').textContent(), '03/04/1980')
    assert.equal(await cell(page, 1, 'Prélevé le').textContent(), day)
    assert.equal(await cell(page, 1, 'Résultat').textContent(), 'Négatif')
    // The second: what is the same comes from the line above.
    await keyboard.press('Tab')
    for (const text of ['Nguyễn', 'Văn An', '1/2/1990', 'm']) {
      await keyboard.type(text)
      await keyboard.press('Tab')
    }
    await keyboard.press('Tab')
    await keyboard.press('Control+d')
    await keyboard.press('Tab')
    await keyboard.press('Control+d')
    await keyboard.press('Tab')
    await keyboard.type('15h')
    await keyboard.press('Tab')
    await keyboard.type('p')
    await keyboard.press('Enter')
    await cell(page, 2, 'État').getByText('Prête').waitFor()
    await shot(page, 'catch-up-desktop')
    await assertAccessible(page)
    await keyboard.press('Escape')
    await page
      .getByRole('button', { name: 'Transmettre 2 lignes' })
      .and(page.locator(':focus'))
      .waitFor()
    await keyboard.press('Enter')
    await page.getByText('Dont 1 résultat positif.').waitFor()
    await shot(page, 'catch-up-confirm')
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await page
      .getByText('2 dépistages transmis et enregistrés ; ils ont quitté ce poste.')
      .waitFor()
    const items = server.portal.batches.flatMap((batch) => batch.items)
    assert.equal(items.length, 2)
    const [first] = items
    assert.ok(first?.kind === 'screening')
    assert.equal(first.screening.person.familyName, 'Le Goff')
    assert.equal(first.screening.device, '1232')
    assert.equal(first.screening.catchUp, true)
    assert.match(
      first.screening.sampledAt,
      new RegExp(`^${day.split('/').reverse().join('-')}T14:30:00`),
    )
    assert.match(first.screening.resultAt ?? '', /T14:45:00/)
    assert.equal(server.portal.books.screenings.size, 2)
    assert.deepEqual(complaints, [])
  })

  it('takes the number of a slip first, as printed or scanned; one twice is said on both lines', async (context) => {
    const { page, server } = await open(context)
    const [slip, other] = await server.portal.slips.give(2)
    assert.ok(slip !== undefined && other !== undefined)
    await field(page).focus()
    // A scanner types all of the signed code; a person the end of the number.
    await page.keyboard.insertText(slip.check)
    await page.keyboard.press('Enter')
    await page.keyboard.type(slip.printed.slice(10).toLowerCase())
    await page.keyboard.press('Enter')
    await page.keyboard.type(`${other.printed.slice(0, -1)}0`)
    await page.keyboard.press('Enter')
    assert.match((await cell(page, 1, 'N° de fiche').textContent()) ?? '', new RegExp(slip.printed))
    await cell(page, 1, 'N° de fiche')
      .getByText('Ce numéro est déjà sur une autre ligne.')
      .waitFor()
    await cell(page, 2, 'N° de fiche')
      .getByText('Ce numéro est déjà sur une autre ligne.')
      .waitFor()
    await cell(page, 3, 'N° de fiche')
      .getByText(/Ce numéro est mal recopié/)
      .waitFor()
  })

  it('survives a reload in the middle of a cell, and keeps names encrypted on the disk', async (context) => {
    const { page } = await open(context)
    await field(page).focus()
    await paste(page, `${line('Martin')}\r\n${line('Bernard')}\r\n`)
    await cell(page, 3, 'Nom de naissance').click()
    await page.keyboard.type('Duran')
    await page.getByText('Tout est gardé sur ce poste.').waitFor()
    assert.doesNotMatch(JSON.stringify(await storedByPage(page)), /Martin|Duran|0612345678/)
    await page.reload()
    await cell(page, 3, 'Nom de naissance').getByText('Duran').waitFor()
    assert.equal(await cell(page, 1, 'Nom de naissance').textContent(), 'Martin')
  })

  it('sends the same again under the same id when an answer is lost; nothing is twice', async (context) => {
    const { page, server } = await open(context)
    await field(page).focus()
    await paste(page, `${line('Martin')}\r\n${line('Bernard')}\r\n`)
    // The way to the answer breaks only for what records.
    server.portal.faults.list = [{ kind: 'answer-lost', on: papers }]
    await sendLines(page, 2)
    await page.getByText(/L’envoi attend/).waitFor()
    await page.reload()
    await cell(page, 1, 'État')
      .getByText(/À transmettre|Réponse attendue|Envoi/)
      .waitFor()
    server.portal.faults.list = []
    await page.getByText(/dépistages transmis et enregistrés/).waitFor()
    assert.equal(server.portal.books.screenings.size, 2)
    const ids = new Set(server.portal.batches.flatMap(({ items }) => items.map(({ id }) => id)))
    assert.equal(ids.size, 2)
    assert.equal(await grid(page).locator('tbody tr').count(), 1)
  })

  it('shows what the server refuses on its cell, and what the site has already; both are settled in place', async (context) => {
    const { page, server } = await open(context)
    server.portal.judge = ({ person }) =>
      person.familyName === 'Martin'
        ? {
            status: 'refused',
            code: 'REQUEST_INVALID',
            faults: [{ pointer: '/person/familyName', code: 'NAME_CHARACTERS' }],
          }
        : undefined
    server.portal.alike.set('Bernard', {
      sampledAt: new Date(Date.now() - 86_400_000).toISOString(),
      recordedAt: new Date().toISOString(),
    })
    await field(page).focus()
    await paste(page, `${line('Martin')}\r\n${line('Bernard')}\r\n${line('Petit')}\r\n`)
    await sendLines(page, 3)
    await page.getByText('1 dépistage transmis et enregistré').waitFor()
    await cell(page, 1, 'Nom de naissance')
      .getByText(/Des lettres, espaces/)
      .waitFor()
    await cell(page, 2, 'État').getByText('Déjà là ?').waitFor()
    await cell(page, 2, 'Prénoms').click()
    await page.getByText(/Ce lieu a déjà un dépistage de cette personne/).waitFor()
    await shot(page, 'catch-up-refused')
    await page.getByRole('button', { name: 'Garder : ce n’est pas un doublon' }).click()
    await cell(page, 1, 'Nom de naissance').click()
    await page.keyboard.type('Martinet')
    await page.keyboard.press('Enter')
    await sendLines(page, 2)
    await page.getByText('3 dépistages transmis et enregistrés').waitFor()
    assert.deepEqual(
      [...server.portal.books.screenings.values()].map(({ person }) => person.familyName).sort(),
      ['Bernard', 'Martinet', 'Petit'],
    )
  })

  it('holds back two lines about one person at one time until somebody says which', async (context) => {
    const { page } = await open(context)
    await field(page).focus()
    await paste(
      page,
      `${line('Le Goff')}\r\n${line('LE-GOFF', '3/4/1980', '14:50')}\r\n${line('Le Goff', '3/4/1980', '18:00')}\r\n`,
    )
    await cell(page, 1, 'État').getByText('Doublon ?').waitFor()
    await cell(page, 2, 'État').getByText('Doublon ?').waitFor()
    await cell(page, 3, 'État').getByText('Prête').waitFor()
    await cell(page, 2, 'Prénoms').click()
    await page.getByText(/Même personne et même heure qu’à la ligne 1/).waitFor()
    await page.keyboard.press('Control+Delete')
    await page.getByRole('button', { name: 'Transmettre 2 lignes' }).waitFor()
  })

  it('sends two hundred lines in batches of at most fifty', async (context) => {
    const { page, server } = await open(context)
    await field(page).focus()
    const names = Array.from(
      { length: 200 },
      (_, index) =>
        `Nom ${String.fromCharCode(65 + (index % 26))}${'abcdefgh'[index % 8]}${'ijklmnop'[Math.floor(index / 26)]}`,
    )
    await paste(page, names.map((name) => line(name)).join('\r\n'))
    await sendLines(page, 200)
    await page.getByText('200 dépistages transmis et enregistrés').waitFor()
    assert.ok(server.portal.batches.every(({ items }) => items.length <= 50))
    assert.equal(server.portal.books.screenings.size, 200)
  })

  it('waits in a second tab until the first is closed, then goes on there', async (context) => {
    const { page, server } = await open(context)
    await field(page).focus()
    await paste(page, `${line('Martin')}\r\n`)
    await page.getByText('Tout est gardé sur ce poste.').waitFor()
    const second = await page.context().newPage()
    await second.goto(`${server.url}/pro/#rattrapage`)
    await second.getByText('Le rattrapage est ouvert dans un autre onglet').waitFor()
    await page.close()
    await cell(second, 1, 'Nom de naissance').getByText('Martin').waitFor()
  })

  it('tries a file out first, takes it in whole, and its faults are corrected in place', async (context) => {
    const { page } = await open(context)
    const csv = [
      'Numéro de fiche;Nom de naissance;Prénoms;Date de naissance;Sexe;Téléphone ou e-mail;Test utilisé;Date du prélèvement;Heure du prélèvement;Résultat;Remarque',
      `;Lefèvre;Zoé;03/04/1980;F;612345678;1232;${day};14:30;N;x`,
      `;Durand;Paul;31/02/1980;M;;1232;${day};14:30;P;`,
      `;Petit;Anne;01/01/70;F;;inconnu;${day};25:00;N;`,
    ].join('\r\n')
    const file = {
      name: 'papiers.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(csv, 'latin1'),
    }
    await page.getByLabel('Importer un fichier', { exact: true }).setInputFiles(file)
    const dialog = page.getByRole('dialog', { name: 'Essai à blanc' })
    await dialog.getByText('1 ligne sans faute, 2 lignes à corriger.').waitFor()
    await dialog.getByText('Ligne 3 du fichier, Né(e) le : Cette date n’existe pas.').waitFor()
    await dialog.getByText('Colonnes non reprises : Remarque.').waitFor()
    await shot(page, 'catch-up-dry-run')
    assert.equal(await grid(page).locator('tbody tr').count(), 1)
    await dialog.getByRole('button', { name: 'Mettre 3 lignes dans la grille' }).click()
    await cell(page, 1, 'Nom de naissance').getByText('Lefèvre').waitFor()
    await shot(page, 'catch-up-imported')
    await page.getByRole('button', { name: /^Ligne 2, Né\(e\) le/ }).click()
    await page.keyboard.type('28021980')
    await page.keyboard.press('F8')
    await field(page).and(page.locator(':focus')).waitFor()
    await cell(page, 2, 'État').getByText('Prête').waitFor()
  })

  it('says why a file cannot be read, and offers a template to fill in', async (context) => {
    const { page } = await open(context)
    const choose = (text: string | Buffer) =>
      page.getByLabel('Importer un fichier', { exact: true }).setInputFiles({
        name: 'x.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(text),
      })
    await choose('Nom;Prénom\r\nA;B\r\n')
    await page.getByText('Il manque des colonnes : Né(e) le.').waitFor()
    await choose(Buffer.from([0x50, 0x4b, 3, 4, 0, 0]))
    await page.getByText(/Ce n’est pas un fichier CSV/).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Modèle à remplir' }).click()
    assert.equal((await download).suggestedFilename(), 'rattrapage-modele.csv')
  })

  for (const language of languages) {
    it(`${language}: at 360 px one paper a card, nothing sideways, no fault that axe finds`, async (context) => {
      const { page, server } = await open(context, { size: phone, language })
      const t = translator(catchUpMessages, language)
      await page.getByRole('button', { name: t('add') }).click()
      const type = async (name: string, text: string): Promise<void> => {
        await page.getByRole('textbox', { name, exact: true }).fill(text)
        await page.getByRole('textbox', { name, exact: true }).press('Tab')
      }
      await type(t('column_familyName'), 'Le Goff')
      await type(t('column_firstNames'), 'Éloïse')
      await type(t('column_birthDate'), '03041980')
      await type(t('column_sex'), 'f')
      await type(t('column_device'), 'panbio')
      await page
        .getByText(
          t('missing', {
            columns: [t('column_sampledDay'), t('column_sampledTime'), t('column_result')].join(
              ', ',
            ),
          }),
        )
        .waitFor()
      await shot(page, `catch-up-phone-${language}`)
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await type(t('column_sampledDay'), day)
      await type(t('column_sampledTime'), '1430')
      await type(t('column_result'), 'n')
      await page.getByRole('button', { name: t('close') }).click()
      await page.getByRole('button', { name: t('send', { count: 1 }) }).click()
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: t('sendDo') })
        .click()
      await page.getByText(t('done', { count: 1 })).waitFor()
      assert.equal(server.portal.books.screenings.size, 1)
      await assertNoSidewaysScrolling(page)
    })
  }

  it('has English for every French text', () => {
    assert.deepEqual(catalogueFaults(catchUpMessages), [])
  })
})
