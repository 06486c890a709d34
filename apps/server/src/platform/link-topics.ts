/** Topics of the outbox for a person's link: one a way to reach them. */
import type { Person } from '@sidep/contracts'

export const smsTopic = 'notification.sms'
export const emailTopic = 'notification.email'

/** The SMS first. */
export const linkTopicsFor = (contact: Person['contact']): string[] => [
  ...(contact?.phone === undefined ? [] : [smsTopic]),
  ...(contact?.email === undefined ? [] : [emailTopic]),
]
