/**
 * Pages that the server writes itself: words and links in one frame, whole without script and without the built pages.
 * The waiting room, errors as people see them, and what everybody may know about the portal.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InformationName, informationPaths } from '@sidep/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Language, preferredLanguage } from '../language.ts'

export type { Language }

export const paperStylePath = '/papier.css'

/** For text and attributes. All of ASCII, because a string of one-byte characters is several times faster to send. */
export const escaped = (text: string): string =>
  text.replace(/[^ !#-%(-;=?-~]/gu, (found) =>
    found === '&' ? '&amp;' : `&#${found.codePointAt(0)};`,
  )

/** Of the foot of every page; those of the pages that it leads to are their titles. */
export const footerWords = {
  fr: {
    home: 'Accueil',
    about: 'Sur ce service',
    help: 'Aide',
    legal: 'Mentions légales',
    privacy: 'Vie privée',
    accessibility: 'Accessibilité : non conforme',
  },
  en: {
    home: 'Home',
    about: 'About this service',
    help: 'Help',
    legal: 'Legal notice',
    privacy: 'Privacy',
    accessibility: 'Accessibility: not compliant',
  },
} as const satisfies Record<Language, Record<string, string>>

interface Paper {
  readonly language: Language
  readonly title: string
  /** HTML of what is inside `<main>`. */
  readonly body: string
  /** More of `<head>`, as HTML. */
  readonly head?: string
  /** Attributes of `<main>`, as HTML. */
  readonly mainAttributes?: string
  /** Where the same page is in the other language; null where both are on it. */
  readonly otherLanguagePath: string | null
}

const footerOf = (language: Language, otherLanguagePath: string | null): string => {
  const w = footerWords[language]
  const other = language === 'fr' ? 'en' : 'fr'
  const links = Object.entries(informationPaths).map(
    ([name, path]) =>
      `<li><a href="${path}?lang=${language}">${escaped(w[name as InformationName])}</a></li>`,
  )
  const change =
    otherLanguagePath === null
      ? ''
      : `<a href="${escaped(otherLanguagePath)}" hreflang="${other}" lang="${other}">${other === 'fr' ? 'Fran&#231;ais' : 'English'}</a>`
  return `<footer>
<nav aria-label="${escaped(w.about)}"><ul><li><a href="/?lang=${language}">${w.home}</a></li>${links.join('')}</ul></nav>
${change}
</footer>`
}

const footers = new Map<string, string>()
/** Written once for each language and place: a page of the room is asked for ten thousand times a minute. */
const footer = (language: Language, otherLanguagePath: string | null): string => {
  if (otherLanguagePath !== null) return footerOf(language, otherLanguagePath)
  const known = footers.get(language) ?? footerOf(language, null)
  footers.set(language, known)
  return known
}

/** The whole document; nothing in it is inline that a strict Content-Security-Policy would refuse. */
export const renderPaper = (paper: Paper): string => {
  const { language, title, body, head = '', mainAttributes = '', otherLanguagePath } = paper
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} &#183; sidep</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${paperStylePath}">
${head}</head>
<body>
<main${mainAttributes}>
${body}
</main>
${footer(language, otherLanguagePath)}
</body>
</html>
`
}

/** The language asked for in the address, else the browser's, else French. */
export const languageOf = (request: FastifyRequest, asked: unknown): Language =>
  asked === 'fr' || asked === 'en' ? asked : preferredLanguage(request.headers['accept-language'])

export const servePaperStyle = (app: FastifyInstance): void => {
  const content = readFileSync(join(import.meta.dirname, 'paper.css'))
  app.get(paperStylePath, async (_, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'public, max-age=300')
      .send(content),
  )
}
