import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { documentFontFile, documentFontSource, documentFonts, subsetFont } from './subset-font.ts'

for (const { weight, source } of documentFonts) {
  test(`the committed ${weight} font is what the tool makes of ${source}`, () => {
    const made = subsetFont(readFileSync(documentFontSource(source)))
    assert.ok(made.length < 100_000)
    assert.ok(readFileSync(documentFontFile(weight)).equals(made))
  })
}
