import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import { launchChromium } from '../../../tools/src/chromium.ts'
import { observe } from '../test/browser-entry.ts'
import { testHeader, testMessage } from '../test/signing.ts'

test('a browser issues, reads and spells as Node does', async (context) => {
  const inNode = await observe()
  assert.equal(inNode.signed, testHeader + testMessage)
  assert.equal(inNode.verified, true)
  assert.equal(inNode.changed, false)

  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, '../test/browser-entry.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  })
  const script = outputFiles.map(({ text }) => text).join('\n')
  // WebCrypto wants a secure context, which a loopback address is.
  const server = createServer((request, response) => {
    const isScript = request.url === '/bundle.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(isScript ? script : '<script type="module" src="/bundle.js"></script>')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  context.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')

  const browser = await launchChromium()
  context.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${address.port}/`)
  await page.waitForFunction(() => 'observe' in globalThis)
  assert.deepEqual(await page.evaluate('observe()'), inNode)
})
