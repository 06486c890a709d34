/** Counter, person and verifier on hosts of their own. */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { routes, type ScreeningAnswer } from '@sidep/contracts'
import { temporaryFolder } from '../fault-testing.ts'
import { workerFor } from './origins.ts'
import { sampleScreening, startTestCluster, type TestCluster, type TestPortal } from './testing.ts'

const hosts = {
  home: 'portail.example',
  counter: 'comptoir.example',
  person: 'resultat.example',
  verifier: 'verifier.example:8443',
} as const
type Name = keyof typeof hosts

const pages = temporaryFolder('origins')
const worker = `precache([${['pro/', 'resultat/', 'verifier/', 'en/', '']
  .map((folder) => `{url:"${folder}index.html",revision:"0a"}`)
  .join(',')},{url:"assets/a.js",revision:null},{url:"icon.svg",revision:"0b"}])`

let cluster: TestCluster
let portal: TestPortal
before(async () => {
  for (const folder of ['pro', 'resultat', 'verifier', 'en', 'assets', '.']) {
    await mkdir(join(pages, folder), { recursive: true })
    await writeFile(join(pages, folder, 'index.html'), `<!doctype html><title>${folder}</title>`)
  }
  await writeFile(join(pages, 'sw.js'), worker)
  await writeFile(join(pages, 'assets/a.js'), '')
  cluster = await startTestCluster()
  portal = await cluster.portal({
    environment: {
      PUBLIC_URL: `https://${hosts.home}`,
      COUNTER_ORIGIN: `https://${hosts.counter}`,
      PERSON_ORIGIN: `https://${hosts.person}`,
      VERIFIER_ORIGIN: `https://${hosts.verifier}`,
    },
    overrides: { pages },
  })
})
after(() => cluster.close())

interface Answer {
  readonly status: number | undefined
  readonly location: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** `fetch` sets the host by the address. */
const ask = (
  host: string,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: portal.server.port, path, method }
    const asked = httpRequest({ ...options, headers: { ...headers, host } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => {
        const { statusCode: status, headers: got } = response
        resolve({ status, location: got.location, headers: got, text })
      })
    })
    asked.once('error', reject)
    asked.end()
  })

const pageOf = { home: '/', counter: '/pro/', person: '/resultat/', verifier: '/verifier/' }
const names = Object.keys(hosts) as Name[]

for (const owner of names) {
  test(`the page of ${owner} is at its host alone, and the others lead there`, async () => {
    const path = pageOf[owner]
    for (const name of names) {
      const { status, location } = await ask(hosts[name], path)
      if (name === owner) assert.equal(status, 200, name)
      // A host opened by its name gives the page that it is for.
      else if (path === '/') assert.deepEqual([status, location], [303, pageOf[name]])
      else assert.deepEqual([status, location], [303, `https://${hosts[owner]}${path}`], name)
    }
  })
}

test('a link with its query is led on whole', async () => {
  const { location } = await ask(hosts.home, '/resultat/?lang=en')
  assert.equal(location, `https://${hosts.person}/resultat/?lang=en`)
})

test('the interface of one public does not exist at the host of another', async () => {
  const served: readonly (readonly [path: string, owners: readonly Name[]])[] = [
    [routes.session, ['counter']],
    [routes.screenings, ['counter']],
    [routes.retrieval, ['person']],
    [routes.catalogue, ['counter', 'person', 'verifier']],
    [routes.openapi, ['home', 'counter']],
    [routes.trustBundle, names],
    [routes.health, names],
    ['/icon.svg', []],
    ['/assets/a.js', names],
    ['/aide/', names],
  ]
  for (const [path, owners] of served) {
    for (const name of names) {
      const { status, text } = await ask(hosts[name], path)
      const isKnown = status !== 404
      // Of an address with POST alone a GET says 405.
      assert.equal(isKnown, owners.includes(name), `${name} ${path} ${status} ${text}`)
    }
  }
  const posted = await ask(hosts.person, routes.screenings, { method: 'POST' })
  assert.equal(posted.status, 404)
})

