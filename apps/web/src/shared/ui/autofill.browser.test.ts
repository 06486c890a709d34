/** What a browser and its password managers see of each field. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startBrowser, visit } from '../../../test/browser.ts'
import { familyName, openCounter } from '../../../test/open-counter.ts'
import { startWebPortal } from '../../../test/portal.ts'

const ending: (() => Promise<unknown>)[] = []
const context = { after: (close: () => Promise<unknown>) => ending.unshift(close) }
let browser: Browser
before(async () => {
  browser = await startBrowser(context)
})
test.after(async () => {
  for (const close of ending) await close()
})

interface SeenField {
  readonly name: string
  readonly autocomplete: string | null
  readonly isLeftAlone: boolean
}

const fieldsOf = (page: Page): Promise<SeenField[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('input, textarea')]
      .filter(
        (field) =>
          !['file', 'checkbox', 'radio', 'hidden'].includes(field.getAttribute('type') ?? ''),
      )
      .map((field) => ({
        name: field.getAttribute('aria-label') ?? field.id,
        autocomplete: field.getAttribute('autocomplete'),
        isLeftAlone: ['1p-ignore', 'lpignore', 'bwignore', 'form-type'].every((mark) =>
          field.hasAttribute(`data-${mark}`),
        ),
      })),
  )

test('no field of the counter is filled in or kept by a browser or a password manager', async (t) => {
  const { page } = await openCounter(browser, t)
  await familyName(page).waitFor()
  const fields = await fieldsOf(page)
  assert.ok(fields.length >= 5)
  for (const field of fields) {
    assert.deepEqual([field.autocomplete, field.isLeftAlone], ['off', true], field.name)
  }
})

test('on a person’s own phone the birth date may be filled in, and the link’s code may not', async () => {
  const { url } = await startWebPortal(context)
  const { page } = await visit(browser)
  await page.goto(`${url}/resultat/`)
  await page.getByRole('textbox').first().waitFor()
  for (const { autocomplete, isLeftAlone, name } of await fieldsOf(page)) {
    assert.equal(autocomplete === 'off', isLeftAlone, name)
    assert.ok(autocomplete === 'off' || autocomplete === 'bday', name)
  }
  const { page: withLink } = await visit(browser)
  await withLink.goto(`${url}/resultat/#FS7PK6FS5XP4JKQXJL7ZGO2VQFDVJ2CE`)
  await withLink.locator('[autocomplete="bday"]').waitFor()
})

test('the verifier’s fields are nobody’s to fill in', async () => {
  const { url } = await startWebPortal(context)
  const { page } = await visit(browser)
  await page.goto(`${url}/verifier/`)
  const typed = page.locator('#typed-code')
  await typed.waitFor({ state: 'attached' })
  for (const { autocomplete, isLeftAlone, name } of await fieldsOf(page)) {
    assert.deepEqual([autocomplete, isLeftAlone], ['off', true], name)
  }
})
