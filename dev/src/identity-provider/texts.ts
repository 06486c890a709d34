/** What the stand-in's pages say. French only: professionals read them, and only in development. */
export const texts = {
  title: 'Fournisseur d’identité d’essai',
  warning:
    'Ceci n’est pas Pro Santé Connect. Bouchon de développement\u00a0: toutes les identités sont fictives, aucun mot de passe n’est demandé.',
  chooseTitle: 'Qui se connecte\u00a0?',
  chooseLegend: 'Choisir une identité d’essai',
  typeLabel: 'ou saisir un identifiant national',
  typeHint:
    '12 chiffres\u00a0: 8, puis le numéro RPPS. Toute personne de l’annuaire d’essai convient.',
  chooseButton: 'Continuer',
  nobodyChosen: 'Choisissez une identité ou saisissez un identifiant national.',
  unknownIdentity: 'Personne ne porte cet identifiant dans l’annuaire d’essai.',
  confirmTitle: 'Confirmer sur le téléphone',
  confirmLead: 'Sur le vrai service, l’application e-CPS afficherait ce nombre\u00a0:',
  confirmFor: 'Connexion de',
  confirmButton: 'Confirmer (imite le téléphone)',
  refuseButton: 'Refuser (imite le téléphone)',
  refused: 'Connexion refusée sur le téléphone',
  backLink: 'Choisir une autre identité',
  expiredTitle: 'Cette connexion n’est plus en cours',
  expiredLead: 'Retournez sur le portail et recommencez la connexion.',
  errorTitle: 'La demande de connexion n’est pas valable',
  activities: (count: number): string =>
    count === 0 ? 'aucun lieu' : count === 1 ? '1 lieu' : `${count} lieux`,
} as const
