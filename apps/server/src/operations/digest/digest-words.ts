/** What a professional reads of a day, by e-mail and on the page of its link: French first, the same in English. */
import { clockIn, parisZone } from '@sidep/time'
import type { Digest } from './digest-store.ts'

const numbers = { fr: new Intl.NumberFormat('fr-FR'), en: new Intl.NumberFormat('en-GB') }
const days = {
  fr: new Intl.DateTimeFormat('fr-FR', { dateStyle: 'full', timeZone: 'UTC' }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }),
}

type Language = keyof typeof days
type Told = Pick<Digest, 'day' | 'entries' | 'sites' | 'firstAt' | 'lastAt'>

const dayWords = (day: string, language: Language): string =>
  days[language].format(new Date(`${day}T00:00:00Z`))

const sitesWords = ({ sites }: Told, language: Language): string =>
  sites
    .map(({ name, site, entries }) => `- ${name} (${site}) : ${numbers[language].format(entries)}`)
    .join('\n')

const clock = (at: Date): string => clockIn(at, parisZone)

const frenchText = (digest: Told, url: string): string => `Bonjour,

${dayWords(digest.day, 'fr')}, ${numbers.fr.format(digest.entries)} dépistage(s) ont été enregistrés à votre nom, entre ${clock(digest.firstAt)} et ${clock(digest.lastAt)} (heure de Paris) :
${sitesWords(digest, 'fr')}

C’était bien vous, ou quelqu’un qui travaille pour vous : il n’y a rien à faire.
Ce n’était pas vous : ouvrez cette page, qui dit ce qui se passera avant que vous confirmiez :
${url}
`

const englishText = (digest: Told, url: string): string => `Hello,

On ${dayWords(digest.day, 'en')}, ${numbers.en.format(digest.entries)} test(s) were recorded in your name, between ${clock(digest.firstAt)} and ${clock(digest.lastAt)} (Paris time):
${sitesWords(digest, 'en')}

If that was you, or somebody who works for you, there is nothing to do.
If it was not you, open this page, which says what will happen before you confirm:
${url}&lang=en
`

export const digestMail = (
  digest: Told,
  url: string,
): { readonly subject: string; readonly text: string } => ({
  subject: `Dépistages enregistrés à votre nom le ${dayWords(digest.day, 'fr')}`,
  text: `${frenchText(digest, url)}\n-- \n\n${englishText(digest, url)}`,
})

export const pageWords = {
  fr: {
    title: 'Ce n’était pas moi',
    what: ({ day, entries }: Told) =>
      `${numbers.fr.format(entries)} dépistage(s) enregistrés à votre nom, ${dayWords(day, 'fr')}.`,
    between: ({ firstAt, lastAt }: Told) =>
      `Entre ${clock(firstAt)} et ${clock(lastAt)}, heure de Paris :`,
    willHappen: 'Si vous confirmez',
    effects: [
      'Tous les certificats de ces dépistages sont annulés, et les personnes testées prévenues. Cela ne peut pas être repris.',
      'L’autorité est alertée et vous appelle ; elle peut suspendre votre compte le temps de comprendre.',
      'Vos autres jours ne sont pas touchés.',
    ],
    confirm: 'Confirmer : ce n’était pas moi',
    otherwise: 'Si c’était vous, fermez cette page : rien n’est changé.',
    done: 'C’est noté',
    doneWords:
      'Les certificats de ce jour sont en cours d’annulation et l’autorité est alertée. Changez votre code, et faites opposition à votre carte si elle a disparu.',
    unknownTitle: 'Ce lien ne mène à rien',
    unknown: 'Il a plus de trente jours, ou n’a pas été recopié en entier.',
  },
  en: {
    title: 'This was not me',
    what: ({ day, entries }: Told) =>
      `${numbers.en.format(entries)} test(s) recorded in your name on ${dayWords(day, 'en')}.`,
    between: ({ firstAt, lastAt }: Told) =>
      `Between ${clock(firstAt)} and ${clock(lastAt)}, Paris time:`,
    willHappen: 'If you confirm',
    effects: [
      'All certificates of these tests are withdrawn, and the people tested are told. It cannot be taken back.',
      'The authority is alerted and calls you; it may suspend your account until it is understood.',
      'Your other days are not touched.',
    ],
    confirm: 'Confirm: this was not me',
    otherwise: 'If it was you, close this page: nothing is changed.',
    done: 'It is noted',
    doneWords:
      'The certificates of that day are being withdrawn and the authority is alerted. Change your code, and have your card blocked if it is gone.',
    unknownTitle: 'This link leads nowhere',
    unknown: 'It is older than thirty days, or was not copied whole.',
  },
} as const
