/**
 * A day at a counter overseas, with a real server, by keyboard and hand scanner alone: whatever the clock of the server,
 * every time that is typed, shown and printed is the site's.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { ScreeningList } from '@sidep/contracts'
import { demoPeople, type SyntheticProfessional } from '@sidep/dev'
import { typedThrough } from '@sidep/identifiers'
import { clockIn, dayIn } from '@sidep/time'
import type { Page } from 'playwright-core'
import { assertAccessible, phone, shot, startBrowser, visit } from '../../test/browser.ts'
import { insText, scan } from '../../test/hand-scanner.ts'
import { enterToSave, openDay } from '../../test/open-counter.ts'
import { startStoryPortal } from '../../test/story-portal.ts'
import { zbarQrCodes } from '../../test/zbar.ts'

const run = promisify(execFile)
/** The commonest screen of a pharmacy. */
const small = { width: 1366, height: 768 } as const

const at = (
  finess: string,
  companyName: string,
  postalCode: string,
  municipality: string,
): SyntheticProfessional => {
  const [activity] = demoPeople.pharmacist.activities
  if (activity === undefined) throw new Error('the pharmacist works somewhere')
  const there = { ...activity, finess, structureId: `F${finess}`, companyName, postalCode }
  return { ...demoPeople.pharmacist, activities: [{ ...there, municipality }] }
}

const places = [
  {
    name: 'reunion',
    person: at('970400016', 'PHARMACIE DU BARACHOIS (ESSAI)', '97400', 'SAINT-DENIS'),
    timeZone: 'Indian/Reunion',
    offset: '+04:00',
    zone: 'UTC+4',
    layout: 'french',
  },
  {
    name: 'papeete',
    person: at('987100005', 'PHARMACIE DU LAGON (ESSAI)', '98713', 'PAPEETE'),
    timeZone: 'Pacific/Tahiti',
    offset: '-10:00',
    zone: 'UTC-10',
    layout: 'french-caps-lock',
  },
] as const

const dayFirst = (day: string): string => day.split('-').reverse().join('/')

/** What is printed next comes out as a file. */
const printed = async (page: Page, press: () => Promise<unknown>): Promise<Buffer> => {
  await page.evaluate(() => {
    document.documentElement.removeAttribute('data-printed')
    globalThis.print = () => document.documentElement.setAttribute('data-printed', 'yes')
  })
  await press()
  await page.locator('html[data-printed=yes]').waitFor()
  const pdf = await page.pdf({ preferCSSPageSize: true })
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  return pdf
}

