import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { informationPaths } from '@sidep/contracts'
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

test('at its foot stands what stands at the foot of every page', () => {
  for (const language of languages) {
    const [, footer = ''] = firstPageIn(language, template).split('<footer')
    const targets = [...footer.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)
    assert.deepEqual(
      targets,
      Object.values(informationPaths).map((path) => `${path}?lang=${language}`),
    )
  }
})

test('a word that nobody wrote stops the build', () => {
  assert.throws(() => firstPageIn('fr', '<p>{{nobody}}</p>'), /nobody/)
})
