import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { nameCharacters } from './name-characters.ts'
import {
  documentFontFile,
  documentFontSource,
  documentFonts,
  lackingIn,
  subsetFont,
} from './subset-font.ts'

for (const { weight, source } of documentFonts) {
  test(`the committed ${weight} font is what the tool makes of ${source}`, async () => {
    const made = await subsetFont(readFileSync(documentFontSource(source)))
    assert.ok(made.length < 150_000, `${made.length} bytes`)
    assert.ok(readFileSync(documentFontFile(weight)).equals(made))
  })

  test(`the ${weight} font draws every character that a name may hold`, () => {
    const characters = nameCharacters()
    // Letters of African, Kazakh and polytonic Greek names among them.
    for (const letter of 'ɛɔɓɗɖƴƙŋəҒғҺһӨөҮүἈᾴỗơ') {
      assert.ok(characters.includes(letter.codePointAt(0) ?? 0), letter)
    }
    const lacking = lackingIn(readFileSync(documentFontFile(weight)), characters)
    assert.deepEqual(
      lacking.map((codePoint) => codePoint.toString(16)),
      [],
    )
  })
}
