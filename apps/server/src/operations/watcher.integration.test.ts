/** The watcher with a clock of its own and probes that find what the test says; files, port and messages are real. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type WatchedComponent, watchedComponents } from '@sidep/contracts'
import { startMailbox } from '@sidep/dev'
import type { Finding } from './incidents/machine.ts'
import { makeMessengers } from './notify/messengers.ts'
import { runningWatcher } from './running.ts'
import { leaveOrder } from './store.ts'
import { parseWatchConfiguration } from './watch-configuration.ts'
import { startWatcher, type Watcher } from './watcher.ts'

const folder = await mkdtemp(join(tmpdir(), 'sidep-watcher-'))
after(() => rm(folder, { recursive: true, force: true }))

interface Hook {
  /** The path of the webhook: whose it is. */
  readonly line: string
  readonly id: string
  readonly stage: string
  readonly incident: string
}
const hooks: Hook[] = []
let refusals = 1
const receiver = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  refusals -= 1
  if (refusals >= 0) {
    response.writeHead(503).end()
    return
  }
  hooks.push({ ...(JSON.parse(text) as Omit<Hook, 'line'>), line: request.url ?? '' })
  response.writeHead(204).end()
}).listen(0, '127.0.0.1')
await once(receiver, 'listening')
after(() => receiver.close())
const hookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`

const mailbox = await startMailbox({})
after(() => mailbox.close())
/** Neither takes anything at first. */
mailbox.setFault('email', { kind: 'refuse' })
mailbox.setFault('sms', { kind: 'refuse' })

const parsed = parseWatchConfiguration(
  {
    WATCH_DIR: join(folder, 'watch'),
    WATCH_PORT: '0',
    WATCH_SECONDS: '1',
    WATCH_ESCALATE_MINUTES: '1',
    WATCH_DUTY_WEBHOOK: `${hookUrl}first`,
    WATCH_DUTY_MAIL: 'astreinte@sidep.test',
    WATCH_DUTY_SMS: '+33600000001',
    WATCH_ESCALATION_SMS: '+33600000002',
    SMTP_URL: mailbox.smtpUrl,
    MAIL_FROM: 'sidep <no-reply@sidep.test>',
    SMS_GATEWAY_URL: mailbox.smsUrl,
    SMS_GATEWAY_TOKEN: mailbox.smsToken,
    WATCH_ESCALATION_WEBHOOK: `${hookUrl}second`,
  },
  folder,
)
assert.ok(parsed.ok)
const configuration = { ...parsed.value, intervalMilliseconds: 10 }

/** A second of the machine's is a minute here: nothing waits for the seconds that a rule wants. */
const begunAt = performance.now()
const clock = {
  now: () => new Date(Date.parse('2026-11-30T14:00:00Z') + (performance.now() - begunAt) * 60),
}
const failing = new Set<WatchedComponent>()
const probes = watchedComponents.map((component) => ({
  component,
  look: async (): Promise<Finding> =>
    failing.has(component)
      ? { component, state: 'fails', code: 'ECONNREFUSED' }
      : { component, state: 'works', code: null },
}))

const start = (): Promise<Watcher> =>
  startWatcher(configuration, {
    clock,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    messengers: makeMessengers(configuration),
    say: () => undefined,
    publish: join(folder, 'elsewhere'),
    probes,
  })

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await wait(20)
}
const fileAt = (name: string): Promise<string> =>
  readFile(join(folder, name), 'utf8').catch(() => '')
const pageAt = async (watcher: Watcher, path: string): Promise<string> =>
  (await fetch(`${watcher.url}${path}`)).text()

test('an incident is opened, shown everywhere, told once to each line, taken up again by the next watcher, and closed with a report', async () => {
  let watcher = await start()
  assert.equal((await runningWatcher(configuration.folder))?.url, watcher.url)
  await until(async () => (await pageAt(watcher, '/')).includes('Tout fonctionne'))

  const figures = async (): Promise<string> =>
    (await fetch(`${watcher.operatorUrl}/metrics`)).text()
  // The page is for everybody, figures are not.
  assert.equal((await fetch(`${watcher.url}/metrics`)).status, 404)
  assert.match(await figures(), /^sidep_watch_component_failing\{component="ecps"\} 0$/m)
  failing.add('ecps')
  await until(() => watcher.board().incidents.length === 1)
  const failed = await figures()
  assert.match(failed, /^sidep_watch_component_failing\{component="ecps"\} 1$/m)
  assert.match(failed, /^sidep_watch_incidents_open\{severity="major"\} 1$/m)
  assert.match(failed, /^sidep_watch_incidents_untaken 1$/m)
  assert.match(failed, /^sidep_watch_looks_total\{component="ecps",state="fails"\} \d+$/m)
  assert.match(failed, /^sidep_watch_look_age_seconds\{component="slips"\} [\d.]+$/m)
  // Neither mail nor text messages get through.
  await until(async () => /^sidep_watch_messages_untold [1-9]/m.test(await figures()))
  const monitoring = join(import.meta.dirname, '../../../../deploy/monitoring')
  for (const name of ['rules.yml', 'dashboards/watching.json']) {
    const text = await readFile(join(monitoring, name), 'utf8')
    for (const [named] of text.matchAll(/\bsidep_watch_\w+/g))
      assert.ok(failed.includes(`# TYPE ${named.replace(/_bucket$/, '')} `), named)
  }
  const [{ id } = { id: '' }] = watcher.board().incidents
  await until(async () => (await pageAt(watcher, '/')).includes('Panne en cours'))
  await until(async () => (await fileAt('watch/etat/index.html')).includes('Panne en cours'))
  await until(async () => (await fileAt('elsewhere/en/index.html')).includes('There is an outage'))
  mailbox.setFault('email', { kind: 'none' })
  mailbox.setFault('sms', { kind: 'none' })
  // The receiver was out of order once, and so were the gateways; those on duty are told all the same, and then the second line.
  await until(() => hooks.some(({ stage }) => stage === 'escalated'))
  await until(async () => /^sidep_watch_messages_untold 0$/m.test(await figures()))
  assert.match(await figures(), /^sidep_watch_messages_total\{outcome="delivered"\} [3-9]/m)

  await watcher.close()
  assert.equal(await runningWatcher(configuration.folder), null)
  watcher = await start()
  await leaveOrder(configuration.folder, 'one', {
    type: 'taken',
    at: clock.now().toISOString(),
    incident: id,
    by: 'c.essai',
  })
  await until(() => watcher.board().incidents[0]?.taken?.by === 'c.essai')
  failing.clear()
  await until(() => watcher.board().incidents[0]?.closedAt !== null)
  await until(() => hooks.filter(({ stage }) => stage === 'closed').length === 2)
  await until(() => mailbox.messages().filter(({ text }) => text.includes('TERMINÉ')).length >= 3)
  assert.match(await fileAt(`watch/reports/${id.replace('/', '-')}.md`), /# Incident .*brouillon/)
  await watcher.close()

  // Each line hears in order. Nothing is promised between the two: the second does not wait until the first can be reached.
  const heardBy = (line: string) =>
    hooks.filter((hook) => hook.line === line).map(({ stage, incident }) => [stage, incident])
  assert.deepEqual(heardBy('/first'), [
    ['opened', id],
    ['closed', id],
  ])
  assert.deepEqual(heardBy('/second'), [
    ['escalated', id],
    ['closed', id],
  ])
  assert.equal(hooks.length, 4)
  assert.equal(new Set(hooks.map((hook) => hook.id)).size, 4)
  // Each of those on duty got each message once, by each way.
  const got = mailbox
    .messages()
    .map(({ to, text }) => {
      const stage = /INCIDENT|NON PRIS EN CHARGE|TERMINÉ/.exec(text)?.[0]
      return `${to} ${stage}`
    })
    .toSorted()
  assert.deepEqual(got, [
    '+33600000001 INCIDENT',
    '+33600000001 TERMINÉ',
    '+33600000002 NON PRIS EN CHARGE',
    '+33600000002 TERMINÉ',
    'astreinte@sidep.test INCIDENT',
    'astreinte@sidep.test TERMINÉ',
  ])
})
