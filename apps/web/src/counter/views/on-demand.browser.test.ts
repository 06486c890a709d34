import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import {
  assertAccessible,
  desktop,
  escapeFrom,
  pressUnless,
  shot,
  startBrowser,
  visit,
} from '../../../test/browser.ts'
import { startMockServer } from '../../../test/mock-server.ts'
import { catalogueFaults } from '../../shared/messages/catalogue.ts'
import { navMessages } from './nav-messages.ts'
import { onDemandMessages } from './on-demand-messages.ts'

const browser = await startBrowser({ after })

/** It would have every file. */
const withoutServiceWorker = async (page: Page): Promise<void> => {
  await page.addInitScript(() => {
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('not here'))
  })
}

const gone = (url: URL): boolean => missingFiles.some((file) => file.test(url.pathname))
let missingFiles: readonly RegExp[] = []

/** A counter whose server answers 404 for a file, as after a deployment that left nothing of the version before. */
const openWithout = async (
  context: { after(close: () => Promise<unknown>): void },
  file: RegExp,
) => {
  const server = await startMockServer()
  server.portal.isSignedIn = true
  const { page, context: visitor } = await visit(browser, { size: desktop })
  context.after(async () => {
    await visitor.close()
    await server.close()
  })
  missingFiles = [file]
  await withoutServiceWorker(page)
  await page.route(gone, (route) => route.fulfill({ status: 404, body: '' }))
  await page.goto(`${server.url}/pro/`)
  return { page, server }
}

describe('a view whose code comes on demand', () => {
  it('says so when it does not come, and a reload brings it', async (context) => {
    const server = await startMockServer()
    server.portal.isSignedIn = true
    const { page, context: visitor } = await visit(browser, { size: desktop })
    context.after(async () => {
      await visitor.close()
      await server.close()
    })
    // A browser that has not been given the service worker yet, and loses the network.
    const missing = /\/assets\/catch-up-view-[^/]*\.js$/
    await withoutServiceWorker(page)
    await page.route(missing, (route) => route.abort())
    await page.goto(`${server.url}/pro/`)
    await page.getByRole('textbox', { name: 'Nom de naissance' }).fill('Commencée')
    await page.getByRole('link', { name: navMessages.fr['catch-up'] }).press('Enter')
    await page.getByText(onDemandMessages.fr.failed).waitFor()
    await assertAccessible(page)
    await shot(page, 'view-not-loaded')
    await page.unroute(missing)
    await page.getByRole('button', { name: onDemandMessages.fr.reload }).press('Enter')
    await page.getByRole('grid', { name: navMessages.fr['catch-up'] }).waitFor()
  })

  it('gone from the server after a deployment: the page reloads once by itself, with what was typed', async (context) => {
    const { page, server } = await openWithout(context, /\/assets\/catch-up-view-[^/]*\.js$/)
    let loads = 0
    page.on('load', () => {
      loads += 1
    })
    await page.getByRole('textbox', { name: 'Nom de naissance' }).fill('Commencée')
    await page.getByRole('link', { name: navMessages.fr['catch-up'] }).press('Enter')
    // Gone still: said, with the rest of the counter in its place, and no second reload.
    await page.getByText(onDemandMessages.fr.failed).waitFor()
    assert.equal(loads, 1)
    await page.unroute(gone)
    await page.getByRole('button', { name: onDemandMessages.fr.again }).press('Enter')
    await page.getByRole('grid', { name: navMessages.fr['catch-up'] }).waitFor()
    await page.goto(`${server.url}/pro/`)
    const name = page.getByRole('textbox', { name: 'Nom de naissance' })
    await name.waitFor()
    assert.equal(await name.inputValue(), 'Commencée')
  })

  it('within the form leaves the form as it is: the camera is missing, not the counter', async (context) => {
    const { page } = await openWithout(context, /\/assets\/ins-scanner-[^/]*\.js$/)
    const name = page.getByRole('textbox', { name: 'Nom de naissance' })
    await name.fill('Commencée')
    await page.getByRole('button', { name: 'INS : scanner avec la caméra' }).press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByText(onDemandMessages.fr.failed).waitFor()
    await page.unroute(gone)
    assert.equal(await name.inputValue(), 'Commencée')
    // Tried again at once, or, where the browser remembers the failure, by a reload that closes the dialog and keeps the form.
    await dialog.getByRole('button', { name: onDemandMessages.fr.again }).press('Enter')
    await pressUnless(
      () => dialog.getByRole('button', { name: /photo/ }).isVisible(),
      page.getByRole('button', { name: 'INS : scanner avec la caméra' }),
    )
    await escapeFrom(dialog)
    assert.equal(await name.inputValue(), 'Commencée')
  })

  it('a dialog whose code is gone is drawn by the browser itself, and the focus comes back', async (context) => {
    const { page } = await openWithout(context, /\/assets\/aria-dialog-[^/]*\.js$/)
    await page.getByRole('textbox', { name: 'Nom de naissance' }).waitFor()
    const opener = page.getByRole('button', { name: /Anne Le Goff/i })
    await opener.press('Enter')
    const dialog = page.locator('dialog:modal').and(page.getByRole('dialog'))
    await dialog.getByText('Pharmacie du Parvis').waitFor()
    await assertAccessible(page)
    assert.deepEqual(
      await dialog.evaluate((element) => {
        const { borderTopWidth, paddingTop } = getComputedStyle(element)
        return { borderTopWidth, paddingTop }
      }),
      { borderTopWidth: '0px', paddingTop: '0px' },
    )
    await shot(page, 'dialog-not-loaded')
    await escapeFrom(dialog)
    await opener.and(page.locator(':focus')).waitFor()
  })

  it('has words in both languages', () => {
    assert.deepEqual(catalogueFaults(onDemandMessages), [])
  })
})
