/** The page of the waiting room: all there is to know without script, kept up to date with it. French and English. */

import { escaped, type Language, renderPaper } from '../platform/paper/paper.ts'

export interface RoomPage {
  readonly language: Language
  /** Null when it cannot be said at the moment. */
  readonly position: number | null
  readonly waitSeconds: number | null
  readonly pollAfterSeconds: number
  /** This page's own address with its parameters, for the reader without script and the other language. */
  readonly selfPath: string
  /** Where to go when it is one's turn. */
  readonly doorPath: string
  readonly returnPath: string
}

const words = {
  fr: {
    title: 'Salle d’attente',
    heading: 'Salle d’attente',
    why: 'Beaucoup de professionnels se connectent en ce moment. Chacun entre à son tour, dans l’ordre d’arrivée.',
    position: 'Votre place',
    wait: 'Attente estimée',
    unknown: 'en cours de calcul',
    keep: 'Votre place est gardée sur cet appareil, même si vous rechargez la page. La connexion s’ouvrira d’elle-même à votre tour.',
    plain: 'Sans JavaScript, cette page se recharge seule.',
    type: 'Continuer la saisie en attendant',
    typeWhy: 'Rien de ce que vous saisissez n’est perdu : tout partira une fois connecté.',
    status: 'État du service : ce qui fonctionne, et que faire',
    now: 'C’est votre tour : ouverture de la connexion…',
    minute: 'moins d’une minute',
    minutes: 'environ {minutes} min',
  },
  en: {
    title: 'Waiting room',
    heading: 'Waiting room',
    why: 'Many professionals are signing in at the moment. Everyone gets in in turn, in the order they came.',
    position: 'Your place',
    wait: 'Estimated wait',
    unknown: 'being worked out',
    keep: 'Your place is kept on this device, even if you reload the page. Sign-in opens by itself when it is your turn.',
    plain: 'Without JavaScript, this page reloads by itself.',
    type: 'Go on entering tests meanwhile',
    typeWhy: 'Nothing you enter is lost: everything is sent once you are signed in.',
    status: 'Service status: what works, and what to do',
    now: 'It is your turn: opening sign-in…',
    minute: 'less than a minute',
    minutes: 'about {minutes} min',
  },
} as const satisfies Record<Language, Record<string, string>>

/** Rounded up: nobody minds waiting less than they were told. */
export const waitInWords = (language: Language, waitSeconds: number): string =>
  waitSeconds < 60
    ? words[language].minute
    : words[language].minutes.replace('{minutes}', String(Math.ceil(waitSeconds / 60)))

const numbers = {
  fr: new Intl.NumberFormat('fr-FR'),
  en: new Intl.NumberFormat('en-GB'),
} as const satisfies Record<Language, Intl.NumberFormat>

const escapedAll = <Key extends string>(texts: Readonly<Record<Key, string>>) =>
  Object.fromEntries(
    Object.entries<string>(texts).map(([key, text]) => [key, escaped(text)]),
  ) as Record<Key, string>
const inHtml = { fr: escapedAll(words.fr), en: escapedAll(words.en) } as const

/** The whole document; nothing in it is inline that a strict Content-Security-Policy would refuse. */
export const renderRoomPage = (page: RoomPage): string => {
  const { language, position, waitSeconds } = page
  const w = inHtml[language]
  const other = language === 'fr' ? 'en' : 'fr'
  const separator = page.selfPath.includes('?') ? '&' : '?'
  const place = position === null ? w.unknown : escaped(numbers[language].format(position))
  const wait = waitSeconds === null ? w.unknown : escaped(waitInWords(language, waitSeconds))
  const self = escaped(page.selfPath)
  return renderPaper({
    language,
    title: words[language].title,
    otherLanguagePath: `${page.selfPath}${separator}lang=${other}`,
    head: `<meta name="robots" content="noindex">
<noscript><meta http-equiv="refresh" content="${page.pollAfterSeconds};url=${self}"></noscript>
<script src="/attente/room.js" defer></script>
`,
    mainAttributes: ` id="room" data-door="${escaped(page.doorPath)}" data-poll-seconds="${page.pollAfterSeconds}" data-minute="${w.minute}" data-minutes="${w.minutes}" data-unknown="${w.unknown}" data-now="${w.now}"`,
    body: `<h1>${w.heading}</h1>
<p>${w.why}</p>
<dl>
<div><dt>${w.position}</dt><dd id="position">${place}</dd></div>
<div><dt>${w.wait}</dt><dd id="wait">${wait}</dd></div>
</dl>
<p id="news" role="status"></p>
<p>${w.keep}</p>
<noscript><p>${w.plain}</p></noscript>
<p><a class="button" href="${escaped(page.returnPath)}">${w.type}</a></p>
<p class="muted">${w.typeWhy}</p>
<p><a href="${language === 'en' ? '/etat/en/' : '/etat/'}">${w.status}</a></p>`,
  })
}
