import { describe, it } from 'node:test'
import {
  assertAccessible,
  desktop,
  escapeFrom,
  shot,
  startBrowser,
  visit,
} from '../../test/browser.ts'
import { familyName, signIn } from '../../test/counter-steps.ts'
import { openDay, panbio } from '../../test/open-counter.ts'
import { startStoryPortal } from '../../test/story-portal.ts'

describe('what becomes of the message', () => {
  it('is on the row of the person: delivered, or refused and why, without a reload', async (context) => {
    const portal = await startStoryPortal(context, { hasMessages: true })
    const browser = await startBrowser(context)
    const { page } = await visit(browser, { size: desktop })
    await signIn(page, portal)
    const record = async (family: string, contact: string): Promise<void> => {
      await familyName(page).fill(family)
      await page.getByRole('textbox', { name: 'Prénoms' }).fill('Camille')
      await page.getByRole('textbox', { name: 'Date de naissance' }).fill('03/04/1980')
      await page.getByRole('radio', { name: 'Féminin' }).check({ force: true })
      await page.getByRole('textbox', { name: /Téléphone/ }).fill(contact)
      const device = page.getByRole('combobox', { name: /Test utilisé/ })
      if ((await device.inputValue()) === '') {
        await device.fill('panbio')
        await panbio(page).click()
      }
      await page.getByRole('button', { name: 'Négatif' }).click()
      await page.getByRole('img', { name: 'Certificat français (2D-DOC)' }).waitFor()
      await escapeFrom(page.getByRole('dialog'))
    }
    const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })

    await record('Livrée', '06 12 34 56 78')
    await record('Refusée', '06 00 00 00 00')
    await record('Partie', '06 00 00 00 03')
    await openDay(page)
    await row('LIVRÉE').getByText('SMS livré').waitFor()
    await row('REFUSÉE').getByText('SMS refusé : numéro inexistant').waitFor()
    await row('PARTIE').getByText('SMS remis à l’opérateur').waitFor()
    await assertAccessible(page)
    await shot(page, 'delivery-rows')

    // Where it is handed over, what to do instead.
    await page.getByRole('button', { name: 'Certificat de Camille REFUSÉE' }).press('Enter')
    await page.getByText('Le lien n’arrivera pas : imprimez le certificat').waitFor()
    await shot(page, 'delivery-refused')
  })
})
