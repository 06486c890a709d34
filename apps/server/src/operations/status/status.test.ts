import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { watchedComponents } from '@sidep/contracts'
import { startTestDay, type TestDay } from '../incidents/testing.ts'
import { adviceFor } from './advice.ts'
import { statusFiles } from './status-files.ts'
import { type StatusView, statusView } from './status-view.ts'

const facts = { home: 'https://sidep.example', help: 'support@sidep.example' }
const viewOf = (day: TestDay, notices: Parameters<typeof statusView>[3] = []): StatusView => {
  const now = new Date(day.now())
  const seen = new Map(watchedComponents.map((component) => [component, now]))
  return statusView(day.machine.board(), watchedComponents, seen, notices, now)
}
const fileOf = (view: StatusView, name: string): string =>
  statusFiles(view, facts).get(name) ?? assert.fail(name)

interface Summary {
  readonly status: { readonly indicator: string }
  readonly components: readonly { readonly id: string; readonly status: string }[]
  readonly incidents: readonly {
    readonly status: string
    readonly impact: string
    readonly incident_updates: readonly unknown[]
  }[]
  readonly scheduled_maintenances: readonly { readonly status: string }[]
}
const summaryAt = (view: StatusView): Summary => JSON.parse(fileOf(view, 'summary.json')) as Summary

