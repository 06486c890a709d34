import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { encode } from 'uqr'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { provisionalCharactersMax } from '../src/index.ts'
import { bookletWith, provisionalText } from '../src/testing.ts'

prepareZXingModule({
  overrides: {
    wasmBinary: new Uint8Array(
      readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))),
    ).buffer,
  },
})

const sideMillimetres = 40
const dotsPerInch = 300
const quietModules = 4 // ISO/IEC 18004 §6.3.8

/** What a camera sees of a code printed 40 mm wide, as a PGM picture: 300 dots an inch, grey edges, grain. */
const photograph = (text: string): { modules: number; picture: Blob } => {
  const code = encode(text, { ecc: 'M', border: quietModules })
  const side = Math.round((sideMillimetres / 25.4) * dotsPerInch)
  const data = new Uint8Array(side * side)
  const inkAt = (x: number, y: number): number =>
    code.data[Math.floor((y * code.size) / side)]?.[Math.floor((x * code.size) / side)] ? 1 : 0
  let grain = 2021
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let ink = 0
      for (const [dx, dy] of [
        [-0.5, -0.5],
        [0.5, -0.5],
        [-0.5, 0.5],
        [0.5, 0.5],
      ] as const) {
        ink += inkAt(x + 0.5 + dx, y + 0.5 + dy) / 4
      }
      grain = (grain * 1_103_515_245 + 12_345) % 2 ** 31
      data[y * side + x] = 225 - 180 * ink + (grain / 2 ** 31 - 0.5) * 50
    }
  }
  const picture = new Blob([`P5\n${side} ${side}\n255\n`, data])
  return { modules: code.size - 2 * quietModules, picture }
}

const longest = async (): Promise<string> => {
  const booklet = await bookletWith({
    siteName: 'Pharmacie de la Croix-Rousse et du Parc',
    authority: 'Ministère des Solidarités et de la Santé',
    maximum: 2000,
  })
  const texts: string[] = []
  for (let length = 40; length <= 60; length++) {
    const name = 'M'.repeat(length)
    const person = { familyName: name, firstNames: name, birthDate: '1983-03-12' }
    texts.push(await provisionalText({ booklet, person, number: 2000 }))
  }
  return texts.toSorted((a, b) => b.length - a.length)[0] ?? ''
}

test('the longest code, printed at 40 mm with 300 dots an inch, is read from its picture', async () => {
  const text = await longest()
  assert.ok(text.length > provisionalCharactersMax - 15, `${text.length} characters`)
  const { modules, picture } = photograph(text)
  assert.equal(modules, 105) // version 22
  const [code] = await readBarcodes(picture, { formats: ['QRCode'] })
  assert.equal(code?.text, text)
})
