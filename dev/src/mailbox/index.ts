export type { Channel, Fault } from './faults.ts'
export {
  developmentSmsToken,
  type Mailbox,
  type MailboxOptions,
  startMailbox,
} from './mailbox.ts'
export type { ReceivedMessage } from './message-store.ts'
