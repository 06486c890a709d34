import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { bytesToBase64 } from '@sidep/encoding'
import { loadSigner, trustFrom } from '@sidep/trust'
import { makeKeySet } from '@sidep/trust/certificates'
import { verify } from '@sidep/verdict'
import { makeIssuer, testPayload } from '../../../../packages/verdict/test/issuer.ts'
import { followSecondsMax, makeFollower } from './follow-gateway.ts'
import { listBytesMax } from './gateway-lists.ts'
import { contentOfImports, readImports } from './imports.ts'

const at = new Date('2021-08-13T12:00:00Z')
const url = 'https://gateway.example/trustList/DSC'
const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

interface Entry {
  readonly kid: string
  readonly country: string
  readonly timestamp: string
  readonly rawData: string
}

const entryOf = async (certificate: Uint8Array, country: string): Promise<Entry> => {
  const loaded = await loadSigner(certificate)
  assert.ok(loaded.ok)
  const kid = bytesToBase64(loaded.value.keyId)
  return { kid, country, timestamp: '2021-08-13T10:00:00Z', rawData: bytesToBase64(certificate) }
}

let folder: string
let code: string
let list: readonly Entry[]
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sidep-follow-'))
  const issuer = await makeIssuer('dcc')
  code = await issuer.hcert(testPayload())
  const others = await Promise.all(
    ['SE', 'DE', 'IT', 'GR', 'AT'].map(async (country) => {
      const keys = await makeKeySet({ at, randomBytes, development: true, country })
      return entryOf(keys.signers.dcc.certificate, country)
    }),
  )
  list = [await entryOf(issuer.keys.signers.dcc.certificate, 'FR'), ...others]
})
after(() => rm(folder, { recursive: true, force: true }))

const verdictOf = async (when: Date): Promise<string> => {
  const content = contentOfImports(await readImports(folder, when), {
    keys: new Map(),
    twoddoc: [],
  })
  const trust = await trustFrom(content, { parts: [] }, null)
  return (await verify(code, trust, when, { kind: 'none' })).code
}

const alarms = async (): Promise<string[]> =>
  (await readFile(join(folder, 'imports', 'alarms.ndjson'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { code: string }).code)

/** Half a list at a time, without an end. */
const endless = (): Response =>
  new Response(
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(listBytesMax / 2 + 1).fill(32)),
    }),
  )

suite('a gateway that answers wrongly', () => {
  let answer: () => Response | Promise<Response> = () => Response.json(list)
  let now = at
  const makeRound = () =>
    makeFollower(
      { folder, urls: [url], uploaders: null },
      { fetch: async () => answer(), now: () => now },
    )
  let round: ReturnType<typeof makeRound>
  before(() => {
    round = makeRound()
  })
  const codes = async () => (await round()).map((outcome) => outcome.code)

  test('is asked again soon enough for an alarm within half a minute', () => {
    assert.ok(followSecondsMax + 10 <= 30)
  })

  test('with an empty, halved, older, forged, huge or broken list, or none: keys stay, the alarm says so once, no verdict changes', async () => {
    assert.deepEqual(await codes(), [null])
    assert.equal(await verdictOf(now), 'ACCEPTED')
    const [first] = list
    assert.ok(first)
    const cases: [string, () => Response][] = [
      ['LIST_EMPTY', () => Response.json([])],
      ['LIST_EMPTY', () => new Response('')],
      ['LIST_SHRUNK', () => Response.json(list.slice(0, 3))],
      [
        'LIST_OLDER',
        () => Response.json(list.map((entry) => ({ ...entry, timestamp: '2021-08-12T10:00:00Z' }))),
      ],
      [
        'LIST_KEYS_UNUSABLE',
        () =>
          Response.json(
            list.map((entry) => ({ ...entry, rawData: bytesToBase64(randomBytes(300)) })),
          ),
      ],
      ['LIST_TOO_LARGE', endless],
      ['LIST_UNKNOWN', () => new Response('<html>maintenance</html>')],
      ['LIST_UNREACHABLE', () => new Response('', { status: 502 })],
      [
        'LIST_UNREACHABLE',
        () => {
          throw new TypeError('fetch failed')
        },
      ],
    ]
    for (const [expected, response] of cases) {
      round = makeRound()
      answer = response
      const before = (await alarms()).length
      assert.deepEqual(await codes(), [expected])
      assert.deepEqual((await alarms()).slice(before), [expected])
      assert.deepEqual(await codes(), [expected])
      assert.equal((await alarms()).length, before + 1, 'told once')
      assert.equal(await verdictOf(now), 'ACCEPTED')
    }
  })

  test('for two days: verdicts go on, and its age is known; then it is in force again', async () => {
    now = new Date(at.getTime() + 48 * 3_600_000)
    answer = () => new Response('', { status: 503 })
    await codes()
    const imports = await readImports(folder, now)
    assert.equal(imports.asOf('keys')?.toISOString(), '2021-08-13T10:00:00.000Z')
    assert.equal(await verdictOf(now), 'ACCEPTED')
    answer = () =>
      Response.json(list.map((entry) => ({ ...entry, timestamp: '2021-08-15T11:00:00Z' })))
    assert.deepEqual(await codes(), [null])
    assert.equal(
      (await readImports(folder, now)).asOf('keys')?.toISOString(),
      '2021-08-15T11:00:00.000Z',
    )
  })
})
