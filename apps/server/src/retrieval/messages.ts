import { transliterateIcao } from '@sidep/identifiers'
import { septetsOf, smsSeptetsMax, toGsm7 } from './gsm7.ts'
import type { MessageKind } from './outbox.ts'

export type Language = 'fr' | 'en'

export interface LinkMessage {
  /**
   * What a message is about: the link to a document, that somebody tried to open it, the number that opens a paused link,
   * or what became of a document: corrected, withdrawn, or one of a recovery came with it.
   */
  readonly kind: MessageKind
  readonly language: Language
  readonly siteName: string
  /**
   * Whose document it is, so that a family with one phone can tell them apart; too little to name anybody (`whoseOf`).
   */
  readonly whose: string
  /** Where the document is opened, code in the fragment; the page is told to speak the message's language. */
  readonly url: string
  /** Days that the link stays open, said in the e-mail. */
  readonly linkDays: number
  /** Six digits, for `unlock` alone. */
  readonly unlockNumber: string | null
}

export interface EmailText {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/**
 * What is sent to a person. No result, no kind of test, no name but three letters of it: whoever reads over a shoulder, or
 * owns a shared phone, learns that there is a document at a site and that it takes a birth date to open it.
 */
const catalogue = {
  fr: {
    sms: (site: string, whose: string, url: string): string =>
      `${site} : document de ${whose}, avec sa date de naissance : ${url}`,
    smsShort: (whose: string, url: string): string => `Document de ${whose} : ${url}`,
    smsNotice: (site: string, whose: string): string =>
      `${site} : quelqu'un a essayé d'ouvrir le document de ${whose} avec de fausses dates de naissance. Il reste fermé. Rien à faire si c'était vous.`,
    smsUnlock: (whose: string, number: string): string =>
      `${number} ouvre le document de ${whose}, pendant 10 minutes. Ne donnez ce nombre à personne.`,
    smsChange: {
      correction: (site: string, whose: string, url: string): string =>
        `${site} : document de ${whose} corrigé, l'ancien n'est plus accepté. Le nouveau : ${url}`,
      withdrawal: (site: string, whose: string, url: string): string =>
        `${site} : document de ${whose} annulé, il n'est plus accepté. ${url}`,
      recovery: (site: string, whose: string, url: string): string =>
        `${site} : document de ${whose}, le certificat demandé est là : ${url}`,
    },
    smsChangeShort: {
      correction: (whose: string, url: string): string => `Document de ${whose} corrigé : ${url}`,
      withdrawal: (whose: string, url: string): string => `Document de ${whose} annulé : ${url}`,
      recovery: (whose: string, url: string): string =>
        `Document de ${whose}, certificat demandé : ${url}`,
    },
    changeSubject: {
      correction: 'Votre document a été corrigé',
      withdrawal: 'Votre document a été annulé',
      recovery: 'Le certificat que vous avez demandé est prêt',
    },
    changed: {
      correction: (whose: string, site: string): string =>
        `Le document de ${whose} a été corrigé par le lieu du test${site === '' ? '' : ` (${site})`}. L’ancien n’est plus accepté : remplacez celui que vous avez imprimé ou enregistré.`,
      withdrawal: (whose: string, site: string): string =>
        `Le document de ${whose} a été annulé${site === '' ? '' : ` (${site})`}. Il n’est plus accepté nulle part. Pour savoir pourquoi, adressez-vous au lieu du test.`,
      recovery: (whose: string, site: string): string =>
        `Un certificat a été demandé sur la page du document de ${whose}${site === '' ? '' : ` (${site})`}. Il y est prêt : à afficher, à enregistrer ou à imprimer. Si personne de chez vous ne l’a demandé, dites-le à ce lieu.`,
    },
    noticeSubject: 'Des essais d’ouverture de votre document',
    notice: (whose: string, site: string): string =>
      `Quelqu’un a essayé d’ouvrir le document de ${whose}${site === '' ? '' : ` (${site})`} avec de fausses dates de naissance. Il reste fermé.`,
    noticeAdvice:
      'Si c’était vous, il n’y a rien à faire : le lien se rouvre tout seul. Sinon, ne transmettez ce lien à personne ; le lieu qui a fait le document peut vous aider.',
    subject: 'Votre document est disponible',
    greeting: 'Bonjour,',
    ready: (whose: string, site: string): string =>
      site === ''
        ? `Le document de ${whose} est disponible.`
        : `Le document de ${whose} est disponible (${site}).`,
    open: 'Pour l’ouvrir, suivez ce lien et indiquez la date de naissance de la personne testée :',
    duration: (days: number): string =>
      `Ce lien reste ouvert ${days} jours. S’il est trop ancien, la même page vous en envoie un nouveau.`,
    privacy:
      'Ne transmettez pas ce message : le lien est personnel. Si vous n’attendez rien, ignorez-le.',
    automatic: 'Message automatique : les réponses ne sont pas lues.',
  },
  en: {
    sms: (site: string, whose: string, url: string): string =>
      `${site}: document of ${whose}, opens with their birth date: ${url}`,
    smsShort: (whose: string, url: string): string => `Document of ${whose}: ${url}`,
    smsNotice: (site: string, whose: string): string =>
      `${site}: somebody tried to open the document of ${whose} with wrong birth dates. It stays closed. Nothing to do if it was you.`,
    smsUnlock: (whose: string, number: string): string =>
      `${number} opens the document of ${whose}, for 10 minutes. Give this number to nobody.`,
    smsChange: {
      correction: (site: string, whose: string, url: string): string =>
        `${site}: document of ${whose} corrected, the old one is no longer accepted. The new one: ${url}`,
      withdrawal: (site: string, whose: string, url: string): string =>
        `${site}: document of ${whose} withdrawn, it is no longer accepted. ${url}`,
      recovery: (site: string, whose: string, url: string): string =>
        `${site}: document of ${whose}, the certificate asked for is ready: ${url}`,
    },
    smsChangeShort: {
      correction: (whose: string, url: string): string => `Document of ${whose} corrected: ${url}`,
      withdrawal: (whose: string, url: string): string => `Document of ${whose} withdrawn: ${url}`,
      recovery: (whose: string, url: string): string =>
        `Document of ${whose}, certificate asked for: ${url}`,
    },
    changeSubject: {
      correction: 'Your document was corrected',
      withdrawal: 'Your document was withdrawn',
      recovery: 'The certificate that you asked for is ready',
    },
    changed: {
      correction: (whose: string, site: string): string =>
        `The document of ${whose} was corrected by the place of the test${site === '' ? '' : ` (${site})`}. The old one is no longer accepted: replace the one that you printed or saved.`,
      withdrawal: (whose: string, site: string): string =>
        `The document of ${whose} was withdrawn${site === '' ? '' : ` (${site})`}. It is accepted nowhere any more. To learn why, ask the place of the test.`,
      recovery: (whose: string, site: string): string =>
        `A certificate was asked for on the page of the document of ${whose}${site === '' ? '' : ` (${site})`}. It is ready there: to show, to save or to print. If nobody of yours asked for it, tell that place.`,
    },
    noticeSubject: 'Somebody tried to open your document',
    notice: (whose: string, site: string): string =>
      `Somebody tried to open the document of ${whose}${site === '' ? '' : ` (${site})`} with wrong birth dates. It stays closed.`,
    noticeAdvice:
      'If it was you there is nothing to do: the link reopens by itself. Otherwise pass the link on to nobody; the place that made the document can help you.',
    subject: 'Your document is ready',
    greeting: 'Hello,',
    ready: (whose: string, site: string): string =>
      site === ''
        ? `The document of ${whose} is ready.`
        : `The document of ${whose} is ready (${site}).`,
    open: 'To open it, follow this link and enter the date of birth of the person tested:',
    duration: (days: number): string =>
      `This link stays open for ${days} days. If it is too old, the same page sends you a new one.`,
    privacy: 'Do not pass this message on: the link is personal. If you expect nothing, ignore it.',
    automatic: 'Automatic message: replies are not read.',
  },
} as const

/** The link as a reader of a language gets it: French is what a page speaks unless told, or set, otherwise. */
const linkIn = (language: Language, url: string): string => {
  if (language === 'fr') return url
  const address = new URL(url)
  address.searchParams.set('lang', language)
  return address.href
}

/** The first letters of a name, as they stand in the certificate's Latin letters: every phone can show them. */
const initialsOf = (name: string, count: number): string => {
  const letters = transliterateIcao(name).replaceAll('<', '').slice(0, count)
  return letters.slice(0, 1) + letters.slice(1).toLowerCase()
}

/** `Paul MARTIN` → `Pa. M.`: the first two letters of the first name and the first of the family name. */
export const whoseOf = ({
  firstNames,
  familyName,
}: {
  readonly firstNames: string
  readonly familyName: string
}): string =>
  [initialsOf(firstNames, 2), initialsOf(familyName, 1)]
    .filter((letters) => letters !== '')
    .map((letters) => `${letters}.`)
    .join(' ')

const siteNameCharactersMax = 80

/** A site's name as one line: it comes from the directory and ends up in message headers and bodies. */
const oneLine = (text: string): string =>
  [...text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()].slice(0, siteNameCharactersMax).join('')

/** A text with as much of a site's name as one SMS has room for; null when that would no longer name it. */
const withSite = (siteName: string, text: (site: string) => string): string | null => {
  const site = toGsm7(oneLine(siteName)).trim()
  const excess = (septetsOf(text(site)) ?? Number.POSITIVE_INFINITY) - smsSeptetsMax
  if (site !== '' && excess <= 0) return text(site)
  const shortened = site.slice(0, Math.max(0, site.length - excess)).trim()
  // Fewer than eight letters no longer name a place.
  return shortened.length >= 8 ? text(shortened) : null
}

/**
 * The SMS: one message of 160 septets where the link leaves room, with as much of the site's name as fits;
 * without it when none of it does.
 */
export const renderSms = (message: LinkMessage): string => {
  const words = catalogue[message.language]
  if (message.kind === 'unlock') {
    return toGsm7(words.smsUnlock(message.whose, message.unlockNumber ?? ''))
  }
  if (message.kind === 'notice') {
    const text = (site: string): string => toGsm7(words.smsNotice(site, message.whose))
    return withSite(message.siteName, text) ?? text('SIDEP')
  }
  const url = linkIn(message.language, message.url)
  const { whose, kind } = message
  if (kind !== 'link') {
    const text = (site: string): string => toGsm7(words.smsChange[kind](site, whose, url))
    return withSite(message.siteName, text) ?? toGsm7(words.smsChangeShort[kind](whose, url))
  }
  const text = (site: string): string => toGsm7(words.sms(site, whose, url))
  return withSite(message.siteName, text) ?? toGsm7(words.smsShort(whose, url))
}

const htmlEntities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => htmlEntities[character] ?? character)

