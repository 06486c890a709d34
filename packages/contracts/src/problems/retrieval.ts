/** Of the person’s way to the certificate. */
import { entry } from './entry.ts'

export const retrievalProblems = {
  RETRIEVAL_NOT_FOUND: entry(
    404,
    'person',
    'never',
    'Ce lien et cette date de naissance ne vont pas ensemble.',
    'This link and this birth date do not go together.',
  ),
  RETRIEVAL_PAUSED: entry(
    429,
    'person',
    'later',
    'Trop d’essais pour ce lien ; il se rouvrira tout seul, ou avec un nombre envoyé au téléphone donné lors du test.',
    'Too many tries for this link; it reopens by itself, or by a number sent to the phone given at the test.',
  ),
  RETRIEVAL_EXPIRED: entry(
    410,
    'person',
    'never',
    'Ce lien est trop ancien ; demandez-en un nouveau.',
    'This link is too old; ask for a new one.',
  ),
  RECOVERY_TOO_EARLY: entry(
    409,
    'person',
    'later',
    'Le certificat de rétablissement se demande à partir du onzième jour après le test.',
    'The certificate of recovery can be asked for from the eleventh day after the test.',
  ),
  RECOVERY_NOT_POSSIBLE: entry(
    409,
    'person',
    'never',
    'Ce test ne donne pas de certificat de rétablissement.',
    'This test gives no certificate of recovery.',
  ),
  GATEWAY_REFUSED: entry(
    403,
    'machine',
    'never',
    'Le jeton de la passerelle SMS manque ou n’est pas le bon.',
    'The token of the SMS gateway is missing or is not the right one.',
  ),
} as const