for (const { name, person, timeZone, offset, zone, layout } of places)
  test(`at ${name}: sign in, scan, read, print, slip, catch-up, found again, all on the site’s clock`, async (context) => {
    const portal = await startStoryPortal(context, { people: [person] })
    const browser = await startBrowser(context)
    const folder = await mkdtemp(join(tmpdir(), 'sidep-overseas-'))
    context.after(() => rm(folder, { recursive: true, force: true }))
    const { page, complaints } = await visit(browser, { size: small, timeZone })
    const { keyboard } = page
    const focused = page.locator(':focus')
    const look = async (view: string): Promise<void> => {
      await assertAccessible(page)
      await shot(page, `${name}-${view}`)
      await page.setViewportSize(phone)
      // Drawn anew for the narrow screen, in a moment.
      await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth)
      await shot(page, `${name}-${view}-phone`)
      await page.setViewportSize(small)
    }
    const text = async (pdf: Buffer): Promise<string> => {
      const file = join(folder, 'printed.pdf')
      await writeFile(file, pdf)
      return (await run('pdftotext', ['-layout', file, '-'])).stdout
    }

    await page.goto(`${portal.url}/pro/`)
    await page.getByRole('link', { name: /e-CPS/ }).press('Enter')
    await page.getByRole('button', { name: 'Continuer' }).press('Enter')
    await page.getByRole('button', { name: /^Confirmer/ }).press('Enter')

    // The identity by scanner, through the keyboard of the place, before anything was typed.
    const familyName = page.getByRole('textbox', { name: 'Nom de naissance' })
    await familyName.and(focused).waitFor()
    await scan(page, typedThrough(insText, layout))
    await page.getByText('Identité lue dans le DataMatrix INS.').waitFor()
    const contact = page.getByRole('textbox', { name: /^Téléphone/ })
    await contact.and(focused).waitFor()
    await keyboard.type('corinne@exemple.fr')
    await enterToSave(page)
    // Half an hour ago, on the clock on the wall.
    const sampledAt = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 30 * 60_000)
    const time = page.getByRole('textbox', { name: /^Heure du prélèvement/ })
    await time.fill(`${dayFirst(dayIn(sampledAt, timeZone))} ${clockIn(sampledAt, timeZone)}`)
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).press('Enter')
    await page.getByText(/CORINNE ANNE LE GOFF est enregistré/).waitFor()
    await page.getByText(`Prélevé à ${clockIn(sampledAt, timeZone)}`).waitFor()
    await look('waiting')

    // Ripe by now: one key opens it, one key is the result.
    await familyName.and(focused).waitFor()
    await keyboard.press('F2')
    await page.getByRole('dialog', { name: 'Résultat du test' }).waitFor()
    await keyboard.press('n')
    await page.getByRole('button', { name: 'Imprimer' }).and(focused).waitFor()
    await page.getByText(/^Un lien vers ce certificat part vers c.*@exemple\.fr/).waitFor()
    const certificate = await text(await printed(page, () => keyboard.press('Control+p')))
    assert.ok(certificate.includes(`à ${clockIn(sampledAt, timeZone)} (${zone})`), certificate)
    assert.match(certificate, /LE GOFF/)
    await look('document')
    await keyboard.press('Escape')

    const listed = await page.evaluate<ScreeningList>(async () => {
      const answer = await fetch('/api/screenings')
      return answer.json()
    })
    assert.deepEqual(
      listed.screenings.map((entry) => [entry.sampledAt.slice(-6), Date.parse(entry.sampledAt)]),
      [[offset, sampledAt.getTime()]],
    )

    // Paper for an outage.
    await page.getByRole('link', { name: 'Fiches papier' }).press('Enter')
    await page.getByRole('textbox', { name: 'Pages' }).fill('1')
    const prepare = page.getByRole('button', { name: 'Préparer et imprimer' })
    const slips = join(folder, 'slips.pdf')
    await writeFile(slips, await printed(page, () => prepare.press('Enter')))
    await run('pdftoppm', ['-r', '150', '-png', '-singlefile', slips, join(folder, 'slips')])
    const codes = await zbarQrCodes(join(folder, 'slips.png'))
    const check = codes.find((code) => code.startsWith(`${portal.url}/resultat/#F`))
    assert.ok(check !== undefined)
    await look('slips')

    // Filled in yesterday evening, typed now: the slip by scanner, through the same keyboard.
    await page.getByRole('link', { name: 'Rattrapage' }).press('Enter')
    const grid = page.getByRole('grid')
    await grid.getByRole('textbox').waitFor()
    await scan(page, typedThrough(check, layout))
    await page.getByText('Fiche scannée : ligne 1.').waitFor()
    await grid.getByRole('textbox').and(focused).waitFor()
    const yesterday = dayIn(new Date(Date.now() - 86_400_000), timeZone)
    // Without its year: the last such day at the site.
    const day = dayFirst(yesterday).slice(0, 5)
    for (const cell of ['Teriitahi', 'Moana', '03041980', 'f', '', '1232', day, '2330', 'n']) {
      if (cell !== '') await keyboard.type(cell)
      await keyboard.press('Tab')
    }
    await grid.getByText('Prête').waitFor()
    await look('catch-up')
    await grid.getByRole('textbox').focus()
    await keyboard.press('Escape')
    await page.getByRole('button', { name: 'Transmettre 1 ligne' }).and(focused).waitFor()
    await keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor()
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await page.getByText('1 dépistage transmis et enregistré').waitFor()

    // Both are found again, on any day, with what happened to them.
    await page.getByRole('link', { name: 'Comptoir', exact: true }).press('Enter')
    await openDay(page)
    await page.getByRole('button', { name: 'Certificat de Moana TERIITAHI' }).press('Enter')
    await page.getByRole('dialog').getByText(/23:30/).first().waitFor()
    await keyboard.press('Escape')
    await page.getByRole('button', { name: /Jour/ }).press('Enter')
    await page.getByRole('option', { name: 'Tous les jours' }).press('Enter')
    const who = page.getByRole('searchbox', { name: 'Nom ou date de naissance' })
    await who.fill('le goff corinne 14/05/1969')
    await page.getByRole('button', { name: 'Certificat de CORINNE ANNE LE GOFF' }).press('Enter')
    await page.getByRole('button', { name: 'Historique' }).press('Enter')
    const events = page.getByRole('list', { name: 'Historique' }).getByRole('listitem')
    await events.first().waitFor()
    const told = await events.allInnerTexts()
    for (const words of [
      /Prélèvement/,
      /Saisi, en attente/,
      /Résultat saisi/,
      /Certificat délivré/,
    ])
      assert.ok(
        told.some((event) => words.test(event)),
        `${words} in ${told.join(' | ')}`,
      )
    assert.match(told[0] ?? '', new RegExp(clockIn(sampledAt, timeZone)))
    await look('record')
    assert.deepEqual(
      complaints.filter((complaint) => !complaint.includes('401')),
      [],
    )
  })