test('a person at the wrong interface gets a page that says so', async () => {
  const { status, headers, text } = await ask(hosts.verifier, '/api/session', {
    headers: { accept: 'text/html' },
  })
  assert.equal(status, 404)
  assert.match(String(headers['content-type']), /^text\/html/)
  assert.match(text, /ROUTE_UNKNOWN/)
})

test('a host that is none of ours is misdirected, and a probe is answered at any', async () => {
  const { status, text } = await ask('evil.example', '/pro/')
  assert.equal(status, 421)
  assert.match(text, /HOST_UNKNOWN/)
  assert.equal((await ask('10.0.0.1:8080', routes.ready)).status, 200)
})

test('no host lets another read its answers, and what acts in a session comes from the counter’s', async () => {
  for (const name of names) {
    const { headers } = await ask(hosts[name], routes.catalogue, {
      headers: { origin: `https://${hosts.person}` },
    })
    assert.equal(headers['access-control-allow-origin'], undefined)
  }
  const cookie = (await portal.cookieAt(null)).replace('sidep-session', '__Host-sidep-session')
  const codeFrom = async (origin: string): Promise<string> => {
    const { text } = await ask(hosts.counter, routes.session, {
      method: 'DELETE',
      headers: { cookie, origin },
    })
    return text
  }
  assert.match(await codeFrom(`https://${hosts.person}`), /ORIGIN_REFUSED/)
  assert.doesNotMatch(await codeFrom(`https://${hosts.counter}`), /ORIGIN_REFUSED/)
})

test('what people are sent and what is printed leads to the person’s host', async () => {
  const cookie = (
    await portal.cookieAt({ id: '750712184', name: 'Pharmacie du Parvis', postalCode: '75004' })
  ).replace('sidep-session', '__Host-sidep-session')
  const response = await fetch(`http://127.0.0.1:${portal.server.port}${routes.health}`)
  assert.equal(response.status, 200)
  const answer = await new Promise<ScreeningAnswer>((resolve, reject) => {
    const body = JSON.stringify(sampleScreening(portal))
    const asked = httpRequest(
      {
        host: '127.0.0.1',
        port: portal.server.port,
        path: routes.screenings,
        method: 'POST',
        headers: { host: hosts.counter, cookie, 'content-type': 'application/json' },
      },
      (reply) => {
        let text = ''
        reply.on('data', (chunk) => {
          text += chunk
        })
        reply.on('end', () => resolve(JSON.parse(text) as ScreeningAnswer))
      },
    )
    asked.once('error', reject)
    asked.end(body)
  })
  assert.match(answer.certificate?.retrieval ?? '', /^https:\/\/resultat\.example\/resultat\/#/)
  const { text } = await ask(hosts.counter, routes.catalogue)
  assert.deepEqual((JSON.parse(text) as { origins: unknown }).origins, {
    person: 'https://resultat.example',
    verifier: 'https://verifier.example:8443',
  })
})

test('the service worker of a host keeps the pages of that host, and no other’s', async () => {
  const { text } = await ask(hosts.verifier, '/sw.js')
  const kept = [...text.matchAll(/url:"([^"]*)"/g)].map(([, url]) => url)
  assert.deepEqual(kept, ['verifier/index.html', 'assets/a.js', 'icon.svg'])
  assert.equal(workerFor(worker, names), worker)
})

test('with one address, everything is there as before', async () => {
  const together = await cluster.portal({ overrides: { pages } })
  for (const path of ['/', '/pro/', '/resultat/', '/verifier/', routes.catalogue]) {
    assert.equal((await together.send('GET', path, undefined, { cookie: null })).status, 200, path)
  }
})

test('an address that is written otherwise is the same: it is at its host alone', async () => {
  for (const path of [
    '/%61pi/session',
    '/ap%69/screenings',
    'http://verifier.example/api/session',
  ]) {
    const { status, headers } = await ask(hosts.verifier, path)
    assert.equal(status, 404, path)
    assert.equal(headers['cache-control'], 'no-store', path)
    const own = await ask(hosts.counter, path)
    assert.equal(own.status, 401, path)
  }
  const { status, location } = await ask(hosts.verifier, '/%70ro/')
  assert.deepEqual([status, location], [303, `https://${hosts.counter}/pro/`])
})
