/** A problem as people see it: what happened in both languages, what to do, and the code to read out on the phone. */
import { type ProblemDocument, type ProblemEntry, problemRegistry } from '@sidep/contracts'
import { escaped, type Language, renderPaper } from './paper.ts'

/** What somebody can do about it, by the family of the status. */
type Advice = 'address' | 'gone' | 'wait' | 'broken' | 'other'

const adviceOf = ({ status }: Pick<ProblemDocument, 'status'>): Advice => {
  if (status === 404 || status === 405) return 'address'
  if (status === 410) return 'gone'
  if (status === 429 || status === 503) return 'wait'
  return status >= 500 ? 'broken' : 'other'
}

const words = {
  fr: {
    address: 'Vérifiez l’adresse, ou partez de l’accueil.',
    gone: 'Ce qui était à cette adresse n’y est plus.',
    wait: 'Le service reçoit beaucoup de demandes ou reprend après une interruption. Rien de ce qui a été confirmé n’est perdu.',
    broken:
      'L’erreur vient de notre côté et a été notée. Rien de ce qui a été confirmé n’est perdu.',
    other: 'Revenez à la page précédente, ou partez de l’accueil.',
    again: (seconds: number) => `Réessayez dans ${seconds}\u00a0s.`,
    status: 'État du service, et que faire en attendant',
    home: 'Aller à l’accueil',
    support: 'Code d’assistance',
  },
  en: {
    address: 'Check the address, or start from the home page.',
    gone: 'What was at this address is there no longer.',
    wait: 'The service is receiving many requests, or is coming back after an interruption. Nothing that was confirmed is lost.',
    broken: 'The error is ours and has been noted. Nothing that was confirmed is lost.',
    other: 'Go back to the page before, or start from the home page.',
    again: (seconds: number) => `Try again in ${seconds}\u00a0s.`,
    status: 'Service status, and what to do meanwhile',
    home: 'Go to the home page',
    support: 'Support code',
  },
} as const

const told = (problem: ProblemDocument, language: Language): readonly string[] => {
  const w = words[language]
  const { retryAfterSeconds } = problem
  return [
    w[adviceOf(problem)],
    ...(retryAfterSeconds === undefined ? [] : [w.again(retryAfterSeconds)]),
  ]
}

/** Of what is not the reader's fault: where it is said what works. */
const statusLink = (problem: ProblemDocument, language: Language): string =>
  problem.status >= 500 || problem.status === 429
    ? `<p><a href="${language === 'en' ? '/etat/en/' : '/etat/'}">${escaped(words[language].status)}</a></p>\n`
    : ''

const paragraphs = (texts: readonly string[]): string =>
  texts.map((text) => `<p>${escaped(text)}</p>`).join('\n')

/** The whole document; the reader's language first. */
export const problemPaper = (problem: ProblemDocument, language: Language): string => {
  const { title }: ProblemEntry = problemRegistry[problem.code]
  const other = language === 'fr' ? 'en' : 'fr'
  const w = words[language]
  return renderPaper({
    language,
    title: title[language],
    otherLanguagePath: null,
    head: '<meta name="robots" content="noindex">\n',
    body: `<h1>${escaped(title[language])}</h1>
${paragraphs(told(problem, language))}
${statusLink(problem, language)}<p><a class="button" href="/?lang=${language}">${escaped(w.home)}</a></p>
<p class="muted">${escaped(w.support)} <strong>${problem.support}</strong> &#183; ${problem.code}</p>
<hr>
<section lang="${other}">
<h2>${escaped(title[other])}</h2>
${paragraphs(told(problem, other))}
${statusLink(problem, other)}</section>`,
  })
}
