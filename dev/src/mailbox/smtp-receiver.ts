import type { AddressInfo } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { type Fault, waitFor } from './faults.ts'
import type { MessageStore } from './message-store.ts'

const messageBytesMax = 1_000_000
const connectionsMax = 64
const closeMilliseconds = 200

export interface SmtpReceiver {
  /** `smtp://127.0.0.1:PORT`. */
  readonly url: string
  close(): Promise<void>
}

class SmtpRejection extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

const addressesOf = (session: SMTPServerSession): string[] =>
  session.envelope.rcptTo.map((recipient) => recipient.address)

const readMessage = async (
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  store: MessageStore,
): Promise<void> => {
  const mail = await simpleParser(stream, { skipImageLinks: true, skipTextLinks: true })
  if (stream.sizeExceeded) throw new SmtpRejection(552, 'Message too large')
  const from = session.envelope.mailFrom
  store.add({
    channel: 'email',
    id: (mail.messageId ?? '').replace(/^<|>$/g, ''),
    from: mail.from?.text ?? (from ? from.address : ''),
    to: addressesOf(session),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: typeof mail.html === 'string' ? mail.html : null,
  })
}

/**
 * Starts an SMTP server that keeps what it receives, without authentication or TLS: it listens on loopback only.
 *
 * @param port TCP port, 0 for a free one
 * @param fault what goes wrong now; asked again for each message
 */
export const startSmtpReceiver = async (
  port: number,
  store: MessageStore,
  fault: () => Fault,
  signal: AbortSignal,
): Promise<SmtpReceiver> => {
  const receive = async (
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
  ): Promise<string> => {
    const current = fault()
    if (current.kind === 'refuse' || current.kind === 'reject') {
      for await (const _chunk of stream) {
        // The answer to DATA may only be given once the message has been read to its end (RFC 5321 §4.1.1.4).
      }
      throw current.kind === 'refuse'
        ? new SmtpRejection(451, 'Try again later')
        : new SmtpRejection(550, 'No such mailbox')
    }
    await readMessage(stream, session, store)
    if (current.kind === 'slow') await waitFor(current.milliseconds, signal)
    if (current.kind === 'lose-answer') {
      for (const connection of server.connections) {
        if (connection.id === session.id) connection.close()
      }
    }
    return 'Kept'
  }

  const server = new SMTPServer({
    name: 'mailbox.sidep.test',
    banner: 'sidep mailbox stand-in',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: messageBytesMax,
    maxClients: connectionsMax,
    closeTimeout: closeMilliseconds,
    onData(stream, session, callback) {
      receive(stream, session).then((answer) => callback(null, answer), callback)
    },
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  // A client that hangs up in the middle of a message is its own trouble, not ours.
  server.on('error', () => undefined)
  const address = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
