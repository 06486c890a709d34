import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type Mailbox, startMailbox } from '@sidep/dev'
import { emailTopic, smsTopic } from '../platform/link-topics.ts'
import type { NotificationPlatform } from './dependencies.ts'
import { makeEmailSender } from './email-sender.ts'
import {
  makeNotificationRunner,
  type NotificationWorkerDependencies,
  startNotificationWorker,
} from './notification-worker.ts'
import type { DeliveryOutcome, OutgoingMessage, Sender } from './sender.ts'
import { makeSmsSender } from './sms-sender.ts'
import { startTestBench, type TestBench } from './testing.ts'

let bench: TestBench
let mailbox: Mailbox
let email: Sender
let sms: Sender

before(async () => {
  bench = await startTestBench()
  mailbox = await startMailbox({})
  const limits = { connectionsMax: 2, sendMillisecondsMax: 1_000 }
  email = makeEmailSender({ smtpUrl: mailbox.smtpUrl, from: 'no-reply@sidep.test', ...limits })
  sms = makeSmsSender({
    gatewayUrl: mailbox.smsUrl,
    token: mailbox.smsToken,
    from: 'SIDEP',
    ...limits,
  })
})

after(async () => {
  await email.close()
  await sms.close()
  await mailbox.close()
  await bench.close()
})

afterEach(async () => {
  mailbox.setFault('email', { kind: 'none' })
  mailbox.setFault('sms', { kind: 'none' })
  await bench.platform.database`delete from outbox`
})

const runner = (
  dependencies: Partial<NotificationWorkerDependencies> = {},
  platform: NotificationPlatform = bench.another(),
  stopping: AbortSignal = new AbortController().signal,
) =>
  makeNotificationRunner(
    platform,
    { senders: { sms: sms, email: email }, ...dependencies },
    stopping,
  )

const rowsOf = (screeningId: string) =>
  bench.platform.database<
    {
      topic: string
      attempts: number
      done: boolean
      failed: boolean
      last_failure: string | null
    }[]
  >`
    select topic, attempts, done_at is not null as done, failed_at is not null as failed, last_failure
    from outbox where screening_id = ${screeningId} order by topic`

/** A sender under the test's hand. */
const handSender = () => {
  const sent: OutgoingMessage[] = []
  const answers: ((outcome: DeliveryOutcome) => void)[] = []
  const sender: Sender = {
    send: (message) =>
      new Promise((resolve) => {
        sent.push(message)
        answers.push(resolve)
      }),
    async close() {},
  }
  return { sender, sent, answers }
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise(setImmediate)
}

test('an e-mail and an SMS of the outbox arrive with the link, and the link opens', async () => {
  const { id, code } = await bench.addScreening({ topics: [smsTopic, emailTopic] })
  const count = mailbox.messages().length
  assert.equal(await runner().runOnce(), 2)
  const received = mailbox.messages().slice(0, mailbox.messages().length - count)
  assert.deepEqual(received.map(({ channel }) => channel).sort(), ['email', 'sms'])
  for (const { text } of received) assert.ok(text.includes(`https://sidep.test/resultat/#${code}`))
  assert.ok((await rowsOf(id)).every(({ done, attempts }) => done && attempts === 1))
  assert.equal(await runner().runOnce(), 0)
})

test('a person without that contact is given up with CONTACT_MISSING', async () => {
  const { id } = await bench.addScreening({ person: { contact: {} }, topics: [smsTopic] })
  await runner().runOnce()
  const [row] = await rowsOf(id)
  assert.partialDeepStrictEqual(row, { failed: true, last_failure: 'CONTACT_MISSING' })
})

test('a mail server that is down costs no message: tried later, delivered once it is up', async () => {
  const { id } = await bench.addScreening({ topics: [emailTopic] })
  const down = await startMailbox({})
  const port = Number(new URL(down.smtpUrl).port)
  await down.close()
  const sender = makeEmailSender({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'no-reply@sidep.test',
    connectionsMax: 1,
    sendMillisecondsMax: 1_000,
  })
  const worker = runner({ senders: { email: sender } })
  assert.equal(await worker.runOnce(), 1)
  assert.equal(await worker.runOnce(), 0, 'not due yet')
  const [failed] = await rowsOf(id)
  assert.partialDeepStrictEqual(failed, {
    done: false,
    failed: false,
    last_failure: 'SMTP_ESOCKET',
  })

  const up = await startMailbox({ smtpPort: port })
  bench.clock.advance({ minutes: 5 })
  assert.equal(await worker.runOnce(), 1)
  assert.equal(up.messages().length, 1)
  assert.equal((await rowsOf(id))[0]?.done, true)
  await sender.close()
  await up.close()
})

test('a final refusal is not tried again, and counted', async () => {
  const { id } = await bench.addScreening({ topics: [smsTopic] })
  mailbox.setFault('sms', { kind: 'reject' })
  const platform = bench.another()
  await runner({}, platform).runOnce()
  assert.partialDeepStrictEqual((await rowsOf(id))[0], { failed: true, last_failure: 'SMS_422' })
  assert.match(
    platform.metrics.render(),
    /sidep_notifications_total\{channel="sms",outcome="failed"\} 1/,
  )
})

