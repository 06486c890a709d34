import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { precompressFolder } from '../../../web/build/precompress.ts'
import { temporaryFolder } from '../fault-testing.ts'
import { startTestCluster, type TestCluster } from './testing.ts'

const pages = temporaryFolder('pages')
const script = 'export const words = "the same words again and again";\n'.repeat(40)
let cluster: TestCluster
let port: number

before(async () => {
  for (const folder of ['assets', 'en', 'pro', 'verifier']) await mkdir(join(pages, folder))
  const page = (language: string): string =>
    `<!doctype html><html lang="${language}">${' '.repeat(500)}`
  await writeFile(join(pages, 'index.html'), page('fr'))
  await writeFile(join(pages, 'en/index.html'), page('en'))
  await writeFile(join(pages, 'pro/index.html'), page('fr'))
  await writeFile(join(pages, 'assets/counter-B6JcPJAj.js'), script)
  const place = '<meta name="trust-anchor" content="" />'
  await writeFile(join(pages, 'verifier/index.html'), `${page('fr')}${place}`)
  await precompressFolder(pages)
  cluster = await startTestCluster()
  const portal = await cluster.portal({ overrides: { pages } })
  port = portal.server.port
})
after(() => cluster.close())

interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** As it is on the wire: `fetch` would decompress it. */
const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
    asked.once('error', reject)
    asked.end()
  })

const asset = '/assets/counter-B6JcPJAj.js'

test('a file is sent compressed as the browser can read it, whole, and may be kept for ever', async () => {
  const brotli = await get(asset, { 'accept-encoding': 'gzip, deflate, br' })
  assert.equal(brotli.headers['content-encoding'], 'br')
  assert.equal(brotliDecompressSync(brotli.body).toString(), script)
  const gzip = await get(asset, { 'accept-encoding': 'gzip' })
  assert.equal(gzip.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(gzip.body).toString(), script)
  const plain = await get(asset)
  assert.equal(plain.headers['content-encoding'], undefined)
  assert.equal(plain.body.toString(), script)
  for (const { headers } of [brotli, gzip, plain]) {
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(headers.vary, 'accept-encoding')
    assert.match(String(headers['content-type']), /javascript/)
  }
})

test('a page is sent compressed too, and asked for again each time', async () => {
  const { status, headers } = await get('/pro/', { 'accept-encoding': 'br' })
  assert.equal(status, 200)
  assert.equal(headers['content-encoding'], 'br')
  assert.equal(headers['cache-control'], 'no-cache')
})

test('the first page is in the language asked for, French where none is', async () => {
  const languageOf = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
    /lang="(..)"/.exec((await get(path, headers)).body.toString())?.[1] ?? ''
  assert.equal(await languageOf('/'), 'fr')
  assert.equal(await languageOf('/', { 'accept-language': 'en-GB,en;q=0.9' }), 'en')
  assert.equal(await languageOf('/?lang=fr', { 'accept-language': 'en-GB' }), 'fr')
  assert.equal(await languageOf('/?lang=en'), 'en')
  const { headers } = await get('/', { 'accept-encoding': 'br' })
  assert.equal(headers['content-encoding'], 'br')
  assert.equal(headers.vary, 'accept-encoding, accept-language')
})

test('what the API answers is not compressed: a secret beside what a caller chose shows in its length', async () => {
  const { headers } = await get('/api/catalogue', { 'accept-encoding': 'br, gzip' })
  assert.equal(headers['content-encoding'], undefined)
})

test('the verifier’s page brings the anchor of this portal, however it is asked for', async () => {
  const { spki } = JSON.parse((await get('/trust/anchor')).body.toString()) as { spki: string }
  for (const path of [
    '/verifier/',
    '/verifier/?lang=en',
    '/verifier/index.html?__WB_REVISION__=1',
  ]) {
    const answer = await get(path, { 'accept-encoding': 'gzip, br' })
    assert.ok(answer.body.includes(`<meta name="trust-anchor" content="${spki}" />`), path)
    const again = await get(path, { 'if-none-match': String(answer.headers.etag) })
    assert.equal(again.status, 304)
  }
})
