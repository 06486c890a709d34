import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { assertAccessible, desktop, shot, startBrowser, visit } from '../../../test/browser.ts'
import { startMockServer } from '../../../test/mock-server.ts'
import { catalogueFaults } from '../../shared/messages/catalogue.ts'
import { navMessages } from './nav-messages.ts'
import { onDemandMessages } from './on-demand-messages.ts'

const browser = await startBrowser({ after })

describe('a view whose code comes on demand', () => {
  it('says so when it does not come, and a reload brings it', async (context) => {
    const server = await startMockServer()
    server.isSignedIn = true
    const { page, context: visitor } = await visit(browser, { size: desktop })
    context.after(async () => {
      await visitor.close()
      await server.close()
    })
    // A browser that has not been given the service worker yet, and loses the network.
    const missing = /\/assets\/catch-up-view-[^/]*\.js$|\/sw\.js$/
    await page.route(missing, (route) => route.abort())
    await page.goto(`${server.url}/pro/`)
    await page.getByRole('link', { name: navMessages.fr['catch-up'] }).press('Enter')
    await page.getByText(onDemandMessages.fr.failed).waitFor()
    await assertAccessible(page)
    await shot(page, 'view-not-loaded')
    await page.unroute(missing)
    await page.getByRole('button', { name: onDemandMessages.fr.reload }).press('Enter')
    await page.getByRole('grid', { name: navMessages.fr['catch-up'] }).waitFor()
  })

  it('has words in both languages', () => {
    assert.deepEqual(catalogueFaults(onDemandMessages), [])
  })
})