suite('the page', () => {
  test('in calm says that everything works, in both languages, without script and with relative links alone', () => {
    const day = startTestDay()
    day.pass(60)
    const view = viewOf(day)
    for (const [name, said] of [
      ['index.html', 'Tout fonctionne'],
      ['en/index.html', 'Everything works'],
    ] as const) {
      const html = fileOf(view, name)
      assert.ok(html.includes(`<h1>${said}</h1>`))
      assert.doesNotMatch(html, /<script|style=|javascript:/)
      for (const [, address = ''] of html.matchAll(/(?:href|src)="([^"]*)"/g))
        assert.ok(!address.startsWith('/') || address === '/', address)
    }
    assert.equal(summaryAt(view).status.indicator, 'none')
  })

  test('with one door down says which, since when, and that the other one works', () => {
    const day = startTestDay()
    day.pass(60)
    day.pass(60, ['ecps'])
    const view = viewOf(day)
    const html = fileOf(view, 'index.html')
    assert.match(html, /<h1>Panne en cours<\/h1>/)
    assert.match(
      html,
      /<strong>Ne fonctionne pas<\/strong><\/p><ul><li>Connexion par e-CPS \(Pro Sant&#233; Connect\), depuis <time/,
    )
    assert.deepEqual(adviceFor(view.components), [
      { audience: 'professionals', advice: ['openSession', 'useCard'] },
    ])
    const { status, components: all, incidents } = summaryAt(view)
    assert.equal(status.indicator, 'major')
    assert.equal(all.find(({ id }) => id === 'ecps')?.status, 'major_outage')
    assert.equal(all.find(({ id }) => id === 'card')?.status, 'operational')
    assert.equal(incidents[0]?.status, 'investigating')
    assert.match(fileOf(view, 'atom.xml'), /<entry>\s<id>tag:sidep,2026:incident:2026-11-30\/1</)
  })

  test('what fails in some départements says first of all in which', () => {
    const day = startTestDay()
    for (let time = 0; time < 4; time += 1) {
      day.pass(60)
      const silence = (department: string, sitesSeen: number, sites: number) =>
        ({
          component: 'entry',
          by: 'silence',
          department,
          attempts: sitesSeen,
          failures: sites,
          sitesSeen,
          sites,
        }) as const
      day.machine.look(new Date(day.now()), [
        silence('971', 30, 29),
        silence('75', 300, 3),
        silence('13', 90, 1),
      ])
    }
    const [, banner = ''] = fileOf(viewOf(day), 'index.html').split('<div class="banner')
    const words = banner.split('</div>', 1)[0] ?? ''
    assert.match(words, /<\/time> · D&#233;partements\s: 971<\/li>/)
  })

  test('with everything down tells each public what to do', () => {
    const day = startTestDay()
    day.pass(60, watchedComponents)
    const advice = adviceFor(viewOf(day).components)
    assert.deepEqual(
      advice.map(({ audience }) => audience),
      ['professionals', 'people', 'verifiers', 'programs'],
    )
    assert.deepEqual(advice[0]?.advice, ['entryKept', 'booklet', 'slips', 'openSession'])
  })

  test('what nobody could look at for minutes is not said to work', () => {
    const day = startTestDay()
    day.pass(60)
    const now = new Date(day.now())
    const view = statusView(day.machine.board(), watchedComponents, new Map(), [], now)
    assert.ok(view.components.every(({ state }) => state === 'unknown'))
  })

  test('an outage is in the history of its day, and its share of the time that was watched', () => {
    const day = startTestDay()
    day.pass(60)
    day.pass(600, ['card'])
    day.pass(600)
    const early = viewOf(day).components.find(({ component }) => component === 'card')
    assert.equal(early?.worksPercent, null, 'of a few minutes no share is told')
    day.machine.record({
      type: 'watched',
      at: '2026-11-30T14:30:00.000Z',
      day: '2026-11-30',
      minutes: 1_000,
    })
    const card = viewOf(day).components.find(({ component }) => component === 'card')
    assert.equal(card?.history.length, 90)
    const today = card?.history.at(-1)
    assert.equal(today?.day, '2026-11-30')
    assert.ok((today?.minutesDown ?? 0) >= 10 && (today?.minutesDown ?? 0) <= 11)
    assert.ok((card?.worksPercent ?? 0) > 98.8 && (card?.worksPercent ?? 0) < 99.1)
    assert.equal(card?.history.at(0)?.minutesDown, null)
  })

  test('shows what is tolerated now, what is planned, and what people said of an incident', () => {
    const day = startTestDay()
    day.pass(60, ['ecps'])
    const at = new Date(day.now()).toISOString()
    day.machine.record({
      type: 'noted',
      at,
      incident: '2026-11-30/1',
      by: 'c.essai',
      fr: 'Le fournisseur d’identité <répare>.',
      en: 'The identity provider is at it.',
    })
    day.machine.record({
      type: 'planned',
      at,
      plan: 'bases',
      components: ['entry'],
      from: '2026-12-02T01:00:00.000Z',
      until: '2026-12-02T02:00:00.000Z',
      fr: 'Changement de base.',
      en: 'Change of database.',
    })
    const notice = {
      id: '2026-11-30/1',
      from: '2026-11-30T13:00:00.000Z',
      until: '2026-12-01T12:00:00.000Z',
      accepts: ['slip'],
      sites: ['75'],
      fr: 'Les fiches de Paris sont acceptées.',
      en: 'Slips of Paris are accepted.',
    } as const
    const over = { ...notice, id: 'over', until: '2026-11-30T13:30:00.000Z', fr: 'Terminé.' }
    const view = viewOf(day, [notice, over])
    const html = fileOf(view, 'index.html')
    assert.ok(html.includes('Les fiches de Paris sont accept&#233;es.'))
    assert.ok(!html.includes('Termin&#233;.'))
    assert.ok(html.includes('&#60;r&#233;pare&#62;') || html.includes('&lt;r&#233;pare&gt;'))
    assert.ok(html.includes('Changement de base.'))
    assert.equal(summaryAt(view).scheduled_maintenances[0]?.status, 'scheduled')
  })
})

test('the page’s tokens are those of the other pages', () => {
  const tokensIn = (path: string): ReadonlyMap<string, string> =>
    new Map(
      readFileSync(path, 'utf8')
        .split(';')
        .flatMap((declaration) => {
          const [name = '', ...value] = declaration
            .slice(declaration.lastIndexOf('\n  --') + 3)
            .split(':')
          return name.startsWith('--') ? [[name, value.join(':').replace(/\s+/g, ' ').trim()]] : []
        }),
    )
  const theme = tokensIn(join(import.meta.dirname, '../../../../web/src/shared/theme/tokens.css'))
  const own = tokensIn(join(import.meta.dirname, 'etat.css'))
  for (const [name, value] of own) assert.equal(value, theme.get(name), name)
})
