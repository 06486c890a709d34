import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageMeant } from './page-paths.ts'

const code = 'FS7PK6C2LJNFUWS2LJNFUWS2LJNFUWS2'

test('an address of a page that was changed on its way leads to the page, with its code', () => {
  for (const [came, meant] of [
    ['/Resultat/', '/resultat/'],
    ['/RESULTAT', '/resultat/'],
    ['/resultat', '/resultat/'],
    ['/resultat/.', '/resultat/'],
    ['/resultat/>', '/resultat/'],
    ['/resultat/?utm_source=sms', null],
    ['/Resultat/?lang=en', '/resultat/?lang=en'],
    [`/resultat/%23${code}`, `/resultat/#${code}`],
    [`/resultat%23${code}`, `/resultat/#${code}`],
    [`/Resultat/%23${code}?utm_source=sms`, `/resultat/?utm_source=sms#${code}`],
    ['/PRO/', '/pro/'],
    ['/verifier', '/verifier/'],
    ['/resultat/', null],
    ['/resultat/index.html', null],
    ['/resultats/', null],
    ['/api/retrieval', null],
    ['/assets/pro.js', null],
  ] as const) {
    assert.equal(pageMeant(came), meant, came)
  }
})

test('nothing of an address can lead out of the portal', () => {
  for (const came of [
    '/resultat//evil.example',
    '/resultat/%23//evil.example',
    '/pro/\\\\evil.example',
  ]) {
    assert.match(pageMeant(came) ?? '/', /^\/(?:resultat|pro)\/$/, came)
  }
})
