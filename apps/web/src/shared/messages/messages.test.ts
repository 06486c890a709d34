import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { doorMessages } from '../../counter/door-messages.ts'
import { messages as counterMessages } from '../../counter/messages.ts'
import { teamMessages } from '../../counter/views/team/team-messages.ts'
import { catalogueFaults, defineMessages, translator } from './catalogue.ts'
import { commonMessages } from './common.ts'
import { initialLanguage } from './language.ts'

describe('a catalogue', () => {
  const texts = defineMessages(
    { hello: 'Bonjour {name} !', count: { one: '{count} test', other: '{count} tests' } },
    { hello: 'Hello {name}', count: { one: '{count} test', other: '{count} tests' } },
  )
  it('fills the placeholders, and French gets its unbreakable spaces', () => {
    assert.equal(translator(texts, 'fr')('hello', { name: 'Anne' }), 'Bonjour Anne\u00a0!')
    assert.equal(translator(texts, 'en')('hello', { name: 'Anne' }), 'Hello Anne')
  })
  it('counts as each language does: none is singular in French, plural in English', () => {
    assert.equal(translator(texts, 'fr')('count', { count: 0 }), '0 test')
    assert.equal(translator(texts, 'en')('count', { count: 0 }), '0 tests')
    assert.equal(translator(texts, 'fr')('count', { count: 2 }), '2 tests')
  })
  it('shows a value with braces in it as it is', () =>
    assert.equal(translator(texts, 'en')('hello', { name: '{count}' }), 'Hello {count}'))
  it('is found at fault when English lacks a placeholder', () =>
    assert.deepEqual(catalogueFaults(defineMessages({ a: 'x {b}' }, { a: 'x' })), [
      'a: {b} but {}',
    ]))
  it('of the counter and of the shared parts is complete', () => {
    assert.deepEqual(catalogueFaults(counterMessages), [])
    assert.deepEqual(catalogueFaults(doorMessages), [])
    assert.deepEqual(catalogueFaults(teamMessages), [])
    assert.deepEqual(catalogueFaults(commonMessages), [])
  })
})

describe('the first language', () => {
  it('is the one of the link, else the remembered one, else the browser’s, else French', () => {
    assert.equal(initialLanguage('?lang=en', 'fr', ['fr']), 'en')
    assert.equal(initialLanguage('', 'en', ['fr-FR']), 'en')
    assert.equal(initialLanguage('?lang=de', null, []), 'fr')
    assert.equal(initialLanguage('', 'xx', ['de', 'es-ES']), 'fr')
    assert.equal(initialLanguage('', null, ['de-DE', 'en-GB', 'fr']), 'en')
    assert.equal(initialLanguage('', null, ['fra', 'fr-CA', 'en']), 'fr')
    assert.equal(initialLanguage('', null, ['enx']), 'fr')
  })
})
