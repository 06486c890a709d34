import { defineMessages } from '../../shared/messages/catalogue.ts'

/** While this computer keeps nothing, or not everything. */
export const storageMessages = defineMessages(
  {
    gone: 'Ce poste ne garde rien pour l’instant',
    goneOnline: 'Chaque saisie part aussitôt.',
    goneDraft:
      'La saisie commencée n’est que dans cette page : ne la rechargez pas et ne la fermez pas.',
    goneKept: 'À transmettre, et dans cette page seulement : {what}. Gardez-la ouverte.',
    gonePrivate: 'Dans une fenêtre privée, c’est normal : une fenêtre ordinaire garde les saisies.',
    goneAgain: 'Le comptoir réessaie de lui-même.',
    goneOffline: 'Ce poste ne garde rien, et le portail ne répond pas',
    goneOfflineHelp:
      'Rien ne peut être enregistré maintenant. Notez les dépistages sur des fiches papier ; elles se saisissent plus tard.',
    goneSignedOut: 'Ce poste ne garde rien, et votre session est terminée',
    goneSignedOutHelp: 'Rien ne peut être enregistré avant que vous soyez reconnecté.',
    slips: 'Fiches papier',
    full: 'Ce poste n’a plus de place',
    fullHelp:
      'La saisie commencée n’est que dans cette page. Libérez de l’espace sur l’ordinateur ; le comptoir réessaie de lui-même.',
    fullOnline:
      'Chaque saisie part aussitôt et n’est pas gardée ici. Libérez de l’espace sur l’ordinateur avant que la connexion ne manque.',
    notKept: 'Rien n’a été enregistré',
    notKeptHelp:
      'Le portail n’a pas répondu, et ce poste ne garde rien pour l’instant. Ce qui est à l’écran y reste : réessayez, ou remplissez une fiche papier.',
  },
  {
    gone: 'This computer keeps nothing at the moment',
    goneOnline: 'Each entry is sent at once.',
    goneDraft: 'What you began to type is in this page alone: do not reload or close it.',
    goneKept: 'To send, and in this page alone now: {what}. Keep it open.',
    gonePrivate: 'In a private window that is normal: an ordinary window keeps entries.',
    goneAgain: 'The counter tries again by itself.',
    goneOffline: 'This computer keeps nothing, and the portal does not answer',
    goneOfflineHelp:
      'Nothing can be recorded now. Write the screenings on paper slips; they are typed in later.',
    goneSignedOut: 'This computer keeps nothing, and your session has ended',
    goneSignedOutHelp: 'Nothing can be recorded before you have signed in again.',
    slips: 'Paper slips',
    full: 'This computer has no room left',
    fullHelp:
      'What you began to type is in this page alone. Free some space on the computer; the counter tries again by itself.',
    fullOnline:
      'Each entry is sent at once and not kept here. Free some space on the computer before the connection fails.',
    notKept: 'Nothing was recorded',
    notKeptHelp:
      'The portal did not answer, and this computer keeps nothing at the moment. What is on the screen stays there: try again, or fill in a paper slip.',
  },
)
