/** Words of the status page and of messages to those on duty. French first, English complete. */
import type { WatchedComponent } from '@sidep/contracts'
import type { Severity } from '../incidents/board.ts'
import type { ComponentState } from './status-view.ts'

export type Language = 'fr' | 'en'

export const componentNames = {
  fr: {
    ecps: 'Connexion par e-CPS (Pro Santé Connect)',
    card: 'Connexion par carte CPS',
    entry: 'Saisie des dépistages et certificats',
    booklets: 'Carnets et certificats provisoires, rattrapage',
    slips: 'Fiches papier et leur saisie',
    laboratory: 'Messages des laboratoires',
    retrieval: 'Résultats en ligne des personnes testées',
    verification: 'Lecture des certificats récents',
    bundle: 'Mise à jour des vérificateurs',
  },
  en: {
    ecps: 'Sign-in by e-CPS (Pro Santé Connect)',
    card: 'Sign-in by CPS card',
    entry: 'Entering tests, and certificates',
    booklets: 'Booklets, provisional certificates and catch-up',
    slips: 'Slips, and typing them in',
    laboratory: 'Messages of laboratories',
    retrieval: 'Results online for people tested',
    verification: 'Reading of recent certificates',
    bundle: 'Updates for verifiers',
  },
} as const satisfies Record<Language, Record<WatchedComponent, string>>

export const stateWords = {
  fr: {
    works: 'Fonctionne',
    slow: 'Échoue par moments',
    local: 'Échoue par endroits',
    fails: 'Ne fonctionne pas',
    maintenance: 'Maintenance en cours',
    unknown: 'Non vérifié en ce moment',
  },
  en: {
    works: 'Works',
    slow: 'Fails now and then',
    local: 'Fails at some places',
    fails: 'Does not work',
    maintenance: 'Under maintenance',
    unknown: 'Not checked at the moment',
  },
} as const satisfies Record<Language, Record<ComponentState, string>>

export const severityWords = {
  fr: { minor: 'gêne', major: 'panne', critical: 'panne grave' },
  en: { minor: 'disturbance', major: 'outage', critical: 'grave outage' },
} as const satisfies Record<Language, Record<Severity, string>>

/** Whom a piece of advice is for. */
export type Audience = 'professionals' | 'people' | 'verifiers' | 'programs'

export const audienceNames = {
  fr: {
    professionals: 'Vous faites des tests',
    people: 'Vous avez été testé',
    verifiers: 'Vous vérifiez des certificats',
    programs: 'Laboratoires et logiciels',
  },
  en: {
    professionals: 'You do tests',
    people: 'You were tested',
    verifiers: 'You check certificates',
    programs: 'Laboratories and software',
  },
} as const satisfies Record<Language, Record<Audience, string>>

export type Advice =
  | 'openSession'
  | 'useCard'
  | 'useEcps'
  | 'booklet'
  | 'slips'
  | 'entryKept'
  | 'paper'
  | 'linkLater'
  | 'verifyOffline'
  | 'verifyCarefully'
  | 'sendAgain'

export const adviceWords = {
  fr: {
    openSession:
      'Si vous êtes déjà connecté, ne vous déconnectez pas : votre session continue et la saisie aussi.',
    useCard: 'Connectez-vous par carte CPS : cette porte fonctionne.',
    useEcps: 'Connectez-vous par e-CPS : cette porte fonctionne.',
    booklet:
      'Si votre poste a un carnet en cours, continuez : il délivre des certificats provisoires signés, que tout vérificateur sait lire et qui deviennent définitifs d’eux-mêmes.',
    slips:
      'Sans connexion ni carnet, remettez une fiche papier préparée d’avance, remplie à la main ; vous la saisirez au retour du service.',
    entryKept:
      'Continuez la saisie : elle est gardée sur le poste et part d’elle-même au retour du service.',
    paper: 'Le certificat imprimé remis sur place suffit : il porte les mêmes codes.',
    linkLater: 'Le lien reçu reste valable : réessayez plus tard.',
    verifyOffline:
      'Continuez à vérifier : la lecture se fait sur l’appareil, sans réseau, avec les dernières données reçues.',
    verifyCarefully:
      'Un certificat tout récent peut être refusé à tort : demandez le papier, et faites revenir la personne plutôt que de la croire fraudeuse.',
    sendAgain:
      'Gardez vos envois et renvoyez-les sans les changer : ce qui arrive deux fois est reconnu.',
  },
  en: {
    openSession:
      'If you are signed in already, do not sign out: your session goes on, and so does your work.',
    useCard: 'Sign in with a CPS card: this door works.',
    useEcps: 'Sign in with e-CPS: this door works.',
    booklet:
      'If your counter has a booklet, go on: it issues signed provisional certificates, which every verifier can read and which become definitive by themselves.',
    slips:
      'Without sign-in or booklet, hand out a slip that was prepared beforehand, filled in by hand; you type it in when the service is back.',
    entryKept:
      'Go on entering tests: they are kept on your computer and leave by themselves when the service is back.',
    paper: 'The printed certificate that you were given is enough: it has the same codes.',
    linkLater: 'The link that you got stays good: try again later.',
    verifyOffline:
      'Go on verifying: codes are read on the device, without network, with the last data received.',
    verifyCarefully:
      'A very recent certificate may be refused wrongly: ask for the paper, and ask the person to come back rather than take them for a cheat.',
    sendAgain: 'Keep what you send and send it again unchanged: what comes twice is recognised.',
  },
} as const satisfies Record<Language, Record<Advice, string>>

