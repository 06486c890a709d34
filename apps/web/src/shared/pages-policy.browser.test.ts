/** Every page in a real browser under the policy that it is served with: it works, and nothing else does. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { shot, startBrowser, until, visit } from '../../test/browser.ts'
import { startWebPortal } from '../../test/portal.ts'

const ending: (() => Promise<unknown>)[] = []
const context = { after: (close: () => Promise<unknown>) => ending.unshift(close) }
let browser: Browser
let url: string

before(async () => {
  browser = await startBrowser(context)
  url = (await startWebPortal(context)).url
})
test.after(async () => {
  for (const close of ending) await close()
})

/** A page as somebody opens it, and what its policy was broken with, from its first line on. */
const opened = async (
  path: string,
  worksOffline = false,
): Promise<{ page: Page; violations: string[] }> => {
  const { context: visitor, page } = await visit(browser, { worksOffline })
  const violations: string[] = []
  await visitor.exposeBinding('violated', (_source, text: string) => violations.push(text))
  await visitor.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (violation) => {
      const { effectiveDirective, blockedURI, sample } = violation
      const told = globalThis as unknown as { violated(text: string): void }
      told.violated(`${effectiveDirective} ${blockedURI} ${sample}`)
    })
  })
  await page.goto(`${url}${path}`, { waitUntil: 'networkidle' })
  return { page, violations }
}

const programs = ['/pro/', '/resultat/', '/verifier/']
const papers = ['/', '/?lang=en', '/aide/', '/confidentialite/?lang=en', '/nothing/here']

for (const path of [...programs, ...papers]) {
  test(`${path} shows itself without breaking its policy`, async () => {
    const { page, violations } = await opened(path, programs.includes(path))
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await shot(page, `policy${path.replace(/\W+/g, '-')}`)
    assert.deepEqual(violations, [])
  })

  test(`${path} lets nobody make script of text, nor load any from elsewhere`, async () => {
    const { page, violations } = await opened(path)
    const outcomes = await page.evaluate(() => {
      const tried = (act: () => unknown): string => {
        try {
          act()
          return 'done'
        } catch (error) {
          return error instanceof Error ? error.name : 'thrown'
        }
      }
      const element = document.createElement('div')
      const script = document.createElement('script')
      return {
        html: tried(() => {
          element.innerHTML = '<img src="x" onerror="alert(1)">'
        }),
        document: tried(() => document.write('<p>')),
        worker: tried(() => new Worker('https://elsewhere.example/worker.js')),
        ownData: tried(() => new Worker(`${location.origin}/icon.svg`)),
        script: tried(() => {
          script.src = 'https://elsewhere.example/script.js'
        }),
        policy: tried(() => {
          const { trustedTypes } = globalThis as unknown as {
            trustedTypes: { createPolicy(name: string, rules: object): unknown }
          }
          return trustedTypes.createPolicy('another', {})
        }),
      }
    })
    for (const [name, outcome] of Object.entries(outcomes)) assert.notEqual(outcome, 'done', name)
    // Reported after the fact; that it is shows that the test above would have seen one.
    await until(() => violations.length > 0)
  })
}

test('a page may not be shown inside another', async () => {
  const { page } = await opened('/')
  const answer = await page.request.get(`${url}/pro/`)
  assert.match(answer.headers()['content-security-policy'] ?? '', /frame-ancestors 'none'/)
})

test('the service worker of a page starts under its policy', async () => {
  const { page, violations } = await opened('/verifier/', true)
  const state = await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)
  assert.match(state ?? '', /^activat/)
  assert.deepEqual(violations, [])
})
