import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseWatchConfiguration } from './watch-configuration.ts'

const page = readFileSync(
  join(import.meta.dirname, '../../../../docs/operating/watching.md'),
  'utf8',
)

test('every setting of the watcher is on the page of the person on duty, and the page names no other', () => {
  const read = new Set<string>()
  const watched = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, key) => {
        read.add(String(key))
        return undefined
      },
    },
  )
  assert.ok(parseWatchConfiguration(watched, '/srv').ok)
  const documented = [...page.matchAll(/^\| `(WATCH_[A-Z_]+)` \|/gm)].map(([, key]) => key)
  const own = [...read].filter((key) => key.startsWith('WATCH_'))
  assert.deepEqual(documented.toSorted(), own.toSorted())
})

test('with nothing set it watches the portal of this machine, up to the provider’s page', () => {
  const parsed = parseWatchConfiguration({}, '/srv')
  assert.ok(parsed.ok)
  const { origins, port, folder, ecps, card, recipients } = parsed.value
  assert.equal(origins.counter, 'http://localhost:8080')
  assert.equal(port, 8086)
  assert.equal(folder, '/srv/data/watch')
  assert.deepEqual(ecps, { nationalId: null })
  assert.equal(card, null)
  assert.deepEqual(recipients, [])
})

test('recipients have a name each, and a way without its means is a fault', () => {
  const sms = { SMS_GATEWAY_URL: 'https://sms.example/', SMS_GATEWAY_TOKEN: 'token' }
  const good = parseWatchConfiguration(
    {
      ...sms,
      WATCH_DUTY_SMS: '+33612345678, +33612345679',
      WATCH_ESCALATION_WEBHOOK: 'https://a.example/',
    },
    '/srv',
  )
  assert.ok(good.ok)
  assert.deepEqual(
    good.value.recipients.map(({ name, line }) => [name, line]),
    [
      ['duty-sms-1', 'first'],
      ['duty-sms-2', 'first'],
      ['escalation-webhook-1', 'second'],
    ],
  )
  for (const [environment, key] of [
    [{ WATCH_DUTY_SMS: '+33612345678' }, 'SMS_GATEWAY_URL'],
    [{ WATCH_DUTY_MAIL: 'a@example.test' }, 'SMTP_URL'],
    [{ ...sms, WATCH_DUTY_SMS: '06 12' }, 'WATCH_DUTY_SMS'],
    [{ WATCH_ECPS: '123' }, 'WATCH_ECPS'],
    [{ WATCH_TRUST_ANCHOR: 'é' }, 'WATCH_TRUST_ANCHOR'],
    [{ WATCH_CARD_KEY: 'nowhere.pem' }, 'WATCH_CARD_KEY'],
  ] as const) {
    const bad = parseWatchConfiguration(environment, '/srv')
    assert.ok(!bad.ok)
    assert.ok(
      bad.faults.some((fault) => fault.key === key),
      key,
    )
  }
})
