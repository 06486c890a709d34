import { senderConnectionsMax } from '@sidep/admission'
import type { Configuration } from '../platform/configuration.ts'
import { makeEmailSender } from './email-sender.ts'
import type { Channel } from './outbox.ts'
import type { Sender } from './sender.ts'
import { makeSmsSender } from './sms-sender.ts'

/** Shorter than half a lease, so that a try ends while its claim still holds. */
const sendMillisecondsMax = 20_000
const connectionsMax = senderConnectionsMax
const smsFrom = 'SIDEP'

/** The senders of a configuration; a channel that is not configured has none, and its messages wait. */
export const makeSenders = ({
  mail,
  sms,
}: Pick<Configuration, 'mail' | 'sms'>): Partial<Record<Channel, Sender>> => ({
  ...(mail === null
    ? {}
    : { email: makeEmailSender({ ...mail, connectionsMax, sendMillisecondsMax }) }),
  ...(sms === null
    ? {}
    : {
        sms: makeSmsSender({ ...sms, from: smsFrom, connectionsMax, sendMillisecondsMax }),
      }),
})
