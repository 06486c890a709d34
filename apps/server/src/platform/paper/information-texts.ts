/** What everybody may know about the portal: help, who is behind it, what it keeps, how far everybody can use it. */
import type { InformationName } from '@sidep/contracts'
import type { Configuration } from '../configuration.ts'
import type { Language } from '../language.ts'

export type Facts = Pick<Configuration, 'publisher' | 'retention' | 'retrieval'>

interface Information {
  /** A heading and its paragraphs. */
  readonly sections: readonly (readonly [heading: string, ...paragraphs: string[]])[]
}

type Texts = Readonly<Record<InformationName, (facts: Facts) => Information>>

const french: Texts = {
  help: ({ publisher, retrieval }) => ({
    sections: [
      [
        'Je cherche mon résultat',
        'Ouvrez le lien reçu par SMS ou par e-mail après le test, puis donnez la date de naissance de la personne testée. Le lien vient de ce site et d’aucun autre.',
        `Le lien s’ouvre pendant ${retrieval.linkDays} jours. Trop ancien, il en propose un nouveau, envoyé au même téléphone ou à la même adresse. Après plusieurs dates de naissance fausses il se met en pause et se rouvre seul.`,
        'Sans lien, demandez à l’endroit où le test a été fait de vous l’envoyer de nouveau ou d’imprimer le certificat. Un nom ou une date de naissance faux se corrigent là aussi.',
      ],
      [
        'Je vérifie un certificat',
        'La page « Vérifier un certificat » lit les codes avec la caméra, même sans réseau une fois chargée. Elle ne garde rien et ne prévient personne.',
      ],
      [
        'Je saisis des dépistages',
        'Deux entrées, e-CPS et carte CPS : quand l’une est en panne, l’autre reste ouverte, et une session ouverte n’en a plus besoin. Si tout est en panne, la page du comptoir dit ce que l’on peut encore faire. Ce qui est marqué « transmis » est enregistré.',
      ],
      [
        'Joindre quelqu’un',
        publisher.help ??
          'L’exploitant de ce service n’a pas indiqué de contact. Donnez à votre interlocuteur le code d’assistance affiché avec l’erreur.',
      ],
    ],
  }),
  legal: ({ publisher }) => ({
    sections: [
      [
        'Éditeur',
        publisher.name ?? 'L’exploitant de ce service ne s’est pas nommé dans sa configuration.',
      ],
      ['Directeur de la publication', publisher.director ?? 'Non indiqué par l’exploitant.'],
      ['Hébergeur', publisher.hosting ?? 'Non indiqué par l’exploitant.'],
      [
        'Logiciel',
        'Ce service fonctionne avec sidep, logiciel libre sous licence Apache 2.0. Le logiciel est un travail indépendant : il ne porte aucune marque de l’État et n’engage que l’exploitant nommé ci-dessus.',
      ],
    ],
  }),
  privacy: ({ publisher, retention, retrieval }) => ({
    sections: [
      [
        'Ce qui est enregistré',
        'De la personne testée : nom, prénoms, date de naissance, sexe, et s’ils ont été donnés matricule INS, code postal, téléphone et e-mail ; la date, le lieu, le dispositif et le résultat du test.',
        'Du professionnel : nom, numéro RPPS, profession, lieu d’exercice, et ses actes dans le service.',
      ],
      [
        'Pourquoi',
        'Remettre à la personne son résultat et son certificat, et permettre de les corriger ou de les révoquer. Qui vérifie un certificat ne contacte pas ce service.',
      ],
      [
        'Combien de temps',
        `Les données qui identifient la personne deviennent illisibles après ${retention.identifyingDays} jours, les traces sont effacées après ${retention.tracesDays} jours. Le lien vers le certificat s’ouvre pendant ${retrieval.linkDays} jours.`,
      ],
      [
        'Comment',
        'Les données d’identité sont chiffrées. Chaque acte d’un professionnel, et chaque lecture d’une liste, laisse une trace qui ne peut être modifiée. Les journaux techniques ne contiennent pas d’identité.',
      ],
      [
        'Sur votre appareil',
        'Aucun traceur, aucune mesure d’audience, aucun contenu venu d’ailleurs. Des cookies strictement nécessaires gardent une session de professionnel ou une place en salle d’attente ; la page du comptoir garde chiffré ce qui reste à transmettre ; les pages elles-mêmes sont gardées pour fonctionner sans réseau. La page du résultat ne garde rien de vous.',
      ],
      [
        'Vos droits',
        'Vous pouvez demander l’accès à vos données, leur rectification et la limitation de leur traitement. La page du résultat montre ce qui est connu de vous ; une erreur se corrige à l’endroit où le test a été fait.',
        publisher.dataProtection === null
          ? 'L’exploitant n’a pas indiqué le contact de son délégué à la protection des données.'
          : `Délégué à la protection des données : ${publisher.dataProtection}`,
        'Vous pouvez adresser une réclamation à la CNIL (www.cnil.fr).',
      ],
    ],
  }),
  accessibility: ({ publisher }) => ({
    sections: [
      [
        'État',
        'Ce service n’a pas été audité selon le référentiel général d’amélioration de l’accessibilité (RGAA 4.1). Tant qu’il ne l’a pas été, il est à déclarer non conforme.',
      ],
      [
        'Ce qui a été fait',
        'Les pages sont conçues pour WCAG 2.2 niveau AA. Des essais automatiques (axe-core, dans un vrai navigateur) passent à chaque modification ; les parcours principaux sont essayés au clavier et à 360 pixels de large. Aucun essai avec des personnes handicapées ni avec un lecteur d’écran n’est documenté.',
      ],
      [
        'Ce que nous savons ne pas aller',
        'Les certificats en PDF ne sont pas balisés : un lecteur d’écran y trouve le texte sans sa structure. La page du résultat dit la même chose en texte.',
        'Lire un code demande une caméra ou une image ; le texte du code peut être saisi ou collé à la place.',
      ],
      [
        'Signaler un défaut',
        publisher.help ?? 'L’exploitant de ce service n’a pas indiqué de contact.',
        'Sans réponse satisfaisante, vous pouvez saisir le Défenseur des droits (www.defenseurdesdroits.fr).',
      ],
    ],
  }),
}

