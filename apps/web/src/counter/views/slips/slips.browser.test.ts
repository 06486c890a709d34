import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { papers } from '@sidep/dev/portal'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  phone,
  shot,
  startBrowser,
} from '../../../../test/browser.ts'
import { type OpenView, openView, type ViewOptions } from '../../../../test/counter-view.ts'
import { zbarQrCodes } from '../../../../test/zbar.ts'
import {
  catalogueFaults,
  type Language,
  languages,
  translator,
} from '../../../shared/messages/catalogue.ts'
import { navMessages } from '../nav-messages.ts'
import { slipMessages } from './slip-messages.ts'

const run = promisify(execFile)
const browser = await startBrowser({ after })

const open = async (
  context: Pick<TestContext, 'after'>,
  options: ViewOptions = {},
): Promise<OpenView> => {
  const title = (language: Language): string => translator(slipMessages, language)('title')
  const view = { fragment: '#fiches', title }
  const opened = await openView(browser, context, view, options)
  // The print dialog is the browser's; what is asked of it is all a test can see.
  await opened.page.evaluate(() => {
    globalThis.print = () => {
      const count = Number(document.documentElement.getAttribute('data-prints') ?? 0)
      document.documentElement.setAttribute('data-prints', String(count + 1))
    }
  })
  return opened
}

