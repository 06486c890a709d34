import assert from 'node:assert/strict'
import { test } from 'node:test'
import { informationPaths, problemRegistry } from '@sidep/contracts'
import { Problem } from '../problems.ts'
import { clusterOfFile } from '../testing.ts'
import { problemPaper } from './problem-paper.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal({
  environment: {
    PUBLISHER: 'Agence <d’essai>, 1 place du Marché, 75000 Paris',
    LOG_LEVEL: 'silent',
  },
})

const asBrowser = (path: string, language = 'fr-FR,fr;q=0.9', method = 'GET') =>
  portal.send(method, path, undefined, {
    cookie: null,
    headers: {
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'accept-language': language,
    },
  })

test('an address that is none is a page for a browser, French first, and a document for a program', async () => {
  const page = await asBrowser('/api/nothing')
  assert.equal(page.status, 404)
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(page.text, /^<!doctype html>\n<html lang="fr">/)
  assert.match(page.text, /<h1>Cette adresse n&#8217;existe pas\.<\/h1>[\s\S]*<section lang="en">/)
  assert.match(page.text, /<strong>[2-9A-Z]{8}<\/strong> &#183; ROUTE_UNKNOWN/)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  const english = await asBrowser('/nothing/at/all', 'en-GB,en')
  assert.match(english.text, /<html lang="en">[\s\S]*<section lang="fr">/)
  for (const accept of ['*/*', 'application/json', 'application/problem+json']) {
    const { headers, code } = await portal.send('GET', '/nothing', undefined, {
      headers: { accept },
    })
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
    assert.equal(code, 'ROUTE_UNKNOWN')
  }
})

test('a page of an error runs nothing, wherever it is, and says nothing of what was asked', async () => {
  const { headers, text } = await asBrowser('/pro/%3Cscript%3E?x=%22%3E%3Cb%3E')
  assert.match(headers.get('content-security-policy') ?? '', /trusted-types 'none'/)
  assert.doesNotMatch(headers.get('content-security-policy') ?? '', /script-src/)
  assert.doesNotMatch(text, /<script|<style|\son\w+=|\sstyle=|%3C|<b>/)
})

test('every problem has a page that says what to do, in both languages, and when to come back', () => {
  for (const [code, { status, title }] of Object.entries(problemRegistry)) {
    const problem = new Problem(code as keyof typeof problemRegistry, { retryAfterSeconds: 7 })
    const text = problemPaper(
      {
        type: '',
        title: title.fr,
        status,
        code: problem.code,
        support: 'K7Q2MD22',
        retryAfterSeconds: 7,
      },
      'fr',
    )
    assert.match(text, /^[\n -~]+$/, code)
    assert.match(text, /Réessayez dans 7|R&#233;essayez dans 7/, code)
    assert.match(text, /Try again in 7/, code)
  }
})

for (const [name, path] of Object.entries(informationPaths)) {
  test(`${path} is there without script, in both languages, and leads to the others`, async () => {
    const french = await asBrowser(path)
    assert.equal(french.status, 200)
    assert.match(french.text, /<html lang="fr">[\s\S]*<h1>/)
    const english = await asBrowser(`${path}?lang=en`)
    assert.match(english.text, /<html lang="en">/)
    assert.notEqual(
      /<h1>(.*)<\/h1>/.exec(french.text)?.[1],
      /<h1>(.*)<\/h1>/.exec(english.text)?.[1],
    )
    for (const other of Object.values(informationPaths)) {
      assert.ok(french.text.includes(`href="${other}?lang=fr"`), other)
    }
    assert.doesNotMatch(french.text, /<script|<style|undefined|null/)
    const withoutSlash = await asBrowser(path.slice(0, -1))
    assert.deepEqual([withoutSlash.status, withoutSlash.headers.get('location')], [301, path])
    assert.ok(name)
  })
}

test('the legal notice names who the configuration names, and says what it does not', async () => {
  const { text } = await asBrowser(informationPaths.legal)
  assert.match(text, /Agence &#60;d&#8217;essai&#62;, 1 place du March&#233;/)
  assert.match(text, /<h2>H&#233;bergeur<\/h2>\n<p>Non indiqu&#233;/)
})

test('what is kept how long is what this portal is set to', async () => {
  const { text } = await asBrowser(informationPaths.privacy)
  assert.match(
    text,
    /illisibles apr&#232;s 92 jours[\s\S]*apr&#232;s 184 jours[\s\S]*pendant 30 jours/,
  )
})

test('a page of what is ours to mend leads to the status page, in its language; one of a wrong address does not', () => {
  const paperOf = (code: keyof typeof problemRegistry, language: 'fr' | 'en'): string => {
    const { status, title } = problemRegistry[code]
    return problemPaper({ type: '', title: title.fr, status, code, support: 'K7Q2MD22' }, language)
  }
  for (const code of ['INTERNAL', 'UNAVAILABLE', 'PROVIDER_UNAVAILABLE'] as const) {
    assert.match(
      paperOf(code, 'fr'),
      /href="\/etat\/"[\s\S]*<section lang="en">[\s\S]*href="\/etat\/en\/"/,
    )
    assert.match(paperOf(code, 'en'), /href="\/etat\/en\/"[\s\S]*<section lang="fr">/)
  }
  assert.doesNotMatch(paperOf('ROUTE_UNKNOWN', 'fr'), /\/etat\//)
})
