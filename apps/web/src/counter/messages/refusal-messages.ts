import { defineMessages } from '../../shared/messages/catalogue.ts'

/** A sign-in that is refused for what no other door would mend: what is to be done, and who can do it. */
export const refusalMessages = defineMessages(
  {
    places: 'Lieu sans numéro FINESS valable : {names}.',
    next_PROFESSION_NOT_PERMITTED:
      'Un professionnel autorisé peut vous confier la saisie dans son lieu : demandez-le-lui, il le fait au comptoir, sous « Équipe ». Si votre profession est mal enregistrée, adressez-vous à votre ordre.',
    next_PROFESSIONAL_UNKNOWN:
      'Faites vérifier votre numéro RPPS par votre ordre, puis recommencez.',
    next_PROFESSIONAL_SUSPENDED:
      'Aucune autre porte ne l’ouvre. L’autorité sanitaire qui l’a suspendu vous en dit la raison et peut le rétablir.',
    next_ACTIVITY_MISSING:
      'Faites enregistrer votre lieu d’exercice, avec son numéro FINESS, par votre ordre. D’ici là, un professionnel d’un autre lieu peut vous confier la saisie, sous « Équipe ».',
    next_SITE_WITHOUT_FINESS:
      'Demandez le numéro FINESS de ce lieu à votre agence régionale de santé (ARS), puis faites-le inscrire à votre activité par votre ordre. D’ici là, un professionnel d’un lieu qui en a un peut vous confier la saisie, sous « Équipe ».',
    next_DELEGATION_MISSING:
      'Demandez au professionnel responsable de vous confier la saisie : il le fait au comptoir, sous « Équipe ».',
    next_EMPLOYEE_SITE_UNKNOWN:
      'Demandez au titulaire de l’établissement de vérifier auprès de son ordre le numéro FINESS du lieu et son activité.',
    next_LOGIN_REFUSED:
      'Recommencez et confirmez sur votre téléphone. Si vous n’avez rien refusé, adressez-vous à l’assistance de Pro Santé Connect.',
    next_LOGIN_NOT_PROVED:
      'Recommencez, et confirmez sur votre téléphone quand il le demande. Si cela se répète, adressez-vous à l’assistance de Pro Santé Connect.',
  },
  {
    places: 'Site without a valid FINESS number: {names}.',
    next_PROFESSION_NOT_PERMITTED:
      'A professional who is permitted can let you enter screenings at their site: ask them, they do it at the counter, under “Team”. If your profession is registered wrongly, ask your professional order.',
    next_PROFESSIONAL_UNKNOWN:
      'Have your RPPS number checked by your professional order, then start again.',
    next_PROFESSIONAL_SUSPENDED:
      'No other door opens it. The health authority that suspended it tells you why, and can give it back.',
    next_ACTIVITY_MISSING:
      'Have your site registered, with its FINESS number, by your professional order. Until then a professional of another site can let you enter screenings there, under “Team”.',
    next_SITE_WITHOUT_FINESS:
      'Ask your regional health agency (ARS) for the FINESS number of this site, then have your professional order add it to your activity. Until then a professional of a site that has one can let you enter screenings there, under “Team”.',
    next_DELEGATION_MISSING:
      'Ask the professional in charge to let you enter screenings: they do it at the counter, under “Team”.',
    next_EMPLOYEE_SITE_UNKNOWN:
      'Ask the owner of the establishment to check the FINESS number of the site and their activity with their professional order.',
    next_LOGIN_REFUSED:
      'Start again and confirm on your phone. If you refused nothing, ask the help desk of Pro Santé Connect.',
    next_LOGIN_NOT_PROVED:
      'Start again, and confirm on your phone when it asks. If this goes on, ask the help desk of Pro Santé Connect.',
  },
)