export const pageWords = {
  fr: {
    title: 'État du service',
    allWorks: 'Tout fonctionne',
    trouble: 'Un incident est en cours',
    grave: 'Panne en cours',
    since: 'depuis {when}',
    until: 'jusqu’au {when}',
    written: 'Page écrite le {when} (heure de Paris), récrite chaque minute.',
    stale:
      'Si cette heure est passée de plus de cinq minutes, rechargez la page ; si elle ne change pas, la surveillance est elle-même en panne.',
    meanwhile: 'Que faire en attendant',
    tolerated: 'Ce qui est toléré en ce moment',
    nothingTolerated:
      'Aucune tolérance n’est en vigueur : un document est accepté ou refusé comme d’habitude.',
    kinds: { slip: 'fiches papier', provisional: 'certificats provisoires' },
    allSites: 'tous les lieux',
    sites: 'lieux dont le FINESS commence par {list}',
    components: 'Le service, partie par partie',
    departments: 'Départements : {list}',
    history: '90 jours',
    percent: '{percent} % du temps sur 90 jours',
    unwatched: 'historique trop court',
    daysDown: '{count} jours avec une panne',
    oneDayDown: '1 jour avec une panne',
    incidents: 'Incidents en cours',
    pastIncidents: 'Incidents terminés, 90 derniers jours',
    noPast: 'Aucun incident en 90 jours.',
    plans: 'Maintenance prévue',
    noPlans: 'Aucune maintenance n’est prévue.',
    from: 'du {from} au {until}',
    lasted: 'du {from} au {until}, {minutes} min',
    timeline: {
      opened: '{component} : ne fonctionne plus',
      joined: '{component} : ne fonctionne plus',
      relapsed: '{component} : de nouveau en panne',
      worsened: '{component} : plus grave',
      recovered: '{component} : rétabli',
      closed: 'Incident terminé',
      taken: 'Pris en charge',
    },
    feed: 'S’abonner (Atom)',
    machines: 'Pour les machines (JSON)',
    other: 'English',
    home: 'Aller au service',
    help: 'Aide : {contact}',
    legend:
      'Un trait par jour : plein, rien à signaler ; barré de rouge, panne ; pointillé, pas de surveillance.',
    minutesDown: '{day} : {minutes} min de panne',
  },
  en: {
    title: 'Service status',
    allWorks: 'Everything works',
    trouble: 'There is an incident',
    grave: 'There is an outage',
    since: 'since {when}',
    until: 'until {when}',
    written: 'Written on {when} (Paris time), and again every minute.',
    stale:
      'If that is more than five minutes ago, reload the page; if it stays, what watches the service is down itself.',
    meanwhile: 'What to do meanwhile',
    tolerated: 'What is tolerated now',
    nothingTolerated: 'No tolerance is in force: a document is accepted or refused as ever.',
    kinds: { slip: 'slips', provisional: 'provisional certificates' },
    allSites: 'all sites',
    sites: 'sites whose FINESS number begins with {list}',
    components: 'The service, part by part',
    departments: 'Départements: {list}',
    history: '90 days',
    percent: '{percent} % of the time over 90 days',
    unwatched: 'too short a history',
    daysDown: '{count} days with an outage',
    oneDayDown: '1 day with an outage',
    incidents: 'Incidents now',
    pastIncidents: 'Incidents that are over, last 90 days',
    noPast: 'No incident in 90 days.',
    plans: 'Planned maintenance',
    noPlans: 'No maintenance is planned.',
    from: '{from} to {until}',
    lasted: '{from} to {until}, {minutes} min',
    timeline: {
      opened: '{component}: stopped working',
      joined: '{component}: stopped working',
      relapsed: '{component}: failed again',
      worsened: '{component}: became worse',
      recovered: '{component}: back',
      closed: 'Incident over',
      taken: 'Somebody is on it',
    },
    feed: 'Subscribe (Atom)',
    machines: 'For programs (JSON)',
    other: 'Français',
    home: 'Go to the service',
    help: 'Help: {contact}',
    legend: 'One line a day: plain, nothing to report; red, an outage; dotted, nobody watched.',
    minutesDown: '{day}: down for {minutes} min',
  },
} as const

/** Puts values where a text names them. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{([a-z]{1,20})\}/gi, (whole, name: string) => String(values[name] ?? whole))
