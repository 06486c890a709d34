/** From what was issued in somebody's name to the message of the next morning, and from its link to what it takes back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes, type SiteView } from '@sidep/contracts'
import { revokeDenied } from '../../operations-acts.ts'
import { clusterOfFile, sampleScreening, testSites } from '../../platform/testing.ts'
import type { DutyMessage } from '../notify/messages.ts'
import type { Sent } from '../notify/messengers.ts'
import { denialPath } from './digest-link.ts'
import { makeDigestWork } from './digest-worker.ts'

const { parvis, saintDenis, ajaccio } = testSites
const cluster = await clusterOfFile()
const portal = await cluster.portal({ environment: { PROBE_SITES: ajaccio.id } })
const { sql, clock } = portal
const pharmacist = '899790000015'
const address = 'contact@parvis.example'
const sent: { readonly address: string; readonly message: DutyMessage }[] = []
let outcome: Sent = { outcome: 'failed', code: 'SMTP_421' }
const { platform } = portal.server
const work = makeDigestWork({
  platform,
  send: async (recipient, message) => {
    sent.push({ address: recipient.address, message })
    return outcome
  },
  revoke: revokeDenied(platform, { revoked: () => undefined }),
})
const look = () => work.look(new AbortController().signal)

const enter = async (familyName: string, site: SiteView = parvis): Promise<void> => {
  const by = await portal.signInAt(site, { professionalId: pharmacist })
  const { person } = sampleScreening(portal)
  const screening = sampleScreening(portal, { person: { ...person, familyName } })
  const { status, text } = await portal.send('POST', routes.screenings, screening, by)
  assert.equal(status, 201, text)
}
const revoked = async (): Promise<number> =>
  (await sql`select 1 from certificate_revocation`).length
const ask = async (method: string, path: string) =>
  portal.send(method, path, undefined, {
    cookie: null,
    signer: null,
    headers: {
      accept: 'text/html',
      ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
  })

test('whoever things are issued under is told the next morning, by counts alone, again while nobody takes it', async () => {
  await sql`
    insert into professional_site (professional_id, site_id, profession, source, updated_at, email)
    values (${pharmacist}, ${parvis.id}, '21', 'directory', now(), ${address})`
  for (const name of ['ESSAI-UN', 'ESSAI-DEUX']) await enter(name)
  await enter('ESSAI-TROIS', saintDenis)
  await sql`insert into site (id, name, source, updated_at) values (${parvis.id}, 'Pharmacie & Cie', 'essai', now())
    on conflict (id) do update set name = excluded.name`
  clock.set('2021-08-14T06:30:00+02:00')
  await look()
  assert.equal((await sql`select 1 from issued_digest`).length, 0, 'not before seven')
  clock.set('2021-08-14T07:30:00+02:00')
  await enter('ESSAI-DEMAIN')
  await look()
  assert.equal(sent.length, 1)
  outcome = { outcome: 'delivered', code: null }
  clock.advance(60_000)
  await look()
  clock.advance(3_600_000)
  await look()
  assert.deepEqual(
    sent.map((one) => one.address),
    [address, address],
  )
  const [first, second] = sent.map(({ message }) => message)
  assert.deepEqual(first, second)
  const text = first?.text ?? ''
  assert.match(text, /3 dépistage\(s\)/)
  assert.match(text, /3 test\(s\) were recorded/)
  assert.match(text, /Pharmacie & Cie \(\w{9}\) : 2/)
  assert.doesNotMatch(text, /ESSAI/)
})

test('opening the link changes nothing; pressing withdraws that day alone, once, and raises an alert', async () => {
  const link = /https?:\/\/\S+pas-moi\/\?c=[\w-]{43}/.exec(sent[0]?.message.text ?? '')?.[0] ?? ''
  const path = `${denialPath}${new URL(link).search}`
  for (const method of ['GET', 'HEAD', 'GET']) {
    const page = await ask(method, path)
    assert.equal(page.status, 200)
    if (method === 'GET') assert.match(page.text, /<form method="post"[^>]*>.*Confirmer/s)
    assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self'/)
  }
  await look()
  assert.deepEqual([await revoked(), (await sql`select 1 from fraud_alert`).length], [0, 0])
  for (const wrong of [`${denialPath}?c=${'A'.repeat(43)}`, `${denialPath}?c=1`])
    assert.equal((await ask('POST', wrong)).status, 404)

  for (let press = 0; press < 2; press += 1) {
    const done = await ask('POST', path)
    assert.equal(done.status, 200)
    assert.match(done.text, /C&#8217;est not/)
  }
  assert.match((await ask('GET', `${path}&lang=en`)).text, /It is noted/)
  await look()
  await look()
  assert.equal(await revoked(), 3, 'and not what was entered today')
  const [row] = await sql`select withdrawn, withdrawn_at is not null as over from issued_digest`
  assert.deepEqual({ ...row }, { withdrawn: 3, over: true })
  const [alert, ...others] = await sql<{ evidence: { code: string; value: number }[] }[]>`
    select evidence from fraud_alert where closed_at is null`
  assert.equal(others.length, 0)
  assert.deepEqual([alert?.evidence[0]?.code, alert?.evidence[0]?.value], ['DENIED_BY_HOLDER', 3])
  const chain = await sql`select 1 from audit where act = 'digest.denied'`
  assert.equal(chain.length, 1)
})

test('a link of more than thirty days leads nowhere', async () => {
  clock.advance(31 * 86_400_000)
  const link = /\?c=[\w-]{43}/.exec(sent[0]?.message.text ?? '')?.[0] ?? ''
  assert.equal((await ask('GET', `${denialPath}${link}`)).status, 404)
})
