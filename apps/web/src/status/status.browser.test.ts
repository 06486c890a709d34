/** The status page as people see it, from the watcher's own port, with script switched off: calm, one door down, everything down. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type WatchedComponent, watchedComponents } from '@sidep/contracts'
import { startTestDay } from '@sidep/server/operations/incidents/testing.ts'
import { type StatusFiles, statusFiles } from '@sidep/server/operations/status/status-files.ts'
import { startStatusServer } from '@sidep/server/operations/status/status-server.ts'
import { statusView } from '@sidep/server/operations/status/status-view.ts'
import { assertInBothColours, desktop, phone, startBrowser, visit } from '../../test/browser.ts'

const browser = await startBrowser({ after })
let files: StatusFiles | null = null
const server = await startStatusServer({ host: '127.0.0.1', port: 0, name: 'test' }, () => files)
after(() => server.close())

/** A day with an outage of the past, and what fails now. */
const filesWith = (failing: readonly WatchedComponent[]): StatusFiles => {
  const day = startTestDay()
  day.pass(60)
  day.pass(1_500, ['card'])
  day.pass(1_200)
  const at = new Date(day.now()).toISOString()
  day.machine.record({ type: 'watched', at, day: at.slice(0, 10), minutes: 900 })
  for (let back = 1; back < 60; back += 1) {
    const earlier = new Date(day.now() - back * 86_400_000).toISOString().slice(0, 10)
    day.machine.record({ type: 'watched', at, day: earlier, minutes: 1_440 })
  }
  day.pass(120, failing)
  const [incident] = day.machine.board().incidents.filter(({ closedAt }) => closedAt === null)
  if (incident !== undefined)
    day.machine.record({
      type: 'noted',
      at: new Date(day.now()).toISOString(),
      incident: incident.id,
      by: 'c.essai',
      fr: 'Le fournisseur d’identité est prévenu et répare.',
      en: 'The identity provider was told, and is at it.',
    })
  day.machine.record({
    type: 'planned',
    at,
    plan: 'bases',
    components: ['entry', 'retrieval'],
    from: '2026-12-02T01:00:00.000Z',
    until: '2026-12-02T02:30:00.000Z',
    fr: 'Changement de base de données : la saisie attend sur les postes.',
    en: 'Change of database: entries wait at the counters.',
  })
  const now = new Date(day.now())
  const notice = {
    id: '2026-11-30/1',
    from: '2026-11-30T13:00:00.000Z',
    until: '2026-12-02T11:00:00.000Z',
    accepts: ['slip'],
    sites: ['75', '92'],
    fr: 'Les fiches papier de Paris et des Hauts-de-Seine sont acceptées jusqu’à mercredi midi.',
    en: 'Slips of Paris and Hauts-de-Seine are accepted until Wednesday noon.',
  } as const
  const view = statusView(
    day.machine.board(),
    watchedComponents,
    new Map(watchedComponents.map((component) => [component, now])),
    failing.length === 0 ? [] : [notice],
    now,
  )
  return statusFiles(view, { home: 'https://sidep.example', help: 'support@sidep.example' })
}

for (const [name, failing, said] of [
  ['calm', [], 'Tout fonctionne'],
  ['door', ['ecps'], 'Panne en cours'],
  ['everything', ['ecps', 'card', 'entry', 'retrieval', 'bundle'], 'Panne en cours'],
] as const) {
  test(`${name}: reads at a glance, by day and at night, on a phone and on a desk`, async () => {
    files = filesWith(failing)
    for (const size of [phone, desktop]) {
      const { page, context, complaints } = await visit(browser, { size })
      await page.goto(`${server.url}/etat/`)
      await page.getByRole('heading', { level: 1, name: said }).waitFor()
      await assertInBothColours(page, `status-${name}-${size.width}`)
      await page.getByRole('link', { name: 'English' }).click()
      await page.getByRole('heading', { level: 1 }).waitFor()
      assert.equal(await page.locator('html').getAttribute('lang'), 'en')
      assert.deepEqual(complaints, [])
      await context.close()
    }
  })
}

test('the feed and the summary are where the page says', async () => {
  files = filesWith(['ecps'])
  for (const [name, type] of [
    ['atom.xml', 'application/atom+xml'],
    ['summary.json', 'application/json'],
  ] as const) {
    const response = await fetch(`${server.url}/etat/${name}`)
    assert.equal(response.status, 200)
    assert.ok(response.headers.get('content-type')?.startsWith(type))
  }
})
