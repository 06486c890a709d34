/** The page of the waiting room: all there is to know without script, kept up to date with it. French and English. */

export type Language = 'fr' | 'en'

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
    title: 'Salle d’attente · sidep',
    heading: 'Salle d’attente',
    why: 'Beaucoup de professionnels se connectent en ce moment. Chacun entre à son tour, dans l’ordre d’arrivée.',
    position: 'Votre place',
    wait: 'Attente estimée',
    unknown: 'en cours de calcul',
    keep: 'Votre place est gardée sur cet appareil, même si vous rechargez la page. La connexion s’ouvrira d’elle-même à votre tour.',
    plain: 'Sans JavaScript, cette page se recharge seule.',
    type: 'Continuer la saisie en attendant',
    typeWhy: 'Rien de ce que vous saisissez n’est perdu : tout partira une fois connecté.',
    now: 'C’est votre tour : ouverture de la connexion…',
    minute: 'moins d’une minute',
    minutes: 'environ {minutes} min',
    other: 'English',
  },
  en: {
    title: 'Waiting room · sidep',
    heading: 'Waiting room',
    why: 'Many professionals are signing in at the moment. Everyone gets in in turn, in the order they came.',
    position: 'Your place',
    wait: 'Estimated wait',
    unknown: 'being worked out',
    keep: 'Your place is kept on this device, even if you reload the page. Sign-in opens by itself when it is your turn.',
    plain: 'Without JavaScript, this page reloads by itself.',
    type: 'Go on entering tests meanwhile',
    typeWhy: 'Nothing you enter is lost: everything is sent once you are signed in.',
    now: 'It is your turn: opening sign-in…',
    minute: 'less than a minute',
    minutes: 'about {minutes} min',
    other: 'Français',
  },
} as const satisfies Record<Language, Record<string, string>>

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (found) => escapes[found] ?? '')

/** Rounded up: whoever waits less than they were told is not sorry. */
export const waitInWords = (language: Language, waitSeconds: number): string =>
  waitSeconds < 60
    ? words[language].minute
    : words[language].minutes.replace('{minutes}', String(Math.ceil(waitSeconds / 60)))

const inNumbers = (language: Language, position: number): string =>
  new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB').format(position)

/** The whole document; nothing in it is inline that a strict Content-Security-Policy would refuse. */
export const renderRoomPage = (page: RoomPage): string => {
  const { language, position, waitSeconds } = page
  const w = words[language]
  const other = language === 'fr' ? 'en' : 'fr'
  const separator = page.selfPath.includes('?') ? '&' : '?'
  const place = position === null ? w.unknown : inNumbers(language, position)
  const wait = waitSeconds === null ? w.unknown : waitInWords(language, waitSeconds)
  const data = Object.entries({
    'data-door': page.doorPath,
    'data-poll-seconds': String(page.pollAfterSeconds),
    'data-minute': w.minute,
    'data-minutes': w.minutes,
    'data-unknown': w.unknown,
    'data-now': w.now,
  })
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(' ')
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(w.title)}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/attente/room.css">
<noscript><meta http-equiv="refresh" content="${page.pollAfterSeconds};url=${escaped(page.selfPath)}"></noscript>
<script src="/attente/room.js" defer></script>
</head>
<body>
<main id="room" ${data}>
<h1>${escaped(w.heading)}</h1>
<p>${escaped(w.why)}</p>
<dl>
<div><dt>${escaped(w.position)}</dt><dd id="position">${escaped(place)}</dd></div>
<div><dt>${escaped(w.wait)}</dt><dd id="wait">${escaped(wait)}</dd></div>
</dl>
<p id="news" role="status"></p>
<p>${escaped(w.keep)}</p>
<noscript><p>${escaped(w.plain)}</p></noscript>
<p><a class="button" href="${escaped(page.returnPath)}">${escaped(w.type)}</a></p>
<p class="muted">${escaped(w.typeWhy)}</p>
</main>
<footer><a href="${escaped(`${page.selfPath}${separator}lang=${other}`)}" hreflang="${other}" lang="${other}">${w.other}</a></footer>
</body>
</html>
`
}
