import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { demoPeople, type PemPair } from '@sidep/dev'
import type { Browser, BrowserContext } from 'playwright-core'
import { launchChromium } from '../../../../../tools/src/chromium.ts'
import { type CardPortal, startCardPortal } from './testing.ts'

let door: CardPortal
let browser: Browser

before(async () => {
  door = await startCardPortal({
    pages: resolve(import.meta.dirname, '../../../../web/dist'),
    // The page offers the other door as well, and says that it does not answer.
    environment: {
      ECPS_ISSUER: 'http://127.0.0.1:9',
      ECPS_CLIENT_ID: 'portal',
      ECPS_CLIENT_SECRET: 'portal',
    },
  })
  browser = await launchChromium()
})
after(async () => {
  await browser.close()
  await door.close()
})

/** A browser with a card in its reader; the card port's own certificate is from the stand-in authority. */
const withCard = (card: PemPair): Promise<BrowserContext> =>
  browser.newContext({
    ignoreHTTPSErrors: true,
    locale: 'fr-FR',
    clientCertificates: [
      {
        origin: door.cardUrl,
        cert: Buffer.from(card.certificate),
        key: Buffer.from(card.privateKey),
      },
    ],
  })

test('in Chromium a pharmacist with a card lands at the counter of their pharmacy', async () => {
  const context = await withCard(await door.card('pharmacist'))
  const page = await context.newPage()
  await page.goto(`${door.url}/pro/`)
  await page.getByRole('link', { name: /Carte CPS/ }).click()
  await page.waitForURL(`${door.url}/pro/`)
  const { companyName } = demoPeople.pharmacist.activities[0]
  await page.getByText(companyName).first().waitFor()
  const session = await page.evaluate(async () => (await fetch('/api/session')).json())
  assert.equal(session.door, 'card')
  assert.equal(session.professional.id, demoPeople.pharmacist.nationalId)
  // Neither assertion nor card is left in the history or within reach of a script.
  assert.equal(page.url(), `${door.url}/pro/`)
  assert.equal(await page.evaluate(() => document.cookie), '')
  await context.close()
})

test('in Chromium an expired card leads back to the page, which says so in words', async () => {
  const context = await withCard(await door.card('expired'))
  const page = await context.newPage()
  await page.goto(`${door.url}/pro/`)
  await page.getByRole('link', { name: /Carte CPS/ }).click()
  await page.getByText('Cette carte a expiré.').waitFor()
  assert.equal(new URL(page.url()).pathname, '/pro/')
  await context.close()
})

test('in Chromium without a card the page says what to do', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'fr-FR' })
  const page = await context.newPage()
  await page.goto(`${door.url}/login/card`)
  await page.getByText('Aucune carte n’a été présentée').waitFor()
  await context.close()
})

test('a press on a door that does not answer says when to come back, and the door that works comes first', async () => {
  const context = await browser.newContext({ locale: 'fr-FR' })
  const page = await context.newPage()
  const doors = page.getByRole('main').getByRole('link', { name: /CPS/ })
  await page.goto(`${door.url}/pro/`)
  await page.getByText(/Ne répond pas depuis/).waitFor()
  assert.match((await doors.first().textContent()) ?? '', /^Carte CPS/)
  await page.getByRole('link', { name: /e-CPS/ }).click()
  await page.waitForURL(/problem=PROVIDER_UNAVAILABLE&retry=\d+/)
  const alert = page.getByRole('alert')
  await alert.getByText('Le fournisseur d’identité ne répond pas.').waitFor()
  await alert.getByText(/^Réessayez dans moins d’une minute\.$|^Vous pouvez réessayer\.$/).waitFor()
  await alert.getByText('L’autre porte fonctionne ; elle est proposée en premier.').waitFor()
  assert.match((await doors.first().textContent()) ?? '', /^Carte CPS/)
  assert.equal(await page.getByRole('button', { name: /sans quitter cette page/ }).count(), 0)
  await context.close()
})
