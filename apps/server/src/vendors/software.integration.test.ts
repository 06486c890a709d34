/** Software made with the SDK, and the kit that tries such software, at the real port: certificate, token, delegation, booklets, slips. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import {
  routes,
  type ScreeningEntry,
  type ScreeningInput,
  type SlipsAnswer,
} from '@sidep/contracts'
import { realPortal, runConformance, sdkAdapter } from '@sidep/dev/conformance'
import {
  certifiedFetch,
  makeVendorAccess,
  memoryKeyPairs,
  openFileStore,
  openOutbox,
  surroundings,
  thumbprintOf,
  webKeys,
} from '@sidep/sdk/node'
import { exportPKCS8 } from 'jose'
import { codeAt, flagsIn, retrieve } from '../continuity/testing.ts'
import { temporaryFolder } from '../fault-testing.ts'
import { type RunningLaboratoryRole, startLaboratory } from '../index.ts'
import { systemClock } from '../platform/clock.ts'
import { clusterOfFile, type SignedIn, testSites } from '../platform/testing.ts'
import { registerTestVendor, type TestVendorFiles, testVendorPort } from './testing.ts'

const site = testSites.parvis
const professionalId = '899700098314'
const folder = temporaryFolder('vendors-software')
const cluster = await clusterOfFile()
// Software tells the time by its computer.
const made = await cluster.portal({ overrides: { clock: systemClock } })
const portal = { ...made, clock: { ...made.clock, now: systemClock.now } }
let role: RunningLaboratoryRole
let url = ''
let counter: SignedIn
let vendor: TestVendorFiles

before(async () => {
  const { vendors, authority } = await testVendorPort(`${folder}/port`, systemClock.now(), {
    webhooksAnywhere: true,
  })
  role = await startLaboratory(
    {
      ...portal.server.platform.configuration,
      laboratory: null,
      vendors,
    },
    { clock: systemClock, database: await cluster.database(0) },
  )
  url = role.vendors?.issuer ?? ''
  counter = await portal.signInAt(site, { professionalId })
  const registered = await registerTestVendor({
    portal,
    folder,
    id: 'officine',
  })
  vendor = { ...registered, authority: await readFile(authority, 'utf8') }
})
after(() => role?.close())

const letIn = async (userCode: string): Promise<void> => {
  const body = { userCode, decision: 'accept' }
  const decided = await portal.send('POST', routes.vendorDecision, body, counter)
  assert.equal(decided.status, 201, decided.text)
}

test('the kit tries the software at a real portal, passes what is right and finds what is not', async () => {
  const { certificate, certificateKey, authority, clientKey } = vendor
  const opened = await realPortal({
    url,
    vendor: {
      clientId: 'officine',
      clientKey: await exportPKCS8(clientKey),
      keyId: undefined,
      certificate,
      certificateKey,
      authority,
      site: site.id,
    },
    now: () => Date.now(),
    asked: ({ userCode }) => void letIn(userCode),
  })
  const now = (): number => Date.now()
  try {
    const start = (given: Parameters<typeof sdkAdapter>[0]) => sdkAdapter(given)
    const { passed, failed, cases } = await runConformance({ portal: opened, start, now })
    assert.deepEqual(
      cases.filter((one) => one.passed !== true).map((one) => [one.case, one.passed]),
      [
        ['clock-skew', null],
        ['assertion-clock', null],
        ['slip', null],
      ],
      JSON.stringify(cases),
    )
    assert.equal(failed, 0)
    assert.equal(passed, cases.length - 3)
    const wrong = await runConformance({
      portal: opened,
      start: (given) =>
        sdkAdapter(given, ({ authorization, ...dependencies }) => ({
          ...dependencies,
          authorization: { ...authorization, renew: () => false },
        })),
      now,
      only: ['record', 'token-expired'],
      patienceMilliseconds: 1_500,
    })
    assert.deepEqual(
      wrong.cases.map((one) => [one.case, one.passed]),
      [
        ['record', true],
        ['token-expired', false],
      ],
    )
  } finally {
    await opened.close()
  }
})

test('sidep conformance tries the software at a real portal, as an integrator types it', async () => {
  const root = resolve(import.meta.dirname, '../../../..')
  const file = join(folder, 'vendor.json')
  const pem = {
    key: await exportPKCS8(vendor.clientKey),
    certificate: vendor.certificate,
    certificateKey: vendor.certificateKey,
    authority: vendor.authority ?? '',
  }
  for (const [name, text] of Object.entries(pem)) await writeFile(join(folder, `${name}.pem`), text)
  const paths = Object.fromEntries(Object.keys(pem).map((name) => [name, `${name}.pem`]))
  await writeFile(file, JSON.stringify({ clientId: 'officine', site: site.id, ...paths }))
  const words = ['apps/cli/src/main.ts', 'conformance', '--url', url, '--vendor', file, '--json']
  const client = ['--client', 'dev/src/conformance/main.ts']
  const cases = ['--case', 'record', 'lost-answer', 'slip']
  const kit = spawn(process.execPath, [...words, ...client, ...cases], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // The professional types what the kit shows.
  let shown = ''
  kit.stderr.on('data', (chunk) => {
    const before = shown
    shown += chunk
    const code = /lets the software work: (\S+) at /.exec(shown)?.[1]
    if (code !== undefined && !before.includes(' at ')) void letIn(code)
  })
  const [said, [exitCode]] = await Promise.all([text(kit.stdout), once(kit, 'exit')])
  const report = JSON.parse(said || '{}')
  assert.deepEqual(
    report.cases?.map((one: { case: string; passed: boolean | null }) => [one.case, one.passed]),
    [
      ['record', true],
      ['lost-answer', true],
      ['slip', null],
    ],
    said + shown,
  )
  assert.equal(exitCode, 0)
})

test('what software signed from a booklet, and typed from a slip, while it was alone becomes definitive by its token', async () => {
  const flagsBefore = await flagsIn(portal)
  const shown = certifiedFetch({
    certificate: vendor.certificate,
    key: vendor.certificateKey,
    ...(vendor.authority === undefined ? {} : { authority: vendor.authority }),
  })
  after(() => shown.close())
  let isAway = false
  const fetch: typeof shown.fetch = (address, init) =>
    isAway ? Promise.reject(new TypeError('no network')) : shown.fetch(address, init)
  const access = makeVendorAccess({
    portal: url,
    clientId: 'officine',
    key: vendor.clientKey,
    fetch,
    surroundings,
  })
  const keys = webKeys(memoryKeyPairs(), () => true)
  const key = await keys.nextKey(professionalId, [])
  assert.ok(key)
  const pairing = await access.pair({
    scopes: ['screenings.record', 'screenings.read', 'continuity'],
    site: site.id,
    device: await thumbprintOf(key),
  })
  await letIn(pairing.userCode)
  const polled = await pairing.poll()
  assert.ok(polled.kind === 'accepted')
  const outbox = await openOutbox({
    portal: url,
    fetch,
    authorization: access.authorization(polled.refreshToken),
    owner: { professionalId, siteId: site.id },
    store: await openFileStore(`${folder}/outbox.sealed`, new Uint8Array(32).fill(7)),
    keys,
    surroundings,
  })
  const screening = (familyName: string): ScreeningInput => ({
    id: outbox.newId(),
    person: { familyName, firstNames: 'ANNE', birthDate: '1984-02-29', sex: 'F' },
    kind: 'antigen',
    device: '1232',
    sampledAt: new Date(Date.now() - 20 * 60_000).toISOString(),
    result: 'negative',
  })
  // A booklet, taken while the portal answers; slips come out of the counter's printer.
  await outbox.send()
  const printed = await portal.send('POST', routes.slips, { count: 1 }, counter)
  const [slip] = printed.json<SlipsAnswer>().slips
  assert.ok(slip)

  isAway = true
  const alone = screening('TESTNOM')
  const kept = await outbox.record(alone)
  assert.ok(kept.kind === 'kept' && kept.provisional, JSON.stringify(kept))
  const byHand = screening('TESTNOM DE LA FICHE')
  assert.equal((await outbox.record(byHand, { slip: slip.printed })).kind, 'kept')
  assert.equal(outbox.lines().length, 2)
  const stored = await portal.sql`select 1 from screening where id in (${alone.id}, ${byHand.id})`
  assert.equal(stored.length, 0)
  assert.equal(await codeAt(portal, kept.provisional.code), 'ACCEPTED')

  isAway = false
  await outbox.hurry()
  await outbox.hurry()
  assert.deepEqual(
    outbox.lines().filter(({ refusal }) => refusal !== null),
    [],
  )
  const linkOf: Record<string, string> = {
    [alone.id]: new URL(kept.provisional.address).hash.slice(1),
    [byHand.id]: slip.code,
  }
  for (const { id, person } of [alone, byHand]) {
    const path = routes.screening.replace(':id', id)
    const read = await portal.send('GET', path, undefined, counter)
    const { state, certificate } = read.json<ScreeningEntry>()
    assert.equal(state, 'final')
    assert.equal(await codeAt(portal, certificate?.hcert ?? ''), 'ACCEPTED')
    const opened = await retrieve(portal, linkOf[id] ?? '', person.birthDate)
    assert.equal(opened.status, 200, opened.text)
    assert.match(opened.text, new RegExp(certificate?.uvci.slice(0, 20) ?? '-'))
    const rows = await portal.sql`
      select professional_id, operator_id, door from audit
      where site_id = ${site.id} and subject = ${id} and act = 'screening.recorded'`
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [{ professional_id: professionalId, operator_id: 'vendor:officine', door: 'vendor' }],
    )
  }
  assert.deepEqual(await flagsIn(portal), flagsBefore)
})
