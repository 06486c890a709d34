import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { chooseWords } from '../src/choose/choose-words.ts'
import { catalogueFaults, languages } from '../src/shared/messages/catalogue.ts'
import { firstPageIn } from './first-page.ts'

const template = readFileSync(join(import.meta.dirname, '../index.html'), 'utf8')

test('one page in both languages: the same elements, no word left out', () => {
  assert.deepEqual(catalogueFaults(chooseWords), [])
  const [french = '', english = ''] = languages.map((language) => firstPageIn(language, template))
  for (const page of [french, english]) assert.doesNotMatch(page, /\{\{|\}\}/)
  assert.match(french, /<html lang="fr">[\s\S]*Que voulez-vous faire/)
  assert.match(english, /<html lang="en">[\s\S]*What would you like to do/)
  const elements = (page: string): string[] => page.match(/<\w+/g) ?? []
  assert.deepEqual(elements(english), elements(french))
})

test('a word that nobody wrote stops the build', () => {
  assert.throws(() => firstPageIn('fr', '<p>{{nobody}}</p>'), /nobody/)
})
