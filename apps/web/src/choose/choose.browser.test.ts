import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  languagesAtSizes,
  shot,
  startBrowser,
  visit,
} from '../../test/browser.ts'
import { startWebPortal } from '../../test/portal.ts'

test('the first page leads each public to its own, on a phone and on a desk, in both languages', async (context) => {
  const portal = await startWebPortal(context)
  const browser = await startBrowser(context)
  for (const { language, device: name, size } of languagesAtSizes) {
    const { page, complaints } = await visit(browser, { language, size })
    await page.goto(`${portal.url}/?lang=${language}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const links = await page.getByRole('main').getByRole('link').all()
    const targets = await Promise.all(links.map((link) => link.getAttribute('href')))
    assert.deepEqual(
      targets,
      ['/resultat/', '/verifier/', '/pro/'].map((path) => `${path}?lang=${language}`),
    )
    const foot = page.getByRole('contentinfo').getByRole('link')
    assert.equal(await foot.count(), 4)
    await assertAccessible(page)
    await assertNoSidewaysScrolling(page)
    await shot(page, `choose-${language}-${name}`)
    assert.deepEqual(complaints, [])
  }
})
