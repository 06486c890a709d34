import { after, describe, it } from 'node:test'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  languagesAtSizes,
  shot,
  startBrowser,
} from '../../test/browser.ts'
import { openCounter, openDay, typeDupont } from '../../test/open-counter.ts'
import { translator } from '../shared/messages/catalogue.ts'
import { messages } from './messages.ts'

const browser = await startBrowser({ after })

describe('every screen of the counter', () => {
  for (const { language, device, size } of languagesAtSizes)
    it(`is accessible in ${language} on a ${device}, and nothing sticks out`, async (context) => {
      const t = translator(messages, language)
      const { page, server } = await openCounter(browser, context, {
        size,
        isSignedIn: false,
        language,
      })
      const button = (name: string) => page.getByRole('button', { name, exact: true })
      const text = (label: string) => page.getByRole('textbox', { name: label })
      const look = async (name: string): Promise<void> => {
        await assertAccessible(page)
        await assertNoSidewaysScrolling(page)
        await shot(page, `counter-${name}-${language}-${device}`)
      }
      const ecps = page.getByRole('link', { name: t('doorEcps') })
      await ecps.waitFor()
      await look('sign-in')
      server.portal.sites = [
        { id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' },
        { id: '750000002', name: 'Centre de dépistage de la gare', postalCode: '75010' },
      ]
      await ecps.press('Enter')
      const site = page.getByRole('button', { name: /Pharmacie du Parvis/ })
      await site.waitFor()
      await look('site')
      await site.press('Enter')
      await text(t('familyName')).waitFor()
      await look('empty')
      await button(t('more')).press('Enter')
      await page
        .getByRole('radiogroup', { name: t('symptoms') })
        .getByRole('radio', { name: t('symptomsPresent') })
        .press('Space')
      await text(t('birthDate')).fill('31/02/1980')
      await text(t('contact')).fill('06 12')
      await button(t('saveAndWait')).press('Enter')
      await page.getByText(t('fault_DATE_NOT_REAL')).waitFor()
      await look('faults')
      await button(t('clear')).press('Enter')
      await typeDupont(page)
      await page.keyboard.press('Enter')
      await page.getByText(t('saved', { name: 'Camille DUPONT' })).waitFor()
      const waitingTab = page.getByRole('tab', { name: t('waitingCount', { count: 1 }) })
      if (await waitingTab.isVisible()) await waitingTab.press('Enter')
      await look('waiting')
      await button(t('readResultOf', { name: 'Camille DUPONT' })).press('Enter')
      await page.getByRole('dialog', { name: t('resultTitle') }).waitFor()
      await look('result')
      await page.keyboard.press('p')
      await page.getByRole('alertdialog').waitFor()
      await look('confirm')
      await button(t('positiveConfirmYes')).press('Enter')
      await page.getByRole('img', { name: t('euCode') }).waitFor()
      await look('document')
      await page.keyboard.press('Escape')
      await openDay(page)
      const again = button(t('showDocumentOf', { name: 'Camille DUPONT' }))
      await again.scrollIntoViewIfNeeded()
      await look('today')
    })
})
