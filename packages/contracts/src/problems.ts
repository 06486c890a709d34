/**
 * The registry of problem codes: every error that leaves the server as an RFC 9457 problem
 * document has its stable `code` here. docs/reference/problems.md is generated from it.
 */
export type Audience = 'professional' | 'person' | 'machine' | 'anyone'

/** What a client should do with the same request: `never` as it is, `later`, or `after-sign-in`. */
export type Retry = 'never' | 'later' | 'after-sign-in'

export interface ProblemEntry {
  readonly status: number
  readonly audience: Audience
  readonly retry: Retry
  readonly title: { readonly fr: string; readonly en: string }
}

const entry = (
  status: number,
  audience: Audience,
  retry: Retry,
  fr: string,
  en: string,
): ProblemEntry => ({
  status,
  audience,
  retry,
  title: { fr, en },
})

export const problemRegistry = {
  // Requests
  BODY_MALFORMED: entry(
    400,
    'machine',
    'never',
    'Le corps de la requête n’est pas du JSON valide.',
    'The request body is not valid JSON.',
  ),
  BODY_TOO_LARGE: entry(
    413,
    'machine',
    'never',
    'La requête est trop volumineuse.',
    'The request is too large.',
  ),
  REQUEST_MALFORMED: entry(
    400,
    'machine',
    'never',
    'La requête n’est pas du HTTP valide.',
    'The request is not valid HTTP.',
  ),
  REQUEST_TOO_SLOW: entry(
    408,
    'machine',
    'later',
    'La requête est arrivée trop lentement.',
    'The request came in too slowly.',
  ),
  ADDRESS_TOO_LONG: entry(
    414,
    'machine',
    'never',
    'L’adresse demandée est trop longue.',
    'The address asked for is too long.',
  ),
  HEADERS_TOO_LARGE: entry(
    431,
    'machine',
    'never',
    'Les en-têtes de la requête sont trop longs.',
    'The request’s headers are too long.',
  ),
  MEDIA_TYPE_UNSUPPORTED: entry(
    415,
    'machine',
    'never',
    'Le type de contenu n’est pas accepté.',
    'The content type is not accepted.',
  ),
  REQUEST_INVALID: entry(
    422,
    'professional',
    'never',
    'Certains champs sont à corriger.',
    'Some fields need correcting.',
  ),
  ROUTE_UNKNOWN: entry(
    404,
    'machine',
    'never',
    'Cette adresse n’existe pas.',
    'There is nothing at this address.',
  ),
  HOST_UNKNOWN: entry(
    421,
    'machine',
    'never',
    'Cette adresse n’est pas une adresse de ce service.',
    'This address is none of this service’s.',
  ),
  METHOD_NOT_ALLOWED: entry(
    405,
    'machine',
    'never',
    'Cette opération n’est pas possible ici.',
    'This method is not allowed here.',
  ),
  TOO_MANY_REQUESTS: entry(
    429,
    'anyone',
    'later',
    'Trop de demandes ; réessayez dans un moment.',
    'Too many requests; try again in a moment.',
  ),
  UNAVAILABLE: entry(
    503,
    'anyone',
    'later',
    'Le service est momentanément indisponible.',
    'The service is unavailable for a moment.',
  ),
  SITE_SHARE_EXCEEDED: entry(
    429,
    'professional',
    'later',
    'Ce lieu d’exercice envoie beaucoup plus que les autres ; ralentissez, rien n’est perdu.',
    'This site sends far more than the others; slow down, nothing is lost.',
  ),
  SIGN_IN_WAITS: entry(
    503,
    'professional',
    'later',
    'Beaucoup de professionnels se connectent en ce moment ; votre place est gardée.',
    'Many professionals are signing in at the moment; your place is kept.',
  ),
  WAITING_ROOM_FULL: entry(
    429,
    'professional',
    'later',
    'Trop de places ont été demandées depuis cette adresse ; réessayez dans un moment.',
    'Too many places were asked for from this address; try again in a moment.',
  ),
  INTERNAL: entry(
    500,
    'anyone',
    'later',
    'Une erreur est survenue de notre côté.',
    'Something went wrong on our side.',
  ),

  // Login
  SESSION_MISSING: entry(
    401,
    'professional',
    'after-sign-in',
    'Connectez-vous pour continuer.',
    'Sign in to continue.',
  ),
  SESSION_INVALID: entry(
    401,
    'professional',
    'after-sign-in',
    'Cette session n’est pas valable ; reconnectez-vous.',
    'This session is not valid; sign in again.',
  ),
  SESSION_EXPIRED: entry(
    401,
    'professional',
    'after-sign-in',
    'Votre session est terminée ; reconnectez-vous.',
    'Your session has ended; sign in again.',
  ),
  SESSION_REVOKED: entry(
    401,
    'professional',
    'after-sign-in',
    'Cette session a été fermée, ici ou depuis un autre poste ; reconnectez-vous pour continuer ici.',
    'This session was closed, here or from another device; sign in again to go on here.',
  ),
  SESSION_NOT_LISTED: entry(
    404,
    'professional',
    'never',
    'Aucune de vos sessions n’a ce numéro ; elle est peut-être déjà finie.',
    'None of your sessions has this number; it may be over already.',
  ),
  SESSION_RENEWAL_DUE: entry(
    401,
    'professional',
    'after-sign-in',
    'Ce poste doit confirmer sa session.',
    'This device must confirm its session.',
  ),
  SESSION_NOT_BOUND: entry(
    409,
    'professional',
    'never',
    'Cette session n’est pas liée à un poste ; elle ne se prolonge pas.',
    'This session is not bound to a device; it is not renewed.',
  ),
  SESSION_PROOF_INVALID: entry(
    403,
    'professional',
    'after-sign-in',
    'Cette session appartient à un autre poste.',
    'This session belongs to another device.',
  ),
  SESSION_PROOF_STALE: entry(
    409,
    'professional',
    'later',
    'L’horloge de ce poste n’est pas à l’heure ; nouvel essai.',
    'The clock of this device is not right; try again.',
  ),
  SESSION_PROOF_MISSING: entry(
    403,
    'professional',
    'never',
    'Cette action doit être signée par le poste où vous êtes connecté ; rechargez la page et recommencez.',
    'This act must be signed by the device that you are signed in on; reload the page and try again.',
  ),
  DEVICE_KEY_REQUIRED: entry(
    403,
    'professional',
    'never',
    'Ce navigateur ne garde pas de clé (navigation privée, stockage refusé) : les dépistages s’y saisissent, mais cette action demande un autre navigateur ou un autre poste.',
    'This browser keeps no key (private window, storage refused): tests can be entered in it, but this act needs another browser or device.',
  ),
  FRESH_SIGN_IN_REQUIRED: entry(
    403,
    'professional',
    'after-sign-in',
    'Votre connexion date de plus de quelques minutes : reconnectez-vous, par l’une ou l’autre porte, pour continuer.',
    'You signed in more than a few minutes ago: sign in again, by either door, to go on.',
  ),
  DELEGATION_ENDED: entry(
    401,
    'professional',
    'after-sign-in',
    'La délégation sous laquelle vous travaillez a pris fin.',
    'The delegation that you work under has ended.',
  ),
  DELEGATION_MISSING: entry(
    403,
    'professional',
    'never',
    'Aucun professionnel ne vous a confié de saisie en ce moment.',
    'No professional lets you work under their responsibility at present.',
  ),
  DELEGATION_UNKNOWN: entry(
    404,
    'professional',
    'never',
    'Cette délégation n’existe pas ou n’est plus en cours.',
    'There is no such delegation, or it is over.',
  ),
  DELEGATION_NOT_PERMITTED: entry(
    403,
    'professional',
    'never',
    'Seul le professionnel responsable, connecté en personne, peut déléguer.',
    'Only the responsible professional, signed in personally, can delegate.',
  ),
  DELEGATIONS_TOO_MANY: entry(
    409,
    'professional',
    'never',
    'Trop de délégations sont en cours sur ce lieu ; retirez-en une.',
    'Too many delegations are open at this site; withdraw one.',
  ),
  LOGOUT_TOKEN_INVALID: entry(
    400,
    'machine',
    'never',
    'Ce jeton de déconnexion n’est pas valable.',
    'This logout token is not valid.',
  ),
  SESSION_DIFFERS: entry(
    409,
    'professional',
    'after-sign-in',
    'Ce navigateur est passé à une autre session, dans un autre onglet : rien n’a été enregistré à un autre nom.',
    'This browser has gone on to another session, in another tab: nothing was recorded in another name.',
  ),
  SITE_NOT_CHOSEN: entry(
    409,
    'professional',
    'never',
    'Choisissez d’abord votre lieu d’exercice.',
    'Choose your site first.',
  ),
  SITE_NOT_PERMITTED: entry(
    403,
    'professional',
    'never',
    'Ce lieu d’exercice ne fait pas partie de vos activités.',
    'This site is not among your activities.',
  ),
  ORIGIN_REFUSED: entry(
    403,
    'professional',
    'never',
    'Cette demande ne vient pas de notre page.',
    'This request does not come from our page.',
  ),
  LOGIN_STATE_INVALID: entry(
    400,
    'professional',
    'after-sign-in',
    'Cette connexion a été interrompue ; recommencez.',
    'This sign-in was interrupted; start again.',
  ),
  LOGIN_REFUSED: entry(
    403,
    'professional',
    'after-sign-in',
    'Le fournisseur d’identité a refusé la connexion.',
    'The identity provider refused the sign-in.',
  ),
  LOGIN_ANSWER_INVALID: entry(
    502,
    'professional',
    'later',
    'La réponse du fournisseur d’identité n’est pas fiable.',
    'The identity provider’s answer cannot be trusted.',
  ),
  LOGIN_NOT_PROVED: entry(
    403,
    'professional',
    'after-sign-in',
    'Vous n’avez pas prouvé votre identité pour cette connexion ; recommencez.',
    'You did not prove who you are for this sign-in; start again.',
  ),
  PROVIDER_UNAVAILABLE: entry(
    503,
    'professional',
    'later',
    'Le fournisseur d’identité ne répond pas.',
    'The identity provider does not answer.',
  ),
  PROFESSION_NOT_PERMITTED: entry(
    403,
    'professional',
    'never',
    'Votre profession n’est pas autorisée à saisir des dépistages.',
    'Your profession is not permitted to enter screenings.',
  ),
  PROFESSIONAL_UNKNOWN: entry(
    403,
    'professional',
    'never',
    'Votre identifiant national n’a pas été transmis ou n’est pas valable.',
    'Your national identifier was not transmitted or is not valid.',
  ),
  PROFESSIONAL_SUSPENDED: entry(
    403,
    'professional',
    'never',
    'Votre accès est suspendu par l’autorité sanitaire ; adressez-vous à elle.',
    'Your access is suspended by the health authority; turn to it.',
  ),
  ACTIVITY_MISSING: entry(
    403,
    'professional',
    'never',
    'Aucun lieu d’exercice n’est rattaché à votre compte.',
    'No site is attached to your account.',
  ),
  SITE_WITHOUT_FINESS: entry(
    403,
    'professional',
    'never',
    'Aucun de vos lieux d’exercice n’a de numéro FINESS valable.',
    'None of your sites has a valid FINESS number.',
  ),

  // Door card
  CARD_DOOR_CLOSED: entry(
    503,
    'professional',
    'later',
    'La connexion par carte n’est pas ouverte en ce moment.',
    'Signing in by card is not open at the moment.',
  ),
  CARD_MISSING: entry(
    401,
    'professional',
    'after-sign-in',
    'Aucune carte n’a été présentée ; insérez-la, fermez puis rouvrez le navigateur, et recommencez.',
    'No card was presented; insert it, close and reopen the browser, and start again.',
  ),
  CARD_UNREADABLE: entry(
    400,
    'professional',
    'never',
    'Le certificat de cette carte n’est pas lisible.',
    'The certificate of this card cannot be read.',
  ),
  CARD_AUTHORITY_UNKNOWN: entry(
    403,
    'professional',
    'never',
    'Cette carte n’a pas été émise par l’autorité des cartes de santé.',
    'This card was not issued by the authority for health cards.',
  ),
  CARD_ALGORITHM: entry(
    403,
    'professional',
    'never',
    'Cette carte est signée par un procédé qui n’est plus accepté ; demandez son remplacement.',
    'This card is signed in a way that is no longer accepted; ask for a new one.',
  ),
  CARD_NOT_YET_VALID: entry(
    403,
    'professional',
    'never',
    'Cette carte n’est pas encore valable.',
    'This card is not valid yet.',
  ),
  CARD_EXPIRED: entry(
    403,
    'professional',
    'never',
    'Cette carte a expiré.',
    'This card has expired.',
  ),
  CARD_USAGE: entry(
    403,
    'professional',
    'never',
    'Ce certificat ne sert pas à se connecter ; choisissez le certificat d’authentification de la carte.',
    'This certificate is not for signing in; choose the card’s authentication certificate.',
  ),
  CARD_REVOKED: entry(
    403,
    'professional',
    'never',
    'Cette carte a été révoquée.',
    'This card has been revoked.',
  ),
  CARD_REVOCATION_UNKNOWN: entry(
    503,
    'professional',
    'later',
    'Impossible de savoir en ce moment si cette carte est révoquée ; utilisez e-CPS.',
    'Whether this card is revoked cannot be told at the moment; use e-CPS.',
  ),
  CARD_SUBJECT_UNREADABLE: entry(
    403,
    'professional',
    'never',
    'Le titulaire de cette carte n’a pas pu être lu.',
    'The holder of this card could not be read.',
  ),
  CARD_ASSERTION_INVALID: entry(
    400,
    'professional',
    'after-sign-in',
    'Cette connexion par carte n’est plus valable ; recommencez.',
    'This sign-in by card is no longer valid; start again.',
  ),
  CARD_ASSERTION_USED: entry(
    400,
    'professional',
    'after-sign-in',
    'Cette connexion par carte a déjà servi ; recommencez.',
    'This sign-in by card was used already; start again.',
  ),
  CARD_HEADER_REFUSED: entry(
    400,
    'machine',
    'never',
    'Un certificat dans un en-tête n’est pas accepté ici, ou il est mal formé.',
    'A certificate in a header is not accepted here, or is malformed.',
  ),
  CARD_PROXY_UNKNOWN: entry(
    403,
    'machine',
    'never',
    'Ce port est réservé au relais configuré.',
    'This port is for the configured proxy only.',
  ),
  PROFESSIONAL_NOT_IN_DIRECTORY: entry(
    403,
    'professional',
    'never',
    'Vous ne figurez pas dans l’annuaire importé ; utilisez e-CPS.',
    'You are not in the imported directory; use e-CPS.',
  ),
  EMPLOYEE_SITE_UNKNOWN: entry(
    403,
    'professional',
    'never',
    'Le lieu d’exercice de cette carte n’est pas connu, ou personne n’y est autorisé à tester.',
    'The site of this card is not known, or nobody there is permitted to test.',
  ),

  // Intake
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

  // Continuity: codes of a refusal also stand in the lines of a reconciliation
  BOOKLETS_TOO_MANY: entry(
    409,
    'professional',
    'later',
    'Trop de carnets sont en cours pour vous ou pour ce lieu d’exercice ; déconnectez un poste qui ne sert plus.',
    'Too many booklets are in force for you or for this site; sign out at a counter that is not in use.',
  ),
  RESPONSIBLE_REQUIRED: entry(
    403,
    'professional',
    'never',
    'Seul un professionnel qui exerce sur ce lieu, connecté en personne, peut agir sur le lieu entier.',
    'Only a professional who works at this site, signed in personally, can act on the whole site.',
  ),
  NOTICE_UNKNOWN: entry(
    404,
    'professional',
    'never',
    'Cet avis n’existe pas, a déjà été annulé, ou est trop ancien pour l’être.',
    'There is no such notice, it was undone already, or it is too old to be.',
  ),
  BOOKLET_UNKNOWN: entry(
    404,
    'professional',
    'never',
    'Ce carnet n’a pas été remis par ce portail à ce lieu d’exercice.',
    'This booklet was not given to this site by this portal.',
  ),
  BOOKLET_OTHER_SITE: entry(
    409,
    'professional',
    'never',
    'Ce certificat provisoire vient d’un autre lieu d’exercice ; connectez-vous à celui-là.',
    'This provisional certificate is of another site; work at that one.',
  ),
  BOOKLET_KEY_UNKNOWN: entry(
    409,
    'professional',
    'never',
    'Ce carnet est signé par une clé que ce portail ne connaît pas.',
    'This booklet is signed by a key that this portal does not know.',
  ),
  BOOKLET_KEY_NOT_VALID: entry(
    409,
    'professional',
    'never',
    'La clé de ce carnet n’était pas valable quand il a été remis.',
    'The key of this booklet was not valid when it was given.',
  ),
  BOOKLET_SIGNATURE: entry(
    409,
    'professional',
    'never',
    'La signature de ce carnet est fausse.',
    'The signature of this booklet is false.',
  ),
  BOOKLET_TOO_LONG: entry(
    409,
    'professional',
    'never',
    'Ce carnet prétend durer plus d’un jour.',
    'This booklet claims to last for more than a day.',
  ),
  BOOKLET_WITHDRAWN: entry(
    409,
    'professional',
    'never',
    'Ce certificat provisoire a été établi après le retrait de son carnet.',
    'This provisional certificate was made after its booklet was withdrawn.',
  ),
  PROVISIONAL_UNREADABLE: entry(
    409,
    'professional',
    'never',
    'Ce certificat provisoire n’est pas lisible.',
    'This provisional certificate cannot be read.',
  ),
  PROVISIONAL_OTHER_DEVICE: entry(
    409,
    'professional',
    'never',
    'Ce certificat provisoire a été établi par un autre poste que celui de son carnet.',
    'This provisional certificate was made by another counter than its booklet’s.',
  ),
  PROVISIONAL_SIGNATURE: entry(
    409,
    'professional',
    'never',
    'La signature de ce certificat provisoire est fausse.',
    'The signature of this provisional certificate is false.',
  ),
  PROVISIONAL_KIND: entry(
    409,
    'professional',
    'never',
    'Ce carnet ne permettait pas ce type de test.',
    'This booklet did not permit this kind of test.',
  ),
  SLIPS_TOO_MANY: entry(
    409,
    'professional',
    'never',
    'Trop de fiches sont imprimées et pas encore saisies ; saisissez-les ou annulez-les.',
    'Too many slips are printed and not typed yet; type or cancel them.',
  ),
  SLIP_SERIAL_INVALID: entry(
    422,
    'professional',
    'never',
    'Ce numéro de fiche est mal saisi ; relisez-le sur la fiche.',
    'This slip number is mistyped; read it again on the slip.',
  ),
  SLIP_UNKNOWN: entry(
    404,
    'professional',
    'never',
    'Aucune fiche de ce numéro n’a été imprimée.',
    'No slip of this number was printed.',
  ),
  SLIP_OTHER_SITE: entry(
    409,
    'professional',
    'never',
    'Cette fiche a été imprimée pour un autre lieu d’exercice.',
    'This slip was printed for another site.',
  ),
  SLIP_USED: entry(
    409,
    'professional',
    'never',
    'Cette fiche a déjà été saisie pour un autre dépistage.',
    'This slip was already typed for another screening.',
  ),

  // Of the counter itself: what it says of REQUEST_INVALID when all that is wrong are times in the future
  CLOCK_AHEAD: entry(
    422,
    'professional',
    'never',
    'L’horloge de ce poste avançait quand cette saisie a été faite ; ses heures sont dans le futur.',
    'The clock of this device was ahead when this was entered; its times are in the future.',
  ),

  // Retrieval
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
  GATEWAY_REFUSED: entry(
    403,
    'machine',
    'never',
    'Le jeton de la passerelle SMS manque ou n’est pas le bon.',
    'The token of the SMS gateway is missing or is not the right one.',
  ),
} as const satisfies Record<string, ProblemEntry>

