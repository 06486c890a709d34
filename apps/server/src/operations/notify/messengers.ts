/** The ways to those on duty: e-mail, text message through the gateway, webhook. Each tries once and says how it went. */
import { createTransport } from 'nodemailer'
import { request } from 'undici'
import type { WatchConfiguration, WatchRecipient } from '../watch-configuration.ts'
import type { DutyMessage } from './messages.ts'

export interface Sent {
  /** `rejected`: trying again is useless. */
  readonly outcome: 'delivered' | 'rejected' | 'failed'
  /** Names no address. */
  readonly code: string | null
}

export type Messenger = (recipient: WatchRecipient, message: DutyMessage) => Promise<Sent>

const sendMillisecondsMax = 10_000
const smsFrom = 'SIDEP'

const failed = (channel: string, error: unknown): Sent => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
  return { outcome: 'failed', code: `${channel}_${/^\w{1,40}$/.test(code) ? code : 'UNKNOWN'}` }
}

/** Of an answer of a gateway or a receiver: 400, 404, 410, 413 and 422 are about this message, everything else about now. */
const ofStatus = (channel: string, status: number): Sent => {
  if (status >= 200 && status < 300) return { outcome: 'delivered', code: null }
  const isFinal = [400, 404, 410, 413, 422].includes(status)
  return { outcome: isFinal ? 'rejected' : 'failed', code: `${channel}_${status}` }
}

const post = async (
  channel: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<Sent> => {
  try {
    const { statusCode, body: answer } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(sendMillisecondsMax),
    })
    await answer.dump()
    return ofStatus(channel, statusCode)
  } catch (error) {
    return failed(channel, error)
  }
}

export interface Messengers {
  readonly send: Messenger
  close(): void
}

export const makeMessengers = ({
  mail,
  sms,
}: Pick<WatchConfiguration, 'mail' | 'sms'>): Messengers => {
  const transport =
    mail === null
      ? null
      : createTransport({
          url: mail.smtpUrl,
          connectionTimeout: sendMillisecondsMax / 2,
          greetingTimeout: sendMillisecondsMax / 2,
          socketTimeout: sendMillisecondsMax,
          disableFileAccess: true,
          disableUrlAccess: true,
        })

  const byMail = async (
    address: string,
    { id, subject, text, isUrgent = true }: DutyMessage,
  ): Promise<Sent> => {
    if (mail === null || transport === null) return { outcome: 'rejected', code: 'SMTP_UNSET' }
    try {
      await transport.sendMail({
        messageId: `<${id}@sidep.watch>`,
        from: mail.from,
        to: { name: '', address },
        subject,
        text,
        headers: { 'auto-submitted': 'auto-generated', ...(isUrgent && { priority: 'urgent' }) },
      })
      return { outcome: 'delivered', code: null }
    } catch (error) {
      return failed('SMTP', error)
    }
  }

  return {
    send: async ({ channel, address, name }, message) => {
      const id = `${message.id}-${name}`
      if (channel === 'email') return byMail(address, { ...message, id })
      if (channel === 'webhook')
        return post(
          'WEBHOOK',
          address,
          { 'idempotency-key': id },
          { id, ...message.json, text: message.text },
        )
      if (sms === null) return { outcome: 'rejected', code: 'SMS_UNSET' }
      const headers = { authorization: `Bearer ${sms.token}`, 'idempotency-key': id }
      const body = { reference: id, to: address, from: smsFrom, text: message.short }
      return post('SMS', sms.gatewayUrl, headers, body)
    },
    close: () => transport?.close(),
  }
}
