import { defineMessages } from '../../shared/messages/catalogue.ts'

export const twoResultsMessages = defineMessages(
  {
    compare: 'Comparer et décider',
    compareOf: 'Comparer et décider, {name}',
    title: 'Deux résultats pour {name}',
    safe: 'Un autre poste a enregistré un résultat pour ce dépistage pendant que celui-ci attendait. Rien n’est effacé : à vous de dire lequel vaut.',
    reading: 'Lecture de ce qui est enregistré…',
    readFailed: 'Ce qui est enregistré n’a pas pu être lu. Votre saisie reste sur ce poste.',
    readAgain: 'Lire à nouveau',
    here: 'Saisi ici',
    hereAt: '{result}, lu le {time}',
    recorded: 'Enregistré au portail',
    recordedNone: 'Pas encore de résultat',
    holdsDocument:
      'La personne a en main un certificat provisoire qui dit « {result} ». Si ce n’est pas le bon résultat, prévenez-la.',
    reach: 'Pour la joindre : {contact}',
    sameNow: 'Le portail n’a plus d’autre résultat que le vôtre.',
    sendAgain: 'Transmettre à nouveau',
    take: 'Garder « {result} », comme enregistré',
    takeHelp:
      'Si le résultat enregistré est le bon : votre saisie le prend, et le lien imprimé sur un certificat provisoire mène au certificat définitif.',
    overrideTitle: 'Ou mettre votre saisie de côté',
    overrideHelp:
      'Le résultat enregistré ne change pas. Le portail garde le vôtre avec la raison, à votre nom, et le signale à l’exploitant.',
    reason: 'Pourquoi ?',
    'reason_recorded-is-wrong': 'Le résultat enregistré est faux',
    'reason_wrong-person': 'Un des deux a été saisi pour une autre personne',
    'reason_cannot-tell': 'Impossible de savoir lequel est le bon',
    reasonRequired: 'Choisissez la raison.',
    override: 'Mettre de côté',
  },
  {
    compare: 'Compare and decide',
    compareOf: 'Compare and decide, {name}',
    title: 'Two results for {name}',
    safe: 'Another device recorded a result for this screening while this one waited. Nothing is deleted: it is for you to say which one counts.',
    reading: 'Reading what is recorded…',
    readFailed: 'What is recorded could not be read. Your entry stays on this device.',
    readAgain: 'Read again',
    here: 'Entered here',
    hereAt: '{result}, read on {time}',
    recorded: 'Recorded in the portal',
    recordedNone: 'No result yet',
    holdsDocument:
      'The person holds a provisional certificate that says “{result}”. If that is not the right result, tell them.',
    reach: 'How to reach them: {contact}',
    sameNow: 'The portal has no result other than yours any more.',
    sendAgain: 'Send again',
    take: 'Keep “{result}”, as recorded',
    takeHelp:
      'If the recorded result is the right one: your entry takes it, and the link printed on a provisional certificate leads to the definitive one.',
    overrideTitle: 'Or put your entry aside',
    overrideHelp:
      'The recorded result does not change. The portal keeps yours with the reason, in your name, and tells operations.',
    reason: 'Why?',
    'reason_recorded-is-wrong': 'The recorded result is wrong',
    'reason_wrong-person': 'One of the two was entered for somebody else',
    'reason_cannot-tell': 'It cannot be told which one is right',
    reasonRequired: 'Choose the reason.',
    override: 'Put aside',
  },
)