const english: Texts = {
  help: ({ publisher, retrieval }) => ({
    sections: [
      [
        'I am looking for my result',
        'Open the link that came by text message or e-mail after the test, then give the birth date of the person tested. The link is of this site and no other.',
        `It opens for ${retrieval.linkDays} days. When it is too old it offers a new one, sent to the same phone or address. After several wrong birth dates it rests, and reopens by itself.`,
        'Without a link, ask the place where the test was made to send it again or to print the certificate. A wrong name or birth date is put right there too.',
      ],
      [
        'I am checking a certificate',
        'The page “Check a certificate” reads codes with the camera, without a network too once it is loaded. It keeps nothing and tells nobody.',
      ],
      [
        'I am entering tests',
        'There are two ways in, e-CPS and CPS card: when one is down the other stays open, and an open session needs neither. When everything is down, the counter’s page says what can still be done. What is marked as sent is recorded.',
      ],
      [
        'Reaching somebody',
        publisher.help ??
          'The operator of this service has named no contact. Give whoever helps you the support code shown with the error.',
      ],
    ],
  }),
  legal: ({ publisher }) => ({
    sections: [
      [
        'Publisher',
        publisher.name ?? 'The operator of this service is not named in its configuration.',
      ],
      ['Director of publication', publisher.director ?? 'Not named by the operator.'],
      ['Hosting', publisher.hosting ?? 'Not named by the operator.'],
      [
        'Software',
        'This service runs on sidep, free software under the Apache 2.0 licence. The software is an independent work: it carries no state branding, and what is done with it is the responsibility of the operator named above.',
      ],
    ],
  }),
  privacy: ({ publisher, retention, retrieval }) => ({
    sections: [
      [
        'What is recorded',
        'Of the person tested: name, first names, birth date, sex and, where given, health identity number (INS), postal code, phone and e-mail; date, place, device and result of the test.',
        'Of the professional: name, RPPS number, profession, place of work, and what they do in the service.',
      ],
      [
        'What for',
        'To give people their result and certificate, and to be able to correct or revoke them. Whoever checks a certificate does not contact this service.',
      ],
      [
        'For how long',
        `Data that identifies a person is unreadable after ${retention.identifyingDays} days, traces are removed after ${retention.tracesDays} days. The link to the certificate opens for ${retrieval.linkDays} days.`,
      ],
      [
        'How',
        'Identity data is encrypted. Each act of a professional, and each reading of a list, leaves a trace that cannot be changed. Technical logs carry no identities.',
      ],
      [
        'On your device',
        'No tracker, no measuring of visits, nothing from elsewhere. Strictly necessary cookies keep a professional’s session or a place in the waiting room; the counter’s page keeps what is still to be sent, encrypted; the pages themselves are kept so that they work without a network. The result’s page keeps nothing about you.',
      ],
      [
        'Your rights',
        'You may ask for access to your data, to have it put right, and to have its processing restricted. The result’s page shows what is known about you; an error is put right where the test was made.',
        publisher.dataProtection === null
          ? 'The operator has named no data protection officer.'
          : `Data protection officer: ${publisher.dataProtection}`,
        'You may complain to the French data protection authority, CNIL (www.cnil.fr).',
      ],
    ],
  }),
  accessibility: ({ publisher }) => ({
    sections: [
      [
        'Where it stands',
        'This service has not been audited against the French accessibility standard (RGAA 4.1). Until it is, it has to be declared not compliant.',
      ],
      [
        'What was done',
        'The pages are made for WCAG 2.2 level AA. Automatic tests (axe-core, in a real browser) pass at every change; the main ways through are tried by keyboard and at 360 pixels. No test with disabled people or with a screen reader is on record.',
      ],
      [
        'What we know to be wrong',
        'Certificates in PDF are not tagged: a screen reader finds the text without its structure. The result’s page says the same as text.',
        'Reading a code takes a camera or a picture; the text of the code can be typed or pasted instead.',
      ],
      [
        'Telling of a fault',
        publisher.help ?? 'The operator of this service has named no contact.',
        'If the answer does not satisfy you, you may turn to the Défenseur des droits (www.defenseurdesdroits.fr).',
      ],
    ],
  }),
}

export const informationTexts: Readonly<Record<Language, Texts>> = { fr: french, en: english }
