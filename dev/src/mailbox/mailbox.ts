import type { Channel, Fault } from './faults.ts'
import { startHttpGateway } from './http-gateway.ts'
import { makeMessageStore, type ReceivedMessage } from './message-store.ts'
import type { ReceiptTarget } from './receipts.ts'
import { startSmtpReceiver } from './smtp-receiver.ts'

export interface MailboxOptions {
  /** Port of the page and of the SMS gateway; 0 or absent for a free one. */
  readonly httpPort?: number
  /** Port of the SMTP server; 0 or absent for a free one. */
  readonly smtpPort?: number
  /** Bearer token of the SMS gateway. */
  readonly smsToken?: string
  /** Where the gateway says whether a message arrived; absent: it does not say. */
  readonly receipts?: ReceiptTarget
  /** Deliveries kept in memory; the oldest are forgotten. */
  readonly messagesMax?: number
  readonly now?: () => Date
}

export interface Mailbox {
  /** Page of everything received, `http://127.0.0.1:PORT`. */
  readonly url: string
  /** `smtp://127.0.0.1:PORT`, no authentication. */
  readonly smtpUrl: string
  /** Where to POST an SMS. */
  readonly smsUrl: string
  readonly smsToken: string
  /** Everything received and still kept, newest first. */
  messages(): ReceivedMessage[]
  /** Makes a channel fail in one way until told otherwise. */
  setFault(channel: Channel, fault: Fault): void
  close(): Promise<void>
}

/** Token that the stand-in asks for when none is given: it guards nothing, it proves that the sender sends one. */
export const developmentSmsToken = 'development-sms-token'

const messagesMaxDefault = 1_000

/**
 * Starts the stand-in for the outside world's mail and SMS: a real SMTP server, an HTTP SMS gateway and a page
 * that shows what both received. It forwards nothing.
 *
 * @example
 * const mailbox = await startMailbox({})
 * // … send to mailbox.smtpUrl …
 * mailbox.messages()[0]?.text
 * await mailbox.close()
 */
export const startMailbox = async (options: MailboxOptions = {}): Promise<Mailbox> => {
  const closing = new AbortController()
  const now = options.now ?? (() => new Date())
  const store = makeMessageStore(options.messagesMax ?? messagesMaxDefault, now)
  const faults: Record<Channel, Fault> = { email: { kind: 'none' }, sms: { kind: 'none' } }
  const smsToken = options.smsToken ?? developmentSmsToken
  const smtp = await startSmtpReceiver(
    options.smtpPort ?? 0,
    store,
    () => faults.email,
    closing.signal,
  )
  const startHttp = async () => {
    try {
      return await startHttpGateway(options.httpPort ?? 0, {
        store,
        smsToken,
        faults,
        receipts: options.receipts ?? null,
        signal: closing.signal,
      })
    } catch (error) {
      await smtp.close()
      throw error
    }
  }
  const http = await startHttp()
  return {
    url: http.url,
    smtpUrl: smtp.url,
    smsUrl: `${http.url}/sms`,
    smsToken,
    messages: () => store.list(),
    setFault(channel, fault) {
      faults[channel] = fault
    },
    async close() {
      closing.abort()
      await Promise.all([http.close(), smtp.close()])
    },
  }
}
