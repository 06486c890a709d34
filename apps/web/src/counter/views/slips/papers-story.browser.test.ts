import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import {
  desktop,
  phone,
  shot,
  startBrowser,
  untilWorksOffline,
  visit,
} from '../../../../test/browser.ts'
import { sendLines, typedDay } from '../../../../test/counter-view.ts'
import { startStoryPortal } from '../../../../test/story-portal.ts'
import { verdictOf } from '../../../../test/verifier-steps.ts'
import { zbarQrCodes } from '../../../../test/zbar.ts'

const run = promisify(execFile)

const askFor = async (page: Page, address: string, birthDate: string): Promise<void> => {
  await page.goto(address)
  await page.getByRole('textbox', { name: 'Jour, mois, année' }).fill(birthDate)
  await page.getByRole('button', { name: 'Voir mon résultat' }).click()
}

test('from a printed slip to the definitive certificate, with a real server: printed, checked, asked for too early, typed, opened; a cancelled one is refused', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const folder = await mkdtemp(join(tmpdir(), 'sidep-papers-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  const counter = await visit(browser, { size: desktop })
  const { page } = counter
  await page.goto(`${portal.url}/pro/`)
  await page.getByRole('link', { name: /e-CPS/ }).click()
  await page.getByRole('button', { name: 'Continuer' }).click()
  await page.getByRole('button', { name: /^Confirmer/ }).click()

  // Printed ahead of time, on real paper as far as a test can.
  await page.getByRole('link', { name: 'Fiches papier' }).click()
  await page.evaluate(() => {
    globalThis.print = () => document.documentElement.setAttribute('data-printed', 'yes')
  })
  await page.getByRole('textbox', { name: 'Pages' }).fill('1')
  await page.getByRole('button', { name: 'Préparer et imprimer' }).click()
  await page.locator('html[data-printed=yes]').waitFor()
  const pdf = join(folder, 'slips.pdf')
  await writeFile(pdf, await page.pdf({ preferCSSPageSize: true }))
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  await run('pdftoppm', ['-r', '150', '-png', '-singlefile', pdf, join(folder, 'page')])
  const codes = await zbarQrCodes(join(folder, 'page.png'))
  const [check, other] = codes.filter((text) => text.startsWith(`${portal.url}/resultat/#F`))
  const addresses = codes.filter((text) => /\/resultat\/#[0-9A-Z]{24}$/.test(text))
  assert.ok(check !== undefined && other !== undefined)
  assert.equal(addresses.length, 4)

  // A doorman who has been online once, and is not now.
  const doorman = await visit(browser, { size: phone, worksOffline: true })
  await doorman.page.goto(`${portal.url}/verifier/`)
  await doorman.page.getByText(/^Données d/).waitFor()
  await untilWorksOffline(doorman.page)
  await doorman.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  assert.match(await verdictOf(doorman.page, check), /Fiche à lire[\s\S]*pièce d’identité/)
  await doorman.context.setOffline(true)
  await doorman.page.reload()
  await doorman.page.getByText('Hors ligne : la vérification continue.').waitFor()
  assert.match(await verdictOf(doorman.page, check), /Fiche à lire/)
  await doorman.context.setOffline(false)

  // The person asks before the slip is typed.
  const person = await visit(browser, { size: phone })
  await askFor(person.page, addresses[0] ?? '', '03041980')
  await person.page.getByText('Pas encore de résultat pour cette fiche').waitFor()
  await shot(person.page, 'slip-not-yet')

  // Typed: a scanner puts the code into the first cell.
  await page.getByRole('link', { name: 'Rattrapage' }).click()
  const grid = page.getByRole('grid')
  await grid.getByRole('textbox').focus()
  await page.keyboard.insertText(check)
  await page.keyboard.press('Tab')
  const day = typedDay(5)
  for (const text of ['Le Goff', 'Éloïse', '03041980', 'f', '', '1232', day, '1430', 'n']) {
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
  await grid.getByText('Prête').waitFor()
  await sendLines(page, 1)
  await page.getByText('1 dépistage transmis et enregistré').waitFor()
  await shot(page, 'papers-sent')

  // The same paper a second time, from the register and without its number: the site has it already.
  await grid.getByRole('textbox').focus()
  await page.keyboard.press('Tab')
  for (const text of ['LE GOFF', 'Eloise', '3/4/1980', 'f', '', '1232', day, '14:45', 'n']) {
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
  await sendLines(page, 1)
  await grid.getByText('Déjà là ?').waitFor()

  // What the doorman scanned, and the number, open nothing, with the right birth date too.
  await askFor(person.page, check, '03041980')
  await person.page.getByText('le grand code et le numéro servent au contrôle').waitFor()
  // The person's own code has the certificate now, of the time of the test: one of the four on the page.
  for (const address of addresses) {
    await askFor(person.page, address, '03041980')
    const found = person.page.getByRole('heading', { name: 'Résultat négatif' })
    const none = person.page.getByText('Pas encore de résultat pour cette fiche')
    await found.or(none).waitFor()
    if (await found.isVisible()) break
  }
  await person.page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
  await person.page.getByRole('img', { name: /Code QR européen|Code européen/ }).waitFor()
  await shot(person.page, 'slip-certificate')

  // The others are stolen.
  await page.getByRole('link', { name: 'Fiches papier' }).click()
  await page.getByText('3 fiches sont imprimées et ne sont pas encore saisies.').waitFor()
  await page.getByRole('button', { name: 'Annuler toutes les fiches…' }).click()
  await page.getByRole('button', { name: 'Annuler ces fiches' }).click()
  await page.getByText('3 fiches annulées.').waitFor()
  // The bundle has it within seconds; the doorman's page takes the next one when it is opened.
  let words = ''
  for (let round = 0; round < 60 && !/annulée/.test(words); round += 1) {
    const fetched = doorman.page.waitForResponse((response) =>
      response.url().endsWith('/trust/index'),
    )
    await doorman.page.reload()
    await (await fetched).finished()
    await doorman.page.getByText(/^Données d/).waitFor()
    words = await verdictOf(doorman.page, other)
  }
  assert.match(words, /Non valide[\s\S]*annulée/)
  await doorman.context.setOffline(true)
  await doorman.page.reload()
  await doorman.page.getByText('Hors ligne : la vérification continue.').waitFor()
  assert.match(await verdictOf(doorman.page, other), /annulée/)
  assert.deepEqual(
    counter.complaints.filter((complaint) => !complaint.includes('401')),
    [],
  )
})
