/** Of entering screenings. */
import { entry } from './entry.ts'

export const screeningProblems = {
  SCREENING_ID_REUSED: entry(
    409,
    'professional',
    'never',
    'Cet identifiant désigne déjà un autre dépistage.',
    'This id already names another screening.',
  ),
  SCREENING_UNKNOWN: entry(
    404,
    'professional',
    'never',
    'Ce dépistage n’existe pas sur ce lieu d’exercice.',
    'There is no such screening at this site.',
  ),
  RESULT_ALREADY_SET: entry(
    409,
    'professional',
    'never',
    'Un autre résultat a déjà été saisi pour ce dépistage.',
    'Another result is already set for this screening.',
  ),
  CONFIRMATION_BY_ANOTHER: entry(
    409,
    'professional',
    'never',
    'Un positif saisi plus d’un jour après le prélèvement est confirmé par un autre professionnel du lieu.',
    'A positive entered more than a day after the sample is confirmed by another professional of the site.',
  ),
  SCREENING_CHANGED: entry(
    409,
    'professional',
    'never',
    'Ce dépistage a été changé entre-temps ; relisez-le avant de recommencer.',
    'This screening was changed meanwhile; read it again before another try.',
  ),
  SCREENING_WITHDRAWN: entry(
    409,
    'professional',
    'never',
    'Ce dépistage a été annulé ; saisissez-en un nouveau s’il le faut.',
    'This screening was withdrawn; enter a new one if there is need.',
  ),
  CORRECTION_ID_REUSED: entry(
    409,
    'professional',
    'never',
    'Cet identifiant désigne déjà une autre correction.',
    'This id already names another correction.',
  ),
  BATCH_TOO_LARGE: entry(
    422,
    'machine',
    'never',
    'Un envoi contient au plus 100 dépistages.',
    'A batch holds at most 100 screenings.',
  ),
  ISSUANCE_FAILED: entry(
    503,
    'professional',
    'later',
    'Le certificat n’a pas pu être signé ; la saisie n’est pas perdue, renvoyez-la.',
    'The certificate could not be signed; nothing is lost, send it again.',
  ),

  // What the counter says of REQUEST_INVALID when all that is wrong are times in the future.
  CLOCK_AHEAD: entry(
    422,
    'professional',
    'never',
    'L’horloge de ce poste avançait quand cette saisie a été faite ; ses heures sont dans le futur.',
    'The clock of this device was ahead when this was entered; its times are in the future.',
  ),
} as const