export type ProblemCode = keyof typeof problemRegistry

/** A fault in one field of a request: where (JSON pointer, RFC 6901) and which rule. */
export interface FieldFault {
  readonly pointer: string
  readonly code: FieldCode
}

/** The rules a field can break; the web's catalogues have a sentence for each. */
export const fieldCodes = [
  'REQUIRED',
  'UNKNOWN_FIELD',
  'WRONG_TYPE',
  'TOO_SHORT',
  'TOO_LONG',
  'NOT_ALLOWED',
  'MALFORMED',
  'ID_NOT_UUIDV7',
  'NAME_EMPTY',
  'NAME_CHARACTERS',
  'NAME_TOO_LONG',
  'BIRTH_DATE_NOT_REAL',
  'BIRTH_DATE_IN_FUTURE',
  'BIRTH_DATE_TOO_OLD',
  'SAMPLED_IN_FUTURE',
  'SAMPLED_TOO_OLD',
  'LATE_REASON_REQUIRED',
  'SAMPLED_BEFORE_BIRTH',
  'RESULT_BEFORE_SAMPLING',
  'RESULT_IN_FUTURE',
  'DEVICE_UNKNOWN',
  'DEVICE_NOT_VALID_THEN',
  'DEVICE_NAME_REQUIRED',
  'KIND_NOT_PERMITTED',
  'DISEASE_UNKNOWN',
  'PHONE_INVALID',
  'PHONE_PREMIUM',
  'EMAIL_INVALID',
  'INS_INVALID',
  'SYMPTOM_ONSET_INVALID',
] as const
export type FieldCode = (typeof fieldCodes)[number]

/** RFC 9457 problem document as every error answer of this server carries it. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  readonly faults?: readonly FieldFault[]
  readonly retryAfterSeconds?: number
  /** Names of places that the problem is about. */
  readonly places?: readonly string[]
  /** Short code a person can read out on the phone; finds the request in the logs. */
  readonly support: string
}
