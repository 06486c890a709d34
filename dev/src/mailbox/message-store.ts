/** One delivery as the stand-in received it. The same message delivered twice is kept twice. */
export interface ReceivedMessage {
  /** Order of arrival, from 1. */
  readonly number: number
  readonly channel: 'email' | 'sms'
  /** What the sender says identifies the message: e-mail Message-ID without brackets, SMS reference. */
  readonly id: string
  readonly from: string
  /** Recipients: e-mail addresses, or one E.164 number. */
  readonly to: readonly string[]
  /** Null for an SMS. */
  readonly subject: string | null
  readonly text: string
  /** Null when the message has no HTML part. */
  readonly html: string | null
  readonly receivedAt: Date
}

export interface MessageStore {
  add(message: Omit<ReceivedMessage, 'number' | 'receivedAt'>): ReceivedMessage
  /** All kept messages, newest first. */
  list(): ReceivedMessage[]
}

/**
 * Keeps the newest messages in memory and forgets the oldest past the bound.
 *
 * @param messagesMax how many deliveries are kept, ≥ 1
 */
export const makeMessageStore = (messagesMax: number, now: () => Date): MessageStore => {
  const kept: ReceivedMessage[] = []
  let count = 0
  return {
    add(message) {
      count += 1
      const received = { ...message, number: count, receivedAt: now() }
      kept.unshift(received)
      if (kept.length > messagesMax) kept.length = messagesMax
      return received
    },
    list: () => [...kept],
  }
}
