import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { demoPeople } from '@sidep/dev'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../../../tools/src/chromium.ts'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { type LoginServer, startLoginServer } from './testing.ts'

let database: OpenDatabase
let server: LoginServer
let browser: Browser

before(async () => {
  database = await openTestDatabase()
  server = await startLoginServer({ database: database.pools.login })
  browser = await launchChromium()
})
after(async () => {
  await browser.close()
  await server.close()
  await database.close()
})

test('in Chromium, by keyboard alone, the cookies survive the way over another site and back', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  // The provider is another site than the portal (127.0.0.1 and localhost), as in the real world.
  await page.goto(`${server.url}/login/ecps?return=/pro/`)
  await page.getByRole('textbox', { name: 'ou saisir un identifiant national' }).focus()
  await page.keyboard.type(demoPeople.nurse.nationalId)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Confirmer sur le téléphone' }).waitFor()
  await page.getByRole('button', { name: 'Confirmer (imite le téléphone)' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(`${server.url}/pro/`)

  const session = (await context.cookies(server.url)).find(({ name }) => name === 'sidep-session')
  assert.equal(session?.httpOnly, true)
  assert.equal(session?.sameSite, 'Lax')
  const answer = await page.evaluate(async () => {
    const view = await fetch('/api/session')
    const change = await fetch('/guarded', { method: 'POST' })
    const foreignRead = document.cookie
    return { status: view.status, view: await view.text(), change: change.status, foreignRead }
  })
  assert.equal(answer.status, 200)
  assert.ok(answer.view.includes(demoPeople.nurse.nationalId))
  assert.equal(answer.change, 200)
  assert.equal(answer.foreignRead, '')
  await context.close()
})

test('in Chromium a page of another site cannot act in an open session', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${server.url}/login/ecps`)
  await page.getByRole('button', { name: 'Continuer' }).click()
  await page.getByRole('button', { name: 'Confirmer (imite le téléphone)' }).click()
  await page.waitForURL(`${server.url}/pro/`)
  await page.goto(`${server.provider.issuer}/.well-known/openid-configuration`)
  const answered = page.waitForResponse(`${server.url}/guarded`)
  await page.evaluate(
    (url) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }),
    `${server.url}/guarded`,
  )
  const response = await answered
  assert.equal(response.status(), 403)
  // Not SESSION_MISSING: the origin is looked at before the session.
  assert.ok(server.logLines.at(-1)?.includes('ORIGIN_REFUSED'))
  await context.close()
})
