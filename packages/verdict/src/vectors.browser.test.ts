import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import { launchChromium } from '../../../tools/src/chromium.ts'
import { vectorsAbsent } from '../../../tools/src/vectors.ts'
import type { Vectors, VectorsRun } from '../test/run-vectors.ts'
import { readVectors, vectorsMin } from '../test/vectors.ts'

declare global {
  // Set in the page by test/browser-entry.ts.
  var runVectors: (vectors: Vectors) => Promise<VectorsRun>
}

const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, '../test/browser-entry.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  })
  return outputFiles.map(({ text }) => text).join('\n')
}

test('every outside vector gets the verdict that it implies, in Chromium', async (context) => {
  if (vectorsAbsent !== null) return context.skip(vectorsAbsent)
  const script = await bundle()
  // WebCrypto wants a secure context, which a loopback address is.
  const server = createServer((request, response) => {
    const isScript = request.url === '/bundle.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<script type="module" src="/bundle.js"></script>')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  context.after(() => server.close())
  const browser = await launchChromium()
  context.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => 'runVectors' in globalThis)
  const { ran, problems } = await page.evaluate(
    (vectors) => globalThis.runVectors(vectors),
    readVectors(),
  )
  assert.deepEqual(problems, [])
  assert.ok(ran >= vectorsMin, `only ${ran} vectors ran`)
})
