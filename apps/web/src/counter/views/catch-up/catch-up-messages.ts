import { defineMessages } from '../../../shared/messages/catalogue.ts'

/** Texts of catch-up entry. */
export const catchUpMessages = defineMessages(
  {
    title: 'Rattrapage',
    intro:
      'Saisissez ici la pile de papiers d’une panne : fiches, registre, feuilles libres. Les heures sont celles des tests. Chaque ligne donne un certificat définitif, une seule fois.',
    elsewhereTitle: 'Le rattrapage est ouvert dans un autre onglet',
    elsewhere: 'Continuez là-bas, ou fermez-le : cette page prendra la suite d’elle-même.',
    opening: 'Lecture des lignes gardées sur ce poste…',
    saveFailed: 'La dernière modification n’a pas pu être gardée sur ce poste',
    saveFailedHelp: 'Ne fermez pas cette page. Libérez de l’espace ou fermez d’autres onglets.',
    keysTitle: 'Au clavier',
    keys: 'Tabulation : cellule suivante · Entrée : ligne suivante · flèches : se déplacer · F2 : modifier · Échap : annuler, puis quitter la grille · Maj + flèches : choisir plusieurs cellules · Ctrl + D : recopier vers le bas · Ctrl + C, Ctrl + V : copier et coller, aussi depuis un tableur · Suppr : vider · Ctrl + Suppr : retirer la ligne · F8 : faute suivante · Ctrl + Z : défaire',
    gridKeys: 'Tabulation passe à la cellule suivante ; Échap quitte la grille.',

    // Defaults
    defaultsTitle: 'Pareil pour toute la pile',
    defaultDay: 'Jour du prélèvement',
    defaultDevice: 'Test utilisé',
    lateReason: 'Motif des saisies tardives',
    defaultResult: 'Résultat',
    defaultNone: 'À saisir',
    applyDefaults: 'Remplir les cases vides',

    // Columns
    line: 'Ligne',
    lineName: 'Ligne {line}',
    column_slip: 'N° de fiche',
    column_familyName: 'Nom de naissance',
    column_firstNames: 'Prénoms',
    column_birthDate: 'Né(e) le',
    column_sex: 'Sexe',
    column_contact: 'Téléphone, e-mail',
    column_device: 'Test utilisé',
    column_sampledDay: 'Prélevé le',
    column_sampledTime: 'Heure',
    column_result: 'Résultat',
    state: 'État',
    help_slip: 'Vide s’il n’y en a pas.',
    help_birthDate: 'JJMMAAAA, ou 1958',
    help_sex: 'F, M ou I',
    help_device: 'Nom, numéro, ou « autre : nom »',
    help_sampledDay: 'JJ/MM ou JJ/MM/AAAA',
    help_sampledTime: '14:30',
    help_result: 'N, P ou I',
    cell: '{column}, ligne {line}',
    noSlip: 'sans numéro',
    resultN: 'Négatif',
    resultP: 'Positif',
    resultI: 'Indéterminé',

    // States
    stateReady: 'Prête',
    stateIncomplete: 'À compléter',
    stateFaults: { one: '{count} à corriger', other: '{count} à corriger' },
    stateQueued: 'À transmettre',
    stateFlying: 'Envoi…',
    stateSent: 'Réponse attendue',
    stateRefused: 'Refusée',
    stateDouble: 'Doublon ?',
    stateAlike: 'Déjà là ?',
    stateToConfirm: 'À confirmer',
    toConfirmDevice: 'Test deviné : {text}. Est-ce le bon ?',
    toConfirmName: 'Ce nom a peut-être été mal lu : {text}. Est-il juste ?',
    confirm: 'Oui, c’est juste',
    doubleOf:
      'Même personne et même heure qu’à la ligne {line}. Retirez l’une des deux, ou gardez-les.',
    alike:
      'Ce lieu a déjà un dépistage de cette personne, prélevé le {sampled}. Retirez la ligne, ou gardez-la.',
    noDuplicate: 'Garder : ce n’est pas un doublon',
    typedBy: 'Saisie par {name}',
    removeLine: 'Retirer la ligne {line}',
    removed: 'Ligne retirée. Ctrl + Z la ramène.',
    undo: 'Défaire',

    // Summary and sending
    summary: { one: '{count} ligne', other: '{count} lignes' },
    summaryReady: { one: '{count} prête', other: '{count} prêtes' },
    summaryFaulty: { one: '{count} à corriger', other: '{count} à corriger' },
    summaryToSend: { one: '{count} à transmettre', other: '{count} à transmettre' },
    done: {
      one: '{count} dépistage transmis et enregistré ; il a quitté ce poste.',
      other: '{count} dépistages transmis et enregistrés ; ils ont quitté ce poste.',
    },
    saved: 'Tout est gardé sur ce poste.',
    saving: 'Enregistrement sur ce poste…',
    send: {
      one: 'Transmettre {count} ligne',
      other: 'Transmettre {count} lignes',
    },
    sendNone: 'Rien à transmettre',
    sendTitle: {
      one: 'Transmettre {count} ligne ?',
      other: 'Transmettre {count} lignes ?',
    },
    sendHelp:
      'Chacune donne un certificat définitif à votre nom. Relisez les noms, les dates et les résultats : après l’envoi, il faut une correction.',
    sendPositive: {
      one: 'Dont {count} résultat positif.',
      other: 'Dont {count} résultats positifs.',
    },
    sendDo: 'Transmettre',
    takeBack: 'Ne pas transmettre encore',
    trouble: 'L’envoi attend. Les lignes sont gardées sur ce poste et partiront d’elles-mêmes.',
    troubleAt: 'Nouvel essai à {time}.',
    clear: 'Tout vider',
    colleague: {
      one: '{count} ligne a été saisie par {names} sur ce poste. Elle attend sa connexion.',
      other:
        '{count} lignes ont été saisies par {names} sur ce poste. Elles attendent leur connexion.',
    },
    adopt: 'Les reprendre à mon nom',
    adoptTitle: 'Reprendre ces lignes à votre nom ?',
    adoptHelp:
      'Les dépistages seront transmis comme les vôtres : vous en répondez. La personne qui a fait le test reste nommée sur le papier ; gardez-le.',
    otherSites: {
      one: '{count} ligne attend une connexion à un autre lieu ({names}).',
      other: '{count} lignes attendent une connexion à un autre lieu ({names}).',
    },

    // Faults list
    faultsTitle: 'À corriger',
    faultAt: 'Ligne {line}, {column} : {fault}',
    faultsMore: { one: 'et {count} autre', other: 'et {count} autres' },

    // Notices
    notice_PASTE_TOO_WIDE:
      'Rien n’a été collé : il y a plus de colonnes que de place à droite. Placez-vous plus à gauche.',
    notice_ROWS_TOO_MANY:
      'Rien n’a été ajouté : mille lignes au plus. Transmettez d’abord celles-ci.',
    notice_ROW_LOCKED: 'Rien n’a été changé : une de ces lignes est en cours d’envoi.',

    // Hand scanner
    scanSlip: 'Fiche scannée : ligne {line}.',
    scanPerson: 'Identité scannée : ligne {line}. Le matricule INS part avec elle.',
    scanIns:
      'Ce DataMatrix INS n’a pas pu être lu en entier. Scannez-le de nouveau, ou tapez l’identité.',
    scanOther:
      'Ce code n’est ni celui d’une fiche papier, ni celui d’une identité. Sur une fiche, scannez le grand code.',
    scanLayout:
      'Le lecteur de codes n’est pas réglé pour ce clavier : rien n’a été pris. Réglez-le sur le clavier de cet ordinateur, sans verrouillage des majuscules.',

    // A number that takes no text messages
    landlineRow:
      'Numéro fixe : il ne reçoit pas de SMS. Ajoutez un mobile ou un e-mail, ou imprimez le certificat.',
    landlineRowWithEmail: 'Numéro fixe : il ne reçoit pas de SMS. L’e-mail partira.',
    insTag: 'Avec matricule INS',
    landlineTag: 'Fixe : pas de SMS',
    sendLandline: {
      one: '{count} personne n’aura aucun message : son seul numéro est un fixe.',
      other: '{count} personnes n’auront aucun message : leur seul numéro est un fixe.',
    },

    // Cards
    add: 'Ajouter un papier',
    cardNew: 'Nouveau papier',
    close: 'Fermer',
    missing: 'Il manque : {columns}.',

    // Files
    filesTitle: 'Fichier CSV',
    import: 'Importer un fichier',
    template: 'Modèle à remplir',
    export: 'Enregistrer ces lignes',
    exportHelp:
      'Le fichier contient des données de santé, en clair. Gardez-le en lieu sûr, et effacez-le après usage.',
    tryTitle: 'Essai à blanc',
    tryNothing: 'Rien n’est encore ajouté ni transmis.',
    tryGood: { one: '{count} ligne sans faute', other: '{count} lignes sans faute' },
    tryBad: { one: '{count} ligne à corriger', other: '{count} lignes à corriger' },
    tryIgnored: 'Colonnes non reprises : {names}.',
    tryLeftOut: 'Lignes non reprises : {lines}.',
    tryEncoding: 'Encodage reconnu : {encoding}. Relisez les accents des noms.',
    tryDoubles: 'Les dépistages que ce lieu a déjà seront cherchés à l’envoi.',
    tryAt: 'Ligne {line} du fichier, {column} : {fault}',
    tryDo: {
      one: 'Mettre {count} ligne dans la grille',
      other: 'Mettre {count} lignes dans la grille',
    },
    tryBack: 'Ne rien ajouter',
    fileTrouble: 'Ce fichier n’a pas pu être lu',
    file_FILE_EMPTY: 'Il n’y a pas de ligne sous les titres.',
    file_FILE_TOO_LARGE: 'Il est trop grand : un mégaoctet au plus.',
    file_FILE_NOT_TEXT:
      'Ce n’est pas un fichier CSV. Dans le tableur : Enregistrer sous, « CSV (séparateur : point-virgule) ».',
    file_FILE_ENCODING:
      'Ses lettres accentuées sont illisibles ; il semble être en {encoding}. Dans le tableur : Enregistrer sous, « CSV UTF-8 ».',
    file_FILE_COLUMNS: 'Il manque des colonnes : {columns}. Les titres sont ceux du modèle.',
    file_FILE_TOO_MANY_ROWS: 'Il a plus de mille lignes ; partagez-le en plusieurs fichiers.',

    // Faults of cells
    fault_SERIAL_FORM: 'Ce numéro n’est pas complet ; il ressemble à 00042-7JW4PK-Z.',
    fault_SERIAL_CHECK: 'Ce numéro est mal recopié ; relisez-le sur la fiche.',
    fault_SERIAL_SITE: 'Les neuf premiers chiffres ne sont pas ceux d’un lieu.',
    fault_SERIAL_OTHER_SITE: 'Cette fiche est d’un autre lieu.',
    fault_SERIAL_TWICE: 'Ce numéro est déjà sur une autre ligne.',
    fault_SERIAL_UNKNOWN: 'Aucune fiche de ce numéro n’a été imprimée.',
    fault_SERIAL_USED: 'Cette fiche a déjà été saisie pour un autre dépistage.',
    fault_SEX_UNREADABLE: 'F, M ou I.',
    fault_RESULT_UNREADABLE: 'N, P ou I.',
    fault_CLOCK_UNREADABLE: 'Par ex. 14:30.',
    fault_DEVICE_NONE: 'Aucun test de ce nom ; « autre : nom » s’il est absent de la liste.',
    fault_DEVICE_SEVERAL: 'Plusieurs tests ont ce nom ; précisez.',
    fault_CELL_TOO_LONG: 'Trop long.',
    fault_SAMPLED_TOO_OLD: 'Trop ancien pour être saisi.',
  },
  {
    title: 'Catch-up',
    intro:
      'Enter the pile of papers of an outage here: slips, register, loose sheets. The times are those of the tests. Each line gives one definitive certificate, once.',
    elsewhereTitle: 'Catch-up is open in another tab',
    elsewhere: 'Go on there, or close it: this page will take over by itself.',
    opening: 'Reading the lines kept on this device…',
    saveFailed: 'The last change could not be kept on this device',
    saveFailedHelp: 'Do not close this page. Free some space or close other tabs.',
    keysTitle: 'By keyboard',
    keys: 'Tab: next cell · Enter: next line · arrows: move · F2: edit · Escape: undo, then leave the grid · Shift + arrows: choose several cells · Ctrl + D: fill down · Ctrl + C, Ctrl + V: copy and paste, from a spreadsheet too · Delete: empty · Ctrl + Delete: remove the line · F8: next fault · Ctrl + Z: undo',
    gridKeys: 'Tab goes to the next cell; Escape leaves the grid.',

    defaultsTitle: 'The same for the whole pile',
    defaultDay: 'Sampling day',
    defaultDevice: 'Test used',
    lateReason: 'Reason of late entries',
    defaultResult: 'Result',
    defaultNone: 'To be typed',
    applyDefaults: 'Fill the empty cells',

    line: 'Line',
    lineName: 'Line {line}',
    column_slip: 'Slip no.',
    column_familyName: 'Name at birth',
    column_firstNames: 'First names',
    column_birthDate: 'Born',
    column_sex: 'Sex',
    column_contact: 'Phone, e-mail',
    column_device: 'Test used',
    column_sampledDay: 'Sampled on',
    column_sampledTime: 'Time',
    column_result: 'Result',
    state: 'State',
    help_slip: 'Empty if there is none.',
    help_birthDate: 'DDMMYYYY, or 1958',
    help_sex: 'F, M or U',
    help_device: 'Name, number, or “other: name”',
    help_sampledDay: 'DD/MM or DD/MM/YYYY',
    help_sampledTime: '14:30',
    help_result: 'N, P or I',
    cell: '{column}, line {line}',
    noSlip: 'no number',
    resultN: 'Negative',
    resultP: 'Positive',
    resultI: 'Inconclusive',

    stateReady: 'Ready',
    stateIncomplete: 'To complete',
    stateFaults: { one: '{count} to correct', other: '{count} to correct' },
    stateQueued: 'To send',
    stateFlying: 'Sending…',
    stateSent: 'Waiting for the answer',
    stateRefused: 'Refused',
    stateDouble: 'Entered twice?',
    stateAlike: 'There already?',
    stateToConfirm: 'To confirm',
    toConfirmDevice: 'Test guessed: {text}. Is it the right one?',
    toConfirmName: 'This name may have been read wrongly: {text}. Is it right?',
    confirm: 'Yes, it is right',
    doubleOf: 'Same person and same time as line {line}. Remove one of the two, or keep them.',
    alike:
      'This site already has a screening of this person, sampled {sampled}. Remove the line, or keep it.',
    noDuplicate: 'Keep: it is no duplicate',
    typedBy: 'Entered by {name}',
    removeLine: 'Remove line {line}',
    removed: 'Line removed. Ctrl + Z brings it back.',
    undo: 'Undo',

    summary: { one: '{count} line', other: '{count} lines' },
    summaryReady: { one: '{count} ready', other: '{count} ready' },
    summaryFaulty: { one: '{count} to correct', other: '{count} to correct' },
    summaryToSend: { one: '{count} to send', other: '{count} to send' },
    done: {
      one: '{count} screening sent and recorded; it has left this device.',
      other: '{count} screenings sent and recorded; they have left this device.',
    },
    saved: 'Everything is kept on this device.',
    saving: 'Saving on this device…',
    send: { one: 'Send {count} line', other: 'Send {count} lines' },
    sendNone: 'Nothing to send',
    sendTitle: { one: 'Send {count} line?', other: 'Send {count} lines?' },
    sendHelp:
      'Each gives a definitive certificate in your name. Read the names, dates and results again: once sent, it takes a correction.',
    sendPositive: { one: '{count} of them is positive.', other: '{count} of them are positive.' },
    sendDo: 'Send',
    takeBack: 'Do not send yet',
    trouble: 'Sending waits. The lines are kept on this device and will go by themselves.',
    troubleAt: 'Next try at {time}.',
    clear: 'Empty all',
    colleague: {
      one: '{count} line was entered by {names} on this device. It waits for them to sign in.',
      other: '{count} lines were entered by {names} on this device. They wait for them to sign in.',
    },
    adopt: 'Take them over in my name',
    adoptTitle: 'Take these lines over in your name?',
    adoptHelp:
      'The screenings will be sent as yours: you answer for them. Who made the test stays named on the paper; keep it.',
    otherSites: {
      one: '{count} line waits for a sign-in at another site ({names}).',
      other: '{count} lines wait for a sign-in at another site ({names}).',
    },

    faultsTitle: 'To correct',
    faultAt: 'Line {line}, {column}: {fault}',
    faultsMore: { one: 'and {count} more', other: 'and {count} more' },

    notice_PASTE_TOO_WIDE:
      'Nothing was pasted: there are more columns than room to the right. Move further left.',
    notice_ROWS_TOO_MANY: 'Nothing was added: at most a thousand lines. Send these first.',
    notice_ROW_LOCKED: 'Nothing was changed: one of these lines is being sent.',

    scanSlip: 'Slip scanned: line {line}.',
    scanPerson: 'Identity scanned: line {line}. The INS number goes with it.',
    scanIns: 'This INS DataMatrix could not be read whole. Scan it again, or type the identity.',
    scanOther:
      'This code is neither that of a paper slip nor that of an identity. On a slip, scan the large code.',
    scanLayout:
      'The code scanner is not set for this keyboard: nothing was taken. Set it to the layout of this computer, without Caps Lock.',

    landlineRow:
      'Landline number: it takes no text messages. Add a mobile number or an e-mail, or print the certificate.',
    landlineRowWithEmail: 'Landline number: it takes no text messages. The e-mail will go.',
    insTag: 'With INS number',
    landlineTag: 'Landline: no text message',
    sendLandline: {
      one: '{count} person will get no message: their only number is a landline.',
      other: '{count} people will get no message: their only number is a landline.',
    },

    add: 'Add a paper',
    cardNew: 'New paper',
    close: 'Close',
    missing: 'Missing: {columns}.',

    filesTitle: 'CSV file',
    import: 'Import a file',
    template: 'Template to fill in',
    export: 'Save these lines',
    exportHelp: 'The file holds health data, in the clear. Keep it safe, and delete it after use.',
    tryTitle: 'Dry run',
    tryNothing: 'Nothing is added or sent yet.',
    tryGood: { one: '{count} line without a fault', other: '{count} lines without a fault' },
    tryBad: { one: '{count} line to correct', other: '{count} lines to correct' },
    tryIgnored: 'Columns left out: {names}.',
    tryLeftOut: 'Lines left out: {lines}.',
    tryEncoding: 'Encoding recognised: {encoding}. Read the accents of the names again.',
    tryDoubles: 'Screenings that this site already has are looked for when sending.',
    tryAt: 'Line {line} of the file, {column}: {fault}',
    tryDo: { one: 'Put {count} line into the grid', other: 'Put {count} lines into the grid' },
    tryBack: 'Add nothing',
    fileTrouble: 'This file could not be read',
    file_FILE_EMPTY: 'There is no line under the headings.',
    file_FILE_TOO_LARGE: 'It is too large: at most one megabyte.',
    file_FILE_NOT_TEXT: 'This is no CSV file. In the spreadsheet: Save as, “CSV”.',
    file_FILE_ENCODING:
      'Its accented letters cannot be read; it seems to be {encoding}. In the spreadsheet: Save as, “CSV UTF-8”.',
    file_FILE_COLUMNS: 'Columns are missing: {columns}. The headings are those of the template.',
    file_FILE_TOO_MANY_ROWS: 'It has more than a thousand lines; split it into several files.',

    fault_SERIAL_FORM: 'This number is not complete; it looks like 00042-7JW4PK-Z.',
    fault_SERIAL_CHECK: 'This number is copied wrongly; read it again on the slip.',
    fault_SERIAL_SITE: 'The first nine figures are those of no site.',
    fault_SERIAL_OTHER_SITE: 'This slip is of another site.',
    fault_SERIAL_TWICE: 'This number is on another line already.',
    fault_SERIAL_UNKNOWN: 'No slip of this number was printed.',
    fault_SERIAL_USED: 'This slip was already entered for another screening.',
    fault_SEX_UNREADABLE: 'F, M or U.',
    fault_RESULT_UNREADABLE: 'N, P or I.',
    fault_CLOCK_UNREADABLE: 'E.g. 14:30.',
    fault_DEVICE_NONE: 'No test of this name; “other: name” if it is not in the list.',
    fault_DEVICE_SEVERAL: 'Several tests have this name; say more.',
    fault_CELL_TOO_LONG: 'Too long.',
    fault_SAMPLED_TOO_OLD: 'Too long ago to be entered.',
  },
)
