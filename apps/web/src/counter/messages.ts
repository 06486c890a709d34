import { dayMessages } from './messages/day-messages.ts'
import { formMessages } from './messages/form-messages.ts'
import { resultMessages } from './messages/result-messages.ts'
import { safetyMessages } from './messages/safety-messages.ts'
import { signInMessages } from './messages/sign-in-messages.ts'

/** Texts of the counter. */
export const messages = {
  fr: {
    ...dayMessages.fr,
    ...formMessages.fr,
    ...resultMessages.fr,
    ...safetyMessages.fr,
    ...signInMessages.fr,
  },
  en: {
    ...dayMessages.en,
    ...formMessages.en,
    ...resultMessages.en,
    ...safetyMessages.en,
    ...signInMessages.en,
  },
}
