import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Mailbox, startMailbox } from '@sidep/dev'
import { makeEmailSender } from './email-sender.ts'
import type { OutgoingMessage, Sender } from './sender.ts'
import { makeSmsSender } from './sms-sender.ts'

let mailbox: Mailbox
let email: Sender
let sms: Sender

before(async () => {
  mailbox = await startMailbox({})
  const limits = { connectionsMax: 2, sendMillisecondsMax: 1_000 }
  email = makeEmailSender({
    smtpUrl: mailbox.smtpUrl,
    from: 'sidep <no-reply@sidep.test>',
    ...limits,
  })
  sms = makeSmsSender({
    gatewayUrl: mailbox.smsUrl,
    token: mailbox.smsToken,
    from: 'sidep',
    ...limits,
  })
})

after(async () => {
  await email.close()
  await sms.close()
  await mailbox.close()
})

const message: Omit<OutgoingMessage, 'address'> = {
  messageId: '0192-email',
  language: 'fr',
  kind: 'link',
  whose: 'Pa. M.',
  unlockNumber: null,
  siteName: 'Pharmacie du Parvis',
  url: 'https://sidep.test/resultat/#ABCD',
  linkDays: 30,
}
const toPaul: OutgoingMessage = { ...message, address: 'paul@example.test' }
const toPhone: OutgoingMessage = { ...message, address: '+33612345678' }

test('an e-mail arrives as text and HTML under the id of the message', async () => {
  assert.deepEqual(await email.send(toPaul), { outcome: 'delivered' })
  const [received] = mailbox.messages()
  assert.equal(received?.id, '0192-email@sidep.test')
  assert.deepEqual(received?.to, ['paul@example.test'])
  assert.equal(received?.subject, 'Votre document est disponible')
  assert.ok(received?.text.includes(message.url))
  assert.ok(received?.html?.includes(message.url))
})

test('an SMS arrives under the id of the message', async () => {
  assert.deepEqual(await sms.send(toPhone), { outcome: 'delivered' })
  const [received] = mailbox.messages()
  assert.equal(received?.id, '0192-email')
  assert.deepEqual(received?.to, ['+33612345678'])
  assert.ok(received?.text.includes(message.url))
})

test('an address that smuggles a second recipient reaches neither', async () => {
  const count = mailbox.messages().length
  const outcome = await email.send({ ...message, address: 'a@example.test>,<b@example.test' })
  assert.notEqual(outcome.outcome, 'delivered')
  assert.equal(mailbox.messages().length, count)
})

test('a temporary refusal is failed, a permanent one rejected, each with its code', async () => {
  mailbox.setFault('email', { kind: 'refuse' })
  assert.deepEqual(await email.send(toPaul), { outcome: 'failed', code: 'SMTP_451' })
  mailbox.setFault('email', { kind: 'reject' })
  assert.deepEqual(await email.send(toPaul), { outcome: 'rejected', code: 'SMTP_550' })
  mailbox.setFault('email', { kind: 'none' })
  mailbox.setFault('sms', { kind: 'refuse' })
  assert.deepEqual(await sms.send(toPhone), { outcome: 'failed', code: 'SMS_503' })
  mailbox.setFault('sms', { kind: 'reject' })
  assert.deepEqual(await sms.send(toPhone), { outcome: 'rejected', code: 'SMS_422' })
  mailbox.setFault('sms', { kind: 'none' })
})

test('an answer that does not come in time, or gets lost, is failed and delivered once', async () => {
  const count = mailbox.messages().length
  for (const fault of [{ kind: 'slow', milliseconds: 30_000 }, { kind: 'lose-answer' }] as const) {
    mailbox.setFault('email', fault)
    mailbox.setFault('sms', fault)
    assert.equal((await email.send(toPaul)).outcome, 'failed')
    assert.equal((await sms.send(toPhone)).outcome, 'failed')
  }
  assert.equal(mailbox.messages().length, count + 4)
  mailbox.setFault('email', { kind: 'none' })
  mailbox.setFault('sms', { kind: 'none' })
  assert.deepEqual(await email.send(toPaul), { outcome: 'delivered' })
})

test('a wrong gateway token is failed, not rejected: the message is not to blame', async () => {
  const other = makeSmsSender({
    gatewayUrl: mailbox.smsUrl,
    token: 'wrong',
    from: 'sidep',
    connectionsMax: 1,
    sendMillisecondsMax: 1_000,
  })
  assert.deepEqual(await other.send(toPhone), { outcome: 'failed', code: 'SMS_401' })
  await other.close()
})

test('nobody listening is failed', async () => {
  const gone = await startMailbox({})
  await gone.close()
  const limits = { connectionsMax: 1, sendMillisecondsMax: 1_000 }
  const lateEmail = makeEmailSender({ smtpUrl: gone.smtpUrl, from: 'a@b.test', ...limits })
  const lateSms = makeSmsSender({ gatewayUrl: gone.smsUrl, token: 't', from: 'sidep', ...limits })
  assert.deepEqual(await lateEmail.send(toPaul), { outcome: 'failed', code: 'SMTP_ESOCKET' })
  assert.deepEqual(await lateSms.send(toPhone), { outcome: 'failed', code: 'SMS_ECONNREFUSED' })
  await lateEmail.close()
  await lateSms.close()
})
