import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { type Mailbox, type MailboxOptions, startMailbox } from './mailbox.ts'

const withMailbox = async (
  options: MailboxOptions,
  run: (mailbox: Mailbox) => Promise<void>,
): Promise<void> => {
  const mailbox = await startMailbox(options)
  try {
    await run(mailbox)
  } finally {
    await mailbox.close()
  }
}

const letter = [
  'From: sidep <no-reply@sidep.test>',
  'To: paul@example.test',
  'Message-ID: <42@sidep.test>',
  'Subject: =?utf-8?Q?Votre_d=C3=A9pistage?=',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Voici : https://sidep.test/resultat/#ABC.',
  '<script>alert(1)</script>',
]

/** Speaks SMTP (RFC 5321 §3.3) and returns the answer to the message, or undefined when the line was cut. */
const sendLetter = async (smtpUrl: string): Promise<string | undefined> => {
  const socket = connect(Number(new URL(smtpUrl).port), '127.0.0.1')
  const lines = createInterface(socket)[Symbol.asyncIterator]()
  const answer = async (): Promise<string | undefined> => {
    for (;;) {
      const next = await lines.next()
      if (next.done) return undefined
      if (!/^\d{3}-/.test(next.value)) return next.value
    }
  }
  try {
    await answer()
    for (const command of [
      'EHLO a.test',
      'MAIL FROM:<no-reply@sidep.test>',
      'RCPT TO:<paul@example.test>',
      'DATA',
    ]) {
      socket.write(`${command}\r\n`)
      await answer()
    }
    socket.write(`${letter.join('\r\n')}\r\n.\r\n`)
    return await answer()
  } finally {
    socket.destroy()
  }
}

const sendSms = (mailbox: Mailbox, token: string, body: unknown): Promise<Response> =>
  fetch(mailbox.smsUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const sms = { reference: 'm-1', to: '+33612345678', from: 'sidep', text: 'Bonjour' }

test('an e-mail and an SMS are kept, newest first, and shown escaped with their links', () =>
  withMailbox({}, async (mailbox) => {
    assert.match((await sendLetter(mailbox.smtpUrl)) ?? '', /^250/)
    assert.equal((await sendSms(mailbox, mailbox.smsToken, sms)).status, 202)

    const [newest, oldest] = mailbox.messages()
    assert.equal(newest?.channel, 'sms')
    assert.equal(newest?.id, 'm-1')
    assert.deepEqual(newest?.to, ['+33612345678'])
    assert.equal(oldest?.channel, 'email')
    assert.equal(oldest?.id, '42@sidep.test')
    assert.equal(oldest?.subject, 'Votre dépistage')

    const page = await (await fetch(mailbox.url)).text()
    assert.ok(page.indexOf('Bonjour') < page.indexOf('Voici'))
    assert.ok(
      page.includes(
        '<a href="https://sidep.test/resultat/#ABC">https://sidep.test/resultat/#ABC</a>.',
      ),
    )
    assert.ok(!page.includes('<script>'))

    const listed = await (await fetch(`${mailbox.url}/api/messages`)).json()
    assert.equal(listed.messages.length, 2)
    assert.equal(listed.messages[0].text, 'Bonjour')
  }))

test('an SMS without the token is refused with 401, a malformed one with 400', () =>
  withMailbox({}, async (mailbox) => {
    assert.equal((await sendSms(mailbox, 'other', sms)).status, 401)
    assert.equal((await sendSms(mailbox, mailbox.smsToken, { ...sms, to: '0612' })).status, 400)
    assert.equal((await sendSms(mailbox, mailbox.smsToken, [])).status, 400)
    assert.deepEqual(mailbox.messages(), [])
  }))

test('past the bound the oldest messages are forgotten', () =>
  withMailbox({ messagesMax: 2 }, async (mailbox) => {
    for (const reference of ['1', '2', '3']) {
      await sendSms(mailbox, mailbox.smsToken, { ...sms, reference })
    }
    assert.deepEqual(
      mailbox.messages().map(({ id, number }) => [id, number]),
      [
        ['3', 3],
        ['2', 2],
      ],
    )
  }))

test('a channel told to refuse or reject keeps nothing and says so, the other goes on', () =>
  withMailbox({}, async (mailbox) => {
    mailbox.setFault('email', { kind: 'refuse' })
    assert.match((await sendLetter(mailbox.smtpUrl)) ?? '', /^451/)
    assert.equal((await sendSms(mailbox, mailbox.smsToken, sms)).status, 202)
    mailbox.setFault('email', { kind: 'reject' })
    assert.match((await sendLetter(mailbox.smtpUrl)) ?? '', /^550/)
    const switched = await fetch(`${mailbox.url}/api/faults/sms`, {
      method: 'PUT',
      body: '{"kind":"refuse"}',
    })
    assert.equal(switched.status, 204)
    assert.equal((await sendSms(mailbox, mailbox.smsToken, sms)).status, 503)
    assert.equal(mailbox.messages().length, 1)
    const unknown = await fetch(`${mailbox.url}/api/faults/sms`, { method: 'PUT', body: '{}' })
    assert.equal(unknown.status, 400)
  }))

test('a channel told to lose its answer keeps the message and cuts the line', () =>
  withMailbox({}, async (mailbox) => {
    mailbox.setFault('email', { kind: 'lose-answer' })
    mailbox.setFault('sms', { kind: 'lose-answer' })
    assert.equal((await sendLetter(mailbox.smtpUrl))?.startsWith('250') ?? false, false)
    await assert.rejects(sendSms(mailbox, mailbox.smsToken, sms))
    assert.equal(mailbox.messages().length, 2)
  }))

test('closing does not wait for a slow answer', async () => {
  const mailbox = await startMailbox({})
  mailbox.setFault('sms', { kind: 'slow', milliseconds: 60_000 })
  const answer = sendSms(mailbox, mailbox.smsToken, sms).then(
    () => 'answered',
    () => 'cut',
  )
  while (mailbox.messages().length === 0) await new Promise(setImmediate)
  await mailbox.close()
  assert.ok(['answered', 'cut'].includes(await answer))
})
