/** Counter, person and verifier on hosts of their own, as configuration may have them (docs/adr/0054). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScreeningAnswer } from '@sidep/contracts'
import { makeTestClock, sampleScreening } from '../../../server/src/platform/testing.ts'
import { startBrowser, until, untilWorksOffline, visit } from '../../test/browser.ts'
import { startStoryPortal } from '../../test/story-portal.ts'
import { verdictOf } from '../../test/verifier-steps.ts'

const hosts = {
  home: 'portail.localhost',
  counter: 'comptoir.localhost',
  person: 'resultat.localhost',
  verifier: 'verifier.localhost',
} as const

test('a screening of one host is opened at the second and verified at the third, without network too; none reaches another', async (context) => {
  const portal = await startStoryPortal(context, { hosts })
  const { origins } = portal
  const browser = await startBrowser(context)
  const { context: person, page, complaints } = await visit(browser, { worksOffline: true })

  // The first page is at the home's host, and each way leads to another.
  await page.goto(`${origins.home}/`)
  await page.getByRole('link', { name: /Saisir un dépistage/ }).click()
  await page.getByRole('link', { name: /e-CPS/ }).press('Enter')
  assert.equal(new URL(page.url()).origin === origins.home, false)
  await page.getByRole('button', { name: 'Continuer' }).press('Enter')
  await page.getByRole('button', { name: /^Confirmer/ }).press('Enter')
  await page.getByRole('textbox', { name: 'Nom de naissance' }).waitFor()
  assert.equal(new URL(page.url()).origin, origins.counter)

  const { status, answer } = await page.evaluate(
    async (screening) => {
      const response = await fetch('/api/screenings', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(screening),
      })
      return { status: response.status, answer: (await response.json()) as ScreeningAnswer }
    },
    sampleScreening({ clock: makeTestClock(new Date().toISOString()) }),
  )
  assert.equal(status, 201)
  const { retrieval, hcert } = answer.certificate ?? { retrieval: '', hcert: null }
  assert.equal(new URL(retrieval).origin, origins.person)

  // The same browser: the session of the counter is nowhere else.
  await page.goto(retrieval)
  await page.getByRole('textbox', { name: /Jour, mois, année/ }).fill('09031987')
  await page.getByRole('button', { name: /Voir mon résultat/ }).click()
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
  assert.equal((await person.cookies(origins.person)).length, 0)
  assert.equal((await person.cookies(origins.verifier)).length, 0)
  assert.ok((await person.cookies(origins.counter)).length > 0)
  // Before the sign-in the counter was told that there was no session.
  complaints.length = 0
  const isKept = await page.evaluate(
    async (address) =>
      fetch(address, { credentials: 'include' }).then(
        () => false,
        () => true,
      ),
    `${origins.counter}/api/session`,
  )
  assert.ok(isKept, 'the policy of the person’s page lets it ask no other host')
  await until(() => complaints.some((one) => /Content Security Policy/.test(one)))

  // A page of another's leads to where it is.
  await page.goto(`${origins.person}/verifier/`)
  assert.equal(new URL(page.url()).origin, origins.verifier)
  assert.match(await verdictOf(page, hcert ?? ''), /Valide/)
  await untilWorksOffline(page)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await portal.stop()
  await page.reload()
  assert.match(await verdictOf(page, hcert ?? ''), /Valide/)
  const kept = await page.evaluate(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return requests.flat().map(({ url }) => new URL(url).pathname)
  })
  assert.ok(kept.includes('/verifier/index.html'), kept.join(' '))
  assert.ok(!kept.some((path) => /^\/(?:pro|resultat)\//.test(path)), kept.join(' '))
})