describe('paper slips', () => {
  it('are prepared and printed by keyboard alone; the list says how many are out and until when', async (context) => {
    const { page, server, complaints } = await open(context)
    await page.getByText('Aucune fiche n’est sortie.').waitFor()
    await page.getByRole('textbox', { name: 'Pages' }).fill('2')
    await page.getByText(/^8 fiches, avec un registre/).waitFor()
    await page.getByRole('textbox', { name: 'Pages' }).press('Enter')
    await page.locator('html[data-prints="1"]').waitFor()
    assert.equal(await page.locator('.print-sheet > svg').count(), 3)
    await page
      .getByText('8 fiches sont imprimées et ne sont pas encore saisies.', { exact: true })
      .waitFor()
    await page.getByText(/valables jusqu’au/).waitFor()
    assert.equal(server.portal.slips.out.size, 8)
    await shot(page, 'slips-desktop')
    assert.deepEqual(complaints, [])
  })

  it('come out of the browser’s own print as three A4 pages whose codes zbarimg reads', async (context) => {
    const { page, server } = await open(context)
    const folder = await mkdtemp(join(tmpdir(), 'sidep-slips-print-'))
    context.after(() => rm(folder, { recursive: true, force: true }))
    await page.getByRole('textbox', { name: 'Pages' }).fill('2')
    await page.getByRole('button', { name: 'Préparer et imprimer' }).click()
    await page.locator('html[data-prints="1"]').waitFor()
    const pdf = join(folder, 'print.pdf')
    await writeFile(pdf, await page.pdf({ preferCSSPageSize: true }))
    assert.match((await run('pdfinfo', [pdf])).stdout, /Pages: +3\n/)
    await run('pdftoppm', ['-r', '150', '-png', '-l', '2', pdf, join(folder, 'page')])
    const pictures = ['page-1.png', 'page-2.png'].map((name) => join(folder, name))
    const codes = [...server.portal.slips.out.values()].flatMap(({ check, address }) => [
      check,
      address,
    ])
    assert.deepEqual(await zbarQrCodes(...pictures), codes.sort())
  })

  it('stay on this device until the paper came out: a reload can print them again, and takes no new numbers', async (context) => {
    const { page, server } = await open(context)
    await page.getByRole('textbox', { name: 'Pages' }).fill('1')
    await page.getByRole('button', { name: 'Préparer et imprimer' }).dblclick()
    await page.getByText('Fiches 00001–00004 prêtes à imprimer').waitFor()
    assert.equal(server.portal.slips.out.size, 4)
    await page.reload()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'PDF' }).click()
    assert.equal((await download).suggestedFilename(), 'fiches-00001-00004.pdf')
    await page.getByRole('button', { name: 'Le papier est sorti' }).click()
    await page.getByText('Fiches 00001–00004 prêtes à imprimer').waitFor({ state: 'detached' })
    assert.equal(server.portal.slips.out.size, 4)
  })

  it('whose answer is lost are out, and the list says so', async (context) => {
    const { page, server } = await open(context)
    await page.getByText('Aucune fiche n’est sortie.').waitFor()
    server.portal.faults.list = [{ kind: 'answer-lost', on: papers }]
    await page.getByRole('button', { name: 'Préparer et imprimer' }).click()
    await page.getByRole('alert').getByText('Les fiches n’ont pas pu être préparées').waitFor()
    // A browser may send a request again by itself when a kept connection breaks under it.
    await page.getByText(/^\d+ fiches sont imprimées/).waitFor()
    await page.getByText(`${server.portal.slips.out.size} fiches sont imprimées`).waitFor()
    assert.ok(server.portal.slips.out.size >= 12)
  })

  it('are refused in words when too many are out, and a number of pages that is none is said next to it', async (context) => {
    const { page, server } = await open(context)
    await page.getByRole('textbox', { name: 'Pages' }).fill('13')
    await page.getByRole('button', { name: 'Préparer et imprimer' }).click()
    await page.getByText('Un nombre de 1 à 12.').waitFor()
    server.portal.faults.list = [{ kind: 'refused', code: 'SLIPS_TOO_MANY', on: ['printSlips'] }]
    await page.getByRole('textbox', { name: 'Pages' }).fill('12')
    await page.getByRole('button', { name: 'Préparer et imprimer' }).click()
    await page.getByText(/^Trop de fiches sont imprimées et pas encore saisies/).waitFor()
  })

  it('are cancelled one by one or all, with a reason, after saying what will happen', async (context) => {
    const { page, server } = await open(context)
    await page.getByRole('textbox', { name: 'Pages' }).fill('1')
    await page.getByRole('button', { name: 'Préparer et imprimer' }).click()
    await page.getByRole('button', { name: 'Fiches 00001–00004' }).click()
    const printed = [...server.portal.slips.out.values()].map((slip) => slip.printed)
    await page.getByRole('checkbox', { name: printed[1] ?? '' }).check({ force: true })
    await page.getByRole('button', { name: 'Annuler la fiche cochée…' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Annuler 1 fiche ?' })
    await dialog.getByRole('button', { name: 'Les garder' }).and(page.locator(':focus')).waitFor()
    await dialog.getByRole('button', { name: /Pourquoi/ }).click()
    await page.getByRole('option', { name: 'Volées' }).click()
    await shot(page, 'slips-cancel')
    await dialog.getByRole('button', { name: 'Annuler ces fiches' }).click()
    await page.getByText('1 fiche annulée.').waitFor()
    await page.getByText(/^3 fiches sont imprimées/).waitFor()
    await page.getByRole('button', { name: 'Annuler toutes les fiches…' }).click()
    await page.getByRole('button', { name: 'Annuler ces fiches' }).click()
    await page.getByText('3 fiches annulées.').waitFor()
    await page.getByText('Aucune fiche n’est sortie.').waitFor()
    assert.deepEqual(
      server.portal.slips.cancellations.map(({ serials, reason }) => [
        serials?.length ?? 'all',
        reason,
      ]),
      [
        [1, 'stolen'],
        ['all', 'stolen'],
      ],
    )
  })

  for (const language of languages) {
    it(`${language}: no fault that axe finds, nothing sideways at 360 px`, async (context) => {
      const { page } = await open(context, { size: phone, language })
      const t = translator(slipMessages, language)
      await page.getByRole('textbox', { name: t('pages') }).fill('1')
      await page.getByRole('button', { name: t('prepare') }).click()
      await page.getByText(t('readyTitle', { numbers: '00001–00004' })).waitFor()
      await page.getByRole('button', { name: t('group', { numbers: '00001–00004' }) }).click()
      await page.evaluate(() => dispatchEvent(new Event('afterprint')))
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await shot(page, `slips-phone-${language}`)
    })
  }

  it('have English for every French text', () => {
    assert.deepEqual(catalogueFaults(slipMessages), [])
    assert.deepEqual(catalogueFaults(navMessages), [])
  })
})
