/** Topics of the outbox for a person's link: one a way to reach them. */
import type { Person } from '@sidep/contracts'

export const smsTopic = 'notification.sms'
export const emailTopic = 'notification.email'

/** The SMS first. */
export const linkTopicsFor = (contact: Person['contact']): string[] => [
  ...(contact?.phone === undefined ? [] : [smsTopic]),
  ...(contact?.email === undefined ? [] : [emailTopic]),
]

/** The same for what became of a document that a person has a link to. */
export const changeTopics = {
  corrected: { sms: 'correction.sms', email: 'correction.email' },
  withdrawn: { sms: 'withdrawal.sms', email: 'withdrawal.email' },
  // A certificate of recovery was asked for, and is there.
  recovered: { sms: 'recovery.sms', email: 'recovery.email' },
} as const

/** The SMS first. */
export const changeTopicsFor = (
  change: keyof typeof changeTopics,
  contact: Person['contact'],
): string[] => [
  ...(contact?.phone === undefined ? [] : [changeTopics[change].sms]),
  ...(contact?.email === undefined ? [] : [changeTopics[change].email]),
]
