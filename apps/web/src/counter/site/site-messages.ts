export const siteMessages = {
  fr: {
    'siteNotice_booklets-withdrawn':
      'Tous les carnets de ce lieu ont été retirés par {by}, {time} ({reason}).',
    'siteNotice_slips-cancelled':
      'Toutes les fiches papier de ce lieu ont été annulées par {by}, {time} ({reason}).',
    siteReason_stolen: 'vol',
    siteReason_lost: 'perte',
    siteReason_misused: 'mauvais usage',
    siteReason_replaced: 'remplacement',
    siteUndoHelp: 'Si ce n’était pas voulu, tout professionnel de ce lieu peut l’annuler.',
    siteUndo: 'Annuler cette action',
    siteUndoFailed: 'L’action n’a pas été annulée',
    siteUndone: 'C’est annulé : ce qui avait été retiré compte de nouveau.',
  },
  en: {
    'siteNotice_booklets-withdrawn':
      'All booklets of this site were withdrawn by {by}, {time} ({reason}).',
    'siteNotice_slips-cancelled':
      'All paper slips of this site were cancelled by {by}, {time} ({reason}).',
    siteReason_stolen: 'stolen',
    siteReason_lost: 'lost',
    siteReason_misused: 'misused',
    siteReason_replaced: 'replaced',
    siteUndoHelp: 'If that was not meant, any professional of this site can undo it.',
    siteUndo: 'Undo this',
    siteUndoFailed: 'It was not undone',
    siteUndone: 'Undone: what had been withdrawn counts again.',
  },
} as const
