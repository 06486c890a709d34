import { createTransport } from 'nodemailer'
import { renderEmail } from './messages.ts'
import type { DeliveryOutcome, OutgoingMessage, Sender } from './sender.ts'

export interface EmailSenderOptions {
  /** `smtp://host:port` or `smtps://user:password@host`. */
  readonly smtpUrl: string
  /** The sender people see, `Name <address>` or an address. */
  readonly from: string
  readonly connectionsMax: number
  /** Longest time one message may take from queue to acknowledgement. */
  readonly sendMillisecondsMax: number
}

const connectMilliseconds = 5_000

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'SMTP_UNKNOWN'
  const { code, responseCode, response } = error as {
    code?: unknown
    responseCode?: unknown
    response?: unknown
  }
  if (typeof responseCode === 'number') {
    // The enhanced status says why (RFC 3463): 5.1.1 is a mailbox that does not exist.
    const [, enhanced] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(String(response)) ?? []
    return enhanced === undefined ? `SMTP_${responseCode}` : `SMTP_${responseCode}_${enhanced}`
  }
  return error.name === 'TimeoutError' || typeof code !== 'string' ? 'SMTP_TIMEOUT' : `SMTP_${code}`
}

/** A 5yz answer about the recipient or the message is final (RFC 5321 §4.2.1); one about our login is ours to mend. */
const isFinal = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const { permanent, command } = error as { permanent?: unknown; command?: unknown }
  return permanent === true && (command === 'RCPT TO' || command === 'DATA')
}

const hostOf = (from: string): string =>
  /^@([^\s>]+)/.exec(from.slice(from.lastIndexOf('@')))?.[1] ?? 'localhost'

/**
 * Sends links by SMTP over a pool of kept connections. The Message-ID is the message's id at the sender's domain,
 * the same on every try (RFC 5322 §3.6.4).
 */
export const makeEmailSender = (options: EmailSenderOptions): Sender => {
  const transport = createTransport({
    url: options.smtpUrl,
    pool: true,
    maxConnections: options.connectionsMax,
    // The outbox repeats what fails; a second, hidden repetition here would only multiply messages.
    maxRequeues: 0,
    connectionTimeout: connectMilliseconds,
    greetingTimeout: connectMilliseconds,
    dnsTimeout: connectMilliseconds,
    socketTimeout: options.sendMillisecondsMax,
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = hostOf(options.from)
  const send = async (message: OutgoingMessage): Promise<DeliveryOutcome> => {
    const { subject, text, html } = renderEmail(message)
    try {
      await transport.sendMail({
        messageId: `<${message.messageId}@${domain}>`,
        from: options.from,
        to: { name: '', address: message.address },
        subject,
        text,
        html,
        // RFC 3834 §5: no out-of-office answers to a machine.
        headers: { 'auto-submitted': 'auto-generated' },
        signal: AbortSignal.timeout(options.sendMillisecondsMax),
      })
      return { outcome: 'delivered' }
    } catch (error) {
      return { outcome: isFinal(error) ? 'rejected' : 'failed', code: codeOf(error) }
    }
  }
  return {
    send,
    async close() {
      transport.close()
    },
  }
}
