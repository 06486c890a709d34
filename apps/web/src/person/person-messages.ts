import { defineMessages } from '../shared/messages/catalogue.ts'

export const personMessages = defineMessages(
  {
    title: 'Mon résultat',
    codeTitle: 'Ouvrez le lien que vous avez reçu',
    codeWords:
      'Il est dans le SMS ou l’e-mail envoyé après votre test. Vous pouvez aussi le coller ici. Sans téléphone ni e-mail, tapez le code écrit sur le papier remis après le test (« Retrouver ce résultat »). Sur une fiche papier, scannez le petit code sous le pli, ou tapez ici les lettres et chiffres à côté.',
    codeLabel: 'Lien ou code',
    codeWrong: 'Ce lien ou ce code est incomplet. Copiez-le en entier.',
    codeNoSite:
      'Il manque le début du numéro : tapez aussi les neuf chiffres de la ligne du dessus.',
    codeMistyped: 'Un caractère est mal tapé. Relisez le code sur la fiche.',
    scanLayout:
      'Le lecteur de codes n’est pas réglé pour ce clavier : une partie du texte est perdue. Réglez-le sur le clavier de cet ordinateur, sans verrouillage des majuscules.',
    scanOther:
      'Ce code n’est pas celui d’un lien vers un résultat. Scannez le code à côté de « Retrouver ce résultat ».',
    codeGo: 'Continuer',
    birthTitle: 'Date de naissance de la personne testée',
    birthWords:
      'Elle protège le résultat si quelqu’un d’autre reçoit ce lien. Dans une famille, chacun a son lien : le message dit à qui il est.',
    birthLabel: 'Jour, mois, année',
    birthHelp: 'Par exemple 12031985',
    birthRead: 'Né(e) le {date}',
    see: 'Voir mon résultat',
    seeing: 'Recherche de votre résultat…',
    DATE_EMPTY: 'Écrivez la date de naissance.',
    DATE_UNREADABLE: 'Écrivez le jour, le mois et l’année en chiffres, par exemple 12031985.',
    DATE_YEAR_SHORT: 'Écrivez l’année avec ses quatre chiffres, par exemple 1985.',
    DATE_NOT_REAL: 'Cette date n’existe pas dans le calendrier.',
    DATE_IN_FUTURE: 'Cette date est dans le futur.',
    notFoundTitle: 'Nous n’avons pas trouvé de résultat',
    notFoundWords:
      'Ce lien et cette date de naissance ne vont pas ensemble. Vérifiez la date, ou que le lien est bien le vôtre : dans une famille, chacun a le sien. Si la date a été mal notée lors du test, demandez au lieu de dépistage une nouvelle saisie : vous recevrez un nouveau lien.',
    slipNotYetTitle: 'Pas encore de résultat pour cette fiche',
    slipNotYetWords:
      'Le lieu de dépistage saisit ses fiches dès que le service est revenu. Votre certificat sera alors ici, à la même adresse. Gardez la fiche, et revenez plus tard.',
    slipNotYetDate:
      'Si on vous a dit qu’elle est saisie, vérifiez la date de naissance : chacun a sa fiche.',
    slipChecking:
      'Si votre fiche a un petit code sous un pli (« Pour vous seul(e) »), c’est lui qui ouvre votre résultat : le grand code et le numéro servent au contrôle.',
    pausedTitle: 'Ce lien est en pause',
    pausedWords: 'Il se rouvrira tout seul à {time}. Rien n’est perdu.',
    pausedWordsDay: 'Il se rouvrira tout seul le {time}. Rien n’est perdu.',
    unlockWords:
      'C’est votre résultat ? Si un téléphone portable a été donné lors du test, nous y envoyons un nombre qui ouvre ce lien tout de suite.',
    unlockSend: 'Recevoir un nombre par SMS',
    unlockSent:
      'Si un téléphone a été donné, le nombre arrive dans une minute. Il vaut dix minutes.',
    unlockLabel: 'Nombre reçu, six chiffres',
    unlockShort: 'Écrivez les six chiffres du SMS.',
    unlockWrong: 'Ce nombre et la date de naissance n’ouvrent pas ce lien. Vérifiez les deux.',
    expiredTitle: 'Ce lien est trop ancien',
    expiredWords: 'Nous pouvons vous en envoyer un nouveau, au même téléphone ou e-mail.',
    renew: 'Recevoir un nouveau lien',
    renewing: 'Envoi…',
    renewedTitle: 'Un nouveau lien est en route',
    renewedWords:
      'Il arrive dans quelques minutes, au téléphone ou à l’adresse e-mail donnés lors du test. Vous pouvez fermer cette page.',
    failedTitle: 'Votre résultat n’a pas pu être chargé',
    again: 'Réessayer',
    waitingTitle: 'Votre résultat n’est pas encore là',
    waitingWords: 'Le prélèvement a été fait le {sampled}. Le résultat est attendu vers {time}.',
    waitingAgain: 'Regarder maintenant',
    withdrawnTitle: 'Ce document a été annulé',
    withdrawnWords: 'Le test du {sampled}{site} a été annulé par le lieu du test le {withdrawn}.',
    withdrawnAdvice:
      'Le document que vous avez imprimé ou enregistré n’est plus accepté. Pour savoir pourquoi, ou pour être testé à nouveau, adressez-vous à ce lieu.',
    correctedTitle: 'Ce document a été corrigé le {corrected}',
    correctedWords:
      'Celui que vous avez imprimé ou enregistré avant n’est plus accepté : remplacez-le par celui-ci.',
    negativeTitle: 'Résultat négatif',
    negativeWords: '{test} du {sampled} : négatif. Le virus n’a pas été détecté.',
    positiveTitle: 'Résultat positif',
    positiveWords: '{test} du {sampled} : positif. Le virus a été détecté.',
    positiveAdvice:
      'Restez à distance des autres et prévenez votre médecin ou votre pharmacien, qui vous dira quoi faire. Si vous avez du mal à respirer, appelez le 15.',
    positiveHeld:
      'Votre certificat viendra ici : votre résultat a été saisi plus d’un jour après le test, et un autre professionnel doit d’abord le confirmer.',
    accepted: 'Accepté',
    acceptedUntil: 'Accepté jusqu’au {date}',
    acceptedOver: 'N’est plus accepté depuis le {date}',
    acceptedWhere: '{title} · {zone}',
    alsoAccepted: 'Aussi : {title}',
    alsoUntil: 'Aussi : {title}, jusqu’au {date}',
    alsoOver: '{title} : plus depuis le {date}',
    inconclusiveTitle: 'Résultat indéterminé',
    inconclusiveWords:
      '{test} du {sampled} : pas de résultat lisible. Le test est à refaire ; celui-ci ne donne pas de certificat.',
    certificateTitle: 'Votre certificat',
    euCode: 'Code européen',
    euCodeLabel: 'Code QR européen de {name}',
    frenchCode: 'Code français (2D-DOC)',
    frenchCodeLabel: 'Code français 2D-DOC de {name}',
    noEuCode:
      'Il n’y a pas de code européen : le dispositif utilisé n’est pas sur la liste commune de l’Union.',
    frenchCodeHelp: 'Pour les contrôles qui ne lisent que le code français (2D-DOC).',
    enlargeEu: 'Afficher le code européen en grand',
    enlargeFrench: 'Afficher le code français en grand',
    recoveryTitle: 'Certificat de rétablissement',
    recoveryEarly:
      'Plus tard, ce test positif prouvera que vous avez eu la maladie. Le certificat se demande ici à partir du {from} ; il vaut jusqu’au {until}.',
    recoveryOpen:
      'Ce test positif prouve que vous avez eu la maladie. Le certificat vaut du {from} au {until}, là où les règles l’acceptent.',
    recoveryAsk: 'Demander le certificat',
    recoveryAsking: 'Préparation du certificat…',
    recoveryFailed: 'Le certificat n’a pas pu être établi',
    recoveryIssued:
      'Il vaut du {from} au {until}, là où les règles l’acceptent. Enregistrez-le : il reste valable plus longtemps que cette page.',
    recoveryEnded:
      'Le certificat de rétablissement établi pour ce test n’est plus accepté depuis le {ended}.',
    recoveryCodeLabel: 'Code QR du certificat de rétablissement de {name}',
    enlargeRecovery: 'Afficher le code de rétablissement en grand',
    reduce: 'Réduire',
    brightness: 'Montez la luminosité de l’écran si le code n’est pas lu.',
    born: 'Né(e) le {date}',
    saveImage: 'Enregistrer l’image',
    download: 'Télécharger (PDF)',
    downloading: 'Préparation…',
    print: 'Imprimer',
    documentFailed: 'Le document n’a pas pu être préparé. Rechargez la page et réessayez.',
    details: 'Détails du test',
    device: 'Dispositif',
    sampledAt: 'Prélèvement',
    site: 'Lieu',
    uvci: 'Identifiant du certificat',
    knownTitle: 'Ce que nous savons de vous',
    knownIdentity: 'Votre nom, vos prénoms, votre date de naissance et votre résultat.',
    knownContact: 'Pour vous joindre : {contact}.',
    knownNoContact: 'Aucun téléphone ni e-mail.',
    knownUntil:
      'Ces données sont effacées le {date}. Les traces de ce qui a été fait avec elles le sont le {traces}.',
    knownNoThird:
      'Cette page ne transmet rien à personne d’autre. Sur cet appareil, seul le lien reste, dans cet onglet et une demi-heure au plus : sur un ordinateur partagé, fermez avec le bouton ci-dessous.',
    knownCorrect:
      'Une erreur ? Demandez au lieu de dépistage ({site}) une nouvelle saisie ; vous recevrez alors un nouveau lien.',
    close: 'Fermer et effacer l’écran',
  },
  {
    title: 'My result',
    codeTitle: 'Open the link that you received',
    codeWords:
      'It is in the text message or e-mail sent after your test. You can also paste it here. Without telephone or e-mail, type the code written on the paper handed over after the test (“Find it again”). On a paper slip, scan the small code below the fold, or type the letters and digits beside it here.',
    codeLabel: 'Link or code',
    codeWrong: 'This link or code is incomplete. Copy all of it.',
    codeNoSite:
      'The beginning of the number is missing: type the nine digits of the line above it too.',
    codeMistyped: 'A character is mistyped. Read the code on the slip again.',
    scanLayout:
      'The code scanner is not set for this keyboard: a part of the text is lost. Set it to the layout of this computer, without Caps Lock.',
    scanOther: 'This code is not that of a link to a result. Scan the code beside “Find it again”.',
    codeGo: 'Continue',
    birthTitle: 'Date of birth of the person tested',
    birthWords:
      'It protects the result if somebody else receives this link. In a family each person has their own link: the message says whose it is.',
    birthLabel: 'Day, month, year',
    birthHelp: 'For example 12031985',
    birthRead: 'Born on {date}',
    see: 'See my result',
    seeing: 'Looking for your result…',
    DATE_EMPTY: 'Write the date of birth.',
    DATE_UNREADABLE: 'Write day, month and year in digits, for example 12031985.',
    DATE_YEAR_SHORT: 'Write the year with its four digits, for example 1985.',
    DATE_NOT_REAL: 'This date is not in the calendar.',
    DATE_IN_FUTURE: 'This date is in the future.',
    notFoundTitle: 'We found no result',
    notFoundWords:
      'This link and this date of birth do not go together. Check the date, or that the link is yours: in a family each person has their own. If the date was noted wrongly at the test, ask the place of the test to enter it anew: you will receive a new link.',
    slipNotYetTitle: 'No result for this slip yet',
    slipNotYetWords:
      'The place of the test enters its slips once the service is back. Your certificate will then be here, at the same address. Keep the slip, and come back later.',
    slipNotYetDate:
      'If you were told that it has been entered, check the date of birth: each person has their own slip.',
    slipChecking:
      'If your slip has a small code below a fold (“For you alone”), that one opens your result: the large code and the number are for checking.',
    pausedTitle: 'This link is paused',
    pausedWords: 'It reopens by itself at {time}. Nothing is lost.',
    pausedWordsDay: 'It reopens by itself on {time}. Nothing is lost.',
    unlockWords:
      'Is it your result? If a mobile phone was given at the test, we send a number to it that opens this link at once.',
    unlockSend: 'Get a number by text message',
    unlockSent: 'If a phone was given, the number arrives within a minute. It is good for ten.',
    unlockLabel: 'Number received, six digits',
    unlockShort: 'Write the six digits of the text message.',
    unlockWrong: 'This number and the date of birth do not open this link. Check both.',
    expiredTitle: 'This link is too old',
    expiredWords: 'We can send you a new one, to the same telephone or e-mail.',
    renew: 'Get a new link',
    renewing: 'Sending…',
    renewedTitle: 'A new link is on its way',
    renewedWords:
      'It arrives within minutes, at the telephone or e-mail address given at the test. You can close this page.',
    failedTitle: 'Your result could not be loaded',
    again: 'Try again',
    waitingTitle: 'Your result is not there yet',
    waitingWords: 'The sample was taken on {sampled}. The result is expected around {time}.',
    waitingAgain: 'Look now',
    withdrawnTitle: 'This document was withdrawn',
    withdrawnWords:
      'The test of {sampled}{site} was withdrawn by the place of the test on {withdrawn}.',
    withdrawnAdvice:
      'The document that you printed or saved is no longer accepted. To learn why, or to be tested again, ask that place.',
    correctedTitle: 'This document was corrected on {corrected}',
    correctedWords:
      'The one that you printed or saved before is no longer accepted: replace it by this one.',
    negativeTitle: 'Negative result',
    negativeWords: '{test} of {sampled}: negative. The virus was not detected.',
    positiveTitle: 'Positive result',
    positiveWords: '{test} of {sampled}: positive. The virus was detected.',
    positiveAdvice:
      'Keep away from others and tell your doctor or pharmacist, who will say what to do. If you find it hard to breathe, call 15.',
    positiveHeld:
      'Your certificate will come here: your result was entered more than a day after the test, and another professional has to confirm it first.',
    accepted: 'Accepted',
    acceptedUntil: 'Accepted until {date}',
    acceptedOver: 'Not accepted any more since {date}',
    acceptedWhere: '{title} · {zone}',
    alsoAccepted: 'Also: {title}',
    alsoUntil: 'Also: {title}, until {date}',
    alsoOver: '{title}: not since {date}',
    inconclusiveTitle: 'Inconclusive result',
    inconclusiveWords:
      '{test} of {sampled}: no readable result. The test has to be done again; this one gives no certificate.',
    certificateTitle: 'Your certificate',
    euCode: 'EU code',
    euCodeLabel: 'EU QR code of {name}',
    frenchCode: 'French code (2D-DOC)',
    frenchCodeLabel: 'French 2D-DOC code of {name}',
    noEuCode: 'There is no EU code: the device used is not on the common list of the Union.',
    frenchCodeHelp: 'For checks that read the French code (2D-DOC) only.',
    enlargeEu: 'Show the EU code full screen',
    enlargeFrench: 'Show the French code full screen',
    recoveryTitle: 'Certificate of recovery',
    recoveryEarly:
      'Later on this positive test will prove that you have had the disease. The certificate can be asked for here from {from}; it is good until {until}.',
    recoveryOpen:
      'This positive test proves that you have had the disease. The certificate is good from {from} to {until}, where the rules accept it.',
    recoveryAsk: 'Ask for the certificate',
    recoveryAsking: 'Preparing the certificate…',
    recoveryFailed: 'The certificate could not be issued',
    recoveryIssued:
      'It is good from {from} to {until}, where the rules accept it. Save it: it is valid for longer than this page is there.',
    recoveryEnded:
      'The certificate of recovery issued for this test is no longer accepted since {ended}.',
    recoveryCodeLabel: 'QR code of the certificate of recovery of {name}',
    enlargeRecovery: 'Show the recovery code full screen',
    reduce: 'Close',
    brightness: 'Turn the brightness of the screen up if the code is not read.',
    born: 'Born on {date}',
    saveImage: 'Save as image',
    download: 'Download (PDF)',
    downloading: 'Preparing…',
    print: 'Print',
    documentFailed: 'The document could not be prepared. Reload the page and try again.',
    details: 'Details of the test',
    device: 'Device',
    sampledAt: 'Sample taken',
    site: 'Place',
    uvci: 'Certificate id',
    knownTitle: 'What is known about you',
    knownIdentity: 'Your names, your date of birth and your result.',
    knownContact: 'To reach you: {contact}.',
    knownNoContact: 'No telephone and no e-mail.',
    knownUntil:
      'This data is erased on {date}. The traces of what was done with it are erased on {traces}.',
    knownNoThird:
      'This page sends nothing to anybody else. On this device only the link stays, in this tab and for half an hour at most: on a shared computer, close it with the button below.',
    knownCorrect:
      'A mistake? Ask the place of the test ({site}) to enter it anew; you will then receive a new link.',
    close: 'Close and clear the screen',
  },
)