test('a message is given up after the last try, never before', async () => {
  const { id } = await bench.addScreening({ topics: [smsTopic] })
  mailbox.setFault('sms', { kind: 'refuse' })
  const retryPolicy = { triesMax: 3, firstDelayMilliseconds: 1_000, delayMillisecondsMax: 60_000 }
  for (let tries = 1; tries <= 3; tries += 1) {
    assert.equal(await runner({ retryPolicy }).runOnce(), 1)
    const [row] = await rowsOf(id)
    assert.partialDeepStrictEqual(row, { attempts: tries, failed: tries === 3 })
    bench.clock.advance({ minutes: 2 })
  }
  assert.equal(await runner({ retryPolicy }).runOnce(), 0)
})

test('an answer that got lost leads to the same message again, under the same id', async () => {
  const { id } = await bench.addScreening({ topics: [smsTopic, emailTopic] })
  const count = mailbox.messages().length
  mailbox.setFault('email', { kind: 'lose-answer' })
  mailbox.setFault('sms', { kind: 'lose-answer' })
  await runner().runOnce()
  mailbox.setFault('email', { kind: 'none' })
  mailbox.setFault('sms', { kind: 'none' })
  bench.clock.advance({ minutes: 5 })
  await runner().runOnce()
  const received = mailbox.messages().slice(0, mailbox.messages().length - count)
  assert.equal(received.length, 4)
  assert.equal(new Set(received.map((message) => message.id)).size, 2)
  assert.ok((await rowsOf(id)).every(({ done }) => done))
})

test('a worker that died holding messages loses none, and its late word counts for nothing', async () => {
  const { id } = await bench.addScreening({ topics: [smsTopic] })
  const dying = handSender()
  const lost = runner({
    senders: { sms: dying.sender },
    leaseMilliseconds: 60_000,
  }).runOnce()
  await until(() => dying.sent.length === 1)

  assert.equal(await runner().runOnce(), 0, 'under lease')
  bench.clock.advance({ seconds: 60 })
  const next = handSender()
  const saved = runner({ senders: { sms: next.sender } }).runOnce()
  await until(() => next.sent.length === 1)
  assert.equal(next.sent[0]?.messageId, dying.sent[0]?.messageId)

  dying.answers[0]?.({ outcome: 'rejected', code: 'SMS_422' })
  await lost
  assert.partialDeepStrictEqual((await rowsOf(id))[0], { done: false, failed: false })
  next.answers[0]?.({ outcome: 'delivered' })
  await saved
  assert.partialDeepStrictEqual((await rowsOf(id))[0], { done: true, attempts: 2 })
})

test('a message that kills its worker every time is given up with TRIES_EXHAUSTED', async () => {
  const { id } = await bench.addScreening({ topics: [smsTopic] })
  await bench.platform.database`update outbox set attempts = 20 where screening_id = ${id}`
  await runner().runOnce()
  assert.partialDeepStrictEqual((await rowsOf(id))[0], {
    failed: true,
    last_failure: 'TRIES_EXHAUSTED',
  })
})

test('two workers at once share the outbox without sending anything twice', async () => {
  for (let n = 0; n < 40; n += 1) await bench.addScreening({ topics: [smsTopic] })
  const count = mailbox.messages().length
  const workers = [runner({ batchMax: 20 }), runner({ batchMax: 20 })]
  const claimed = await Promise.all(workers.map((worker) => worker.runOnce()))
  assert.equal(claimed[0] === undefined ? 0 : claimed[0] + (claimed[1] ?? 0), 40)
  const received = mailbox.messages().slice(0, mailbox.messages().length - count)
  assert.equal(new Set(received.map((message) => message.id)).size, 40)
  assert.equal(received.length, 40)
})

test('a stopping worker hands back untried what it has not begun', async () => {
  const first = await bench.addScreening({ topics: [smsTopic] })
  const second = await bench.addScreening({ topics: [smsTopic] })
  const stopping = new AbortController()
  const hand = handSender()
  const running = runner(
    { senders: { sms: hand.sender }, concurrencyMax: 1 },
    bench.another(),
    stopping.signal,
  ).runOnce()
  await until(() => hand.sent.length === 1)
  stopping.abort()
  hand.answers[0]?.({ outcome: 'delivered' })
  await running
  const rows = [...(await rowsOf(first.id)), ...(await rowsOf(second.id))]
  assert.deepEqual(rows.map(({ done, attempts }) => [done, attempts]).sort(), [
    [false, 0],
    [true, 1],
  ])
  assert.equal(await runner().runOnce(), 1)
})

test('a channel without sender leaves its messages in the outbox', async () => {
  const { id } = await bench.addScreening({ topics: [smsTopic, emailTopic] })
  await runner({ senders: { email: email } }).runOnce()
  assert.deepEqual(
    (await rowsOf(id)).map(({ topic, done }) => [topic, done]),
    [
      [emailTopic, true],
      [smsTopic, false],
    ],
  )
})

test('a started worker delivers by itself and stops', async () => {
  const platform = bench.another()
  const hand = handSender()
  const { id } = await bench.addScreening({ topics: [smsTopic] })
  const worker = startNotificationWorker(platform, {
    senders: { sms: hand.sender },
    pollMilliseconds: 5,
  })
  await until(() => hand.sent.length === 1)
  hand.answers[0]?.({ outcome: 'delivered' })
  await worker.stop()
  assert.equal((await rowsOf(id))[0]?.done, true)
  assert.match(platform.metrics.render(), /sidep_notifications_waiting \d/)
})