const paragraphsOf = (language: Language, message: LinkMessage): readonly string[] => {
  const words = catalogue[language]
  if (message.kind === 'notice') {
    const site = oneLine(message.siteName)
    return [words.greeting, words.notice(message.whose, site), words.noticeAdvice, words.automatic]
  }
  const { kind } = message
  return [
    words.greeting,
    kind === 'link' || kind === 'unlock'
      ? words.ready(message.whose, oneLine(message.siteName))
      : words.changed[kind](message.whose, oneLine(message.siteName)),
    words.open,
    linkIn(language, message.url),
    words.duration(message.linkDays),
    words.privacy,
    words.automatic,
  ]
}

const htmlSection = (language: Language, message: LinkMessage): string => {
  const url = linkIn(language, message.url)
  const link = escapeHtml(url)
  const paragraphs = paragraphsOf(language, message).map((paragraph) =>
    paragraph === url ? `<p><a href="${link}">${link}</a></p>` : `<p>${escapeHtml(paragraph)}</p>`,
  )
  return `<div lang="${language}">\n${paragraphs.join('\n')}\n</div>`
}

const subjectOf = ({ kind, language }: LinkMessage): string => {
  const words = catalogue[language]
  if (kind === 'notice') return words.noticeSubject
  return kind === 'link' || kind === 'unlock' ? words.subject : words.changeSubject[kind]
}

/** The e-mail: the person's language first, the other below, as plain text and as plain HTML without images. */
export const renderEmail = (message: LinkMessage): EmailText => {
  const languages: readonly Language[] = message.language === 'fr' ? ['fr', 'en'] : ['en', 'fr']
  const texts = languages.map((language) => paragraphsOf(language, message).join('\n\n'))
  const sections = languages.map((language) => htmlSection(language, message))
  const subject = subjectOf(message)
  return {
    subject,
    text: `${texts.join('\n\n— — —\n\n')}\n`,
    html: `<!doctype html>\n<html lang="${message.language}">\n<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>\n<body>\n${sections.join('\n<hr>\n')}\n</body>\n</html>\n`,
  }
}
