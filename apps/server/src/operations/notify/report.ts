/** The draft of an incident's report, for a person to finish: what is known by itself is in it. */
import type { Incident } from '../incidents/board.ts'
import { componentNames, severityWords } from '../status/status-words.ts'
import { figuresOf } from './messages.ts'

const secondsText = (seconds: number | null): string => (seconds === null ? '–' : `${seconds} s`)

/** Markdown. */
export const reportDraft = (incident: Incident): string => {
  const figures = figuresOf(incident)
  const { id, severity, parts, timeline } = incident
  const rows = parts.map(
    ({ component, rule, code, departments, sites, spans }) =>
      `| ${componentNames.fr[component]} | ${rule} | ${code ?? '–'} | ${departments.join(', ') || 'partout'} | ${sites ?? '–'} | ${spans
        .map(({ since, until }) => `${since} → ${until ?? '…'}`)
        .join('<br>')} |`,
  )
  const lines = timeline
    .filter(({ type }) => type !== 'told')
    .map((event) => {
      const what = 'component' in event ? ` ${componentNames.fr[event.component]}` : ''
      const said = event.type === 'noted' ? ` ${event.fr}` : ''
      return `- ${event.at} ${event.type}${what}${said}`
    })
  return `# Incident ${id} : compte rendu (brouillon)

Gravité : ${severityWords.fr[severity]}. Début : ${figures.from}. Durée : ${figures.minutes ?? '–'} min.
Remarqué après ${secondsText(figures.secondsToNotice)}, astreinte prévenue après ${secondsText(figures.secondsToTell)}, pris en charge après ${secondsText(figures.secondsToTake)}. Rechutes : ${figures.relapses}.

| quoi | remarqué par | code | où | lieux | quand |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Chronologie

${lines.join('\n')}

## À compléter

- Cause :
- Conséquences pour les personnes et les lieux :
- Ce qui a bien marché :
- Ce qui sera changé, par qui, pour quand :
`
}
