/** What becomes of a message, from the sender's try and the gateway's receipts to the counter's list. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Delivery, routes, type ScreeningEntry, type ScreeningList } from '@sidep/contracts'
import { type Mailbox, startMailbox } from '@sidep/dev'
import { freePort } from '../platform/free-port.ts'
import { smsTopic } from '../platform/link-topics.ts'
import {
  sampleScreening,
  startTestCluster,
  type TestCluster,
  type TestPortal,
  testSites,
} from '../platform/testing.ts'
import { makeSenders } from './make-senders.ts'
import { messageReferenceOf } from './message-reference.ts'
import { makeNotificationRunner, type NotificationRunner } from './notification-worker.ts'

const receiptToken = 'a-token-of-the-gateway'

let cluster: TestCluster
let portal: TestPortal
let mailbox: Mailbox
let senders: ReturnType<typeof makeSenders>
let runner: NotificationRunner
before(async () => {
  const port = await freePort('127.0.0.1')
  mailbox = await startMailbox({
    receipts: { url: `http://127.0.0.1:${port}${routes.messageReceipts}`, token: receiptToken },
  })
  cluster = await startTestCluster()
  portal = await cluster.portal({
    environment: {
      PORT: String(port),
      SMTP_URL: mailbox.smtpUrl,
      MAIL_FROM: 'sidep@sidep.test',
      SMS_GATEWAY_URL: mailbox.smsUrl,
      SMS_GATEWAY_TOKEN: mailbox.smsToken,
      SMS_RECEIPT_TOKEN: receiptToken,
    },
  })
  const { platform } = portal.server
  senders = makeSenders(platform.configuration)
  runner = makeNotificationRunner(platform, { senders }, new AbortController().signal)
})
after(async () => {
  await Promise.all(Object.values(senders).map((sender) => sender.close()))
  await cluster.close()
  await mailbox.close()
})

const record = async (contact: Record<string, string>): Promise<string> => {
  const sound = sampleScreening(portal)
  const reply = await portal.send('POST', routes.screenings, {
    ...sound,
    person: { ...sound.person, contact },
  })
  assert.equal(reply.status, 201, reply.text)
  return sound.id
}

/** Sends what is due. */
const work = (): Promise<number> => runner.runOnce()

const listed = async (id: string): Promise<readonly Delivery[] | undefined> => {
  const { screenings } = (await portal.send('GET', routes.screenings)).json<ScreeningList>()
  return screenings.find((entry) => entry.id === id)?.deliveries
}

/** States and reasons, by channel. */
const statesOf = async (id: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    ((await listed(id)) ?? []).map(({ channel, state, reason }) => [
      channel,
      reason === null ? state : `${state}: ${reason}`,
    ]),
  )

const until = async (id: string, expected: Record<string, string>): Promise<void> => {
  const deadline = Date.now() + 20_000
  let seen = await statesOf(id)
  while (JSON.stringify(seen) !== JSON.stringify(expected) && Date.now() < deadline) {
    await setTimeout(50)
    seen = await statesOf(id)
  }
  assert.deepEqual(seen, expected)
}

const receipt = (body: unknown, token: string | null = receiptToken) =>
  portal.send('POST', routes.messageReceipts, body, {
    cookie: null,
    ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } }),
  })

const referenceOf = (id: string, number = 1): string =>
  messageReferenceOf({ site_id: testSites.parvis.id, screening_id: id, topic: smsTopic, number })

test('a message waits, is handed over, and is delivered once the gateway says so; an e-mail stays handed over', async () => {
  const id = await record({ phone: '06 12 34 56 78', email: 'mael@example.org' })
  assert.deepEqual(await listed(id), [
    { channel: 'sms', state: 'pending', reason: null, at: null },
    { channel: 'email', state: 'pending', reason: null, at: null },
  ])
  await work()
  await until(id, { sms: 'delivered', email: 'handed-over' })
  const entry = (
    await portal.send('GET', routes.screening.replace(':id', id))
  ).json<ScreeningEntry>()
  assert.deepEqual(entry.deliveries, await listed(id))
})

test('a number that does not exist is refused at once, with the reason; one that is off or unknown later', async () => {
  const refused = await record({ phone: '06 00 00 00 00' })
  const off = await record({ phone: '06 00 00 00 01' })
  const unknown = await record({ phone: '06 00 00 00 02' })
  const silent = await record({ phone: '06 00 00 00 03' })
  await work()
  await until(refused, { sms: 'refused: unknown-recipient' })
  await until(off, { sms: 'refused: unreachable' })
  await until(unknown, { sms: 'refused: unknown-recipient' })
  await until(silent, { sms: 'handed-over' })
})

test('a mailbox that does not exist is named', async () => {
  mailbox.setFault('email', { kind: 'reject' })
  const id = await record({ email: 'personne@example.org' })
  await work()
  mailbox.setFault('email', { kind: 'none' })
  await until(id, { email: 'refused: unknown-recipient' })
})

test('a gateway that is down leaves the message pending, and one sent again begins anew', async () => {
  const id = await record({ phone: '06 00 00 00 03' })
  mailbox.setFault('sms', { kind: 'refuse' })
  await work()
  mailbox.setFault('sms', { kind: 'none' })
  await until(id, { sms: 'pending' })
  assert.equal((await receipt({ reference: referenceOf(id), status: 'undelivered' })).status, 204)
  await until(id, { sms: 'refused: other' })
  const again = await portal.send('POST', routes.screeningSend.replace(':id', id), {})
  assert.equal(again.status, 202)
  await until(id, { sms: 'pending' })
  assert.equal((await receipt({ reference: referenceOf(id, 2), status: 'delivered' })).status, 204)
  await until(id, { sms: 'delivered' })
})

test('delivered stays delivered, whatever the gateway says after it', async () => {
  const id = await record({ phone: '06 00 00 00 03' })
  await receipt({ reference: referenceOf(id), status: 'delivered' })
  await receipt({ reference: referenceOf(id), status: 'undelivered', reason: 'unreachable' })
  await until(id, { sms: 'delivered' })
})

test('a receipt is taken from the gateway alone', async () => {
  const id = await record({ phone: '06 00 00 00 03' })
  const body = { reference: referenceOf(id), status: 'delivered' }
  for (const token of [null, '', 'another-token-of-length', `${receiptToken}x`]) {
    const { status, code } = await receipt(body, token)
    assert.deepEqual([status, code], [403, 'GATEWAY_REFUSED'])
  }
  await until(id, { sms: 'pending' })
  // A portal whose gateway says nothing lets nobody say anything.
  const silent = await cluster.portal()
  const reply = await silent.send('POST', routes.messageReceipts, body, {
    cookie: null,
    headers: { authorization: 'Bearer null' },
  })
  assert.equal(reply.code, 'GATEWAY_REFUSED')
})

test('a receipt of what is no message is answered and changes nothing; a malformed one is refused', async () => {
  const unknown = referenceOf('0192a5b0-0000-7000-8000-00000000ffff')
  for (const reference of [unknown, 'x', `${referenceOf(await record({}))}0000000`])
    assert.equal((await receipt({ reference, status: 'delivered' })).status, 204)
  for (const body of [
    {},
    { reference: unknown, status: 'lost' },
    { reference: 1, status: 'delivered' },
  ])
    assert.equal((await receipt(body)).code, 'REQUEST_INVALID')
})
