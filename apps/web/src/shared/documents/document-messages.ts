import { defineMessages } from '../messages/catalogue.ts'

export const documentMessages = defineMessages(
  {
    codeNotDrawn:
      'Le code français n’a pas pu être dessiné : une partie de cette page manque. Rechargez la page.',
  },
  {
    codeNotDrawn:
      'The French code could not be drawn: a part of this page is missing. Reload the page.',
  },
)
