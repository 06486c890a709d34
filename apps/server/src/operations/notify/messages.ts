/** What those on duty read: what, since when, where, and how to take it. Short enough for a telephone at night. */
import { failingParts, type Incident } from '../incidents/board.ts'
import type { Stage } from '../incidents/events.ts'
import { statusZone } from '../status/status-view.ts'
import { componentNames, severityWords } from '../status/status-words.ts'

export interface DutyMessage {
  /** The same on every try, and for nothing else. */
  readonly id: string
  readonly subject: string
  readonly text: string
  /** One text message. */
  readonly short: string
  /** For programs. */
  readonly json: Readonly<Record<string, unknown>>
  /** Of an e-mail; true when absent. */
  readonly isUrgent?: boolean
}

const stageWords = {
  opened: 'INCIDENT',
  worsened: 'AGGRAVATION',
  escalated: 'NON PRIS EN CHARGE',
  closed: 'TERMINÉ',
} as const satisfies Record<Stage, string>

const clock = new Intl.DateTimeFormat('fr-FR', {
  timeZone: statusZone,
  day: '2-digit',
  month: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
})

const smsCharactersMax = 160

const placesOf = (incident: Incident): string[] =>
  [...new Set(incident.parts.flatMap(({ departments }) => departments))].toSorted()

/** Figures of an incident that is over. */
export const figuresOf = ({
  parts,
  openedAt,
  closedAt,
  firstToldAt,
  relapses,
  taken,
}: Incident) => {
  const since = parts.map((part) => Date.parse(part.spans[0]?.since ?? part.since))
  const from = Math.min(...since)
  const until = closedAt === null ? null : Date.parse(closedAt)
  const secondsFrom = (to: string | null): number | null =>
    to === null ? null : Math.round((Date.parse(to) - from) / 1_000)
  return {
    from: new Date(from).toISOString(),
    minutes: until === null ? null : Math.max(1, Math.round((until - from) / 60_000)),
    secondsToNotice: secondsFrom(openedAt),
    secondsToTell: secondsFrom(firstToldAt),
    secondsToTake: secondsFrom(taken?.at ?? null),
    relapses,
  }
}

/** @param page where the status page is read */
export const dutyMessage = (incident: Incident, stage: Stage, page: string): DutyMessage => {
  const { id, severity } = incident
  const failing = stage === 'closed' ? incident.parts : failingParts(incident)
  const parts = failing.length === 0 ? incident.parts : failing
  const names = parts.map(({ component }) => componentNames.fr[component])
  const figures = figuresOf(incident)
  const since = clock.format(new Date(figures.from))
  const where = placesOf(incident)
  const sites = Math.max(0, ...incident.parts.map((part) => part.sites ?? 0))
  const subject = `[sidep] ${stageWords[stage]} ${id} (${severityWords.fr[severity]}) : ${names.join(', ')}`
  const take = `npx sidep watch --take ${id} --by NOM`
  const lines = [
    subject,
    '',
    `Depuis ${since} (heure de Paris).`,
    ...parts.map(
      ({ component, code, rule }) =>
        `- ${componentNames.fr[component]}${code === null ? '' : ` (${code})`}, règle ${rule}`,
    ),
    where.length === 0 ? 'Partout.' : `Départements : ${where.join(', ')}.`,
    ...(sites > 0 ? [`Lieux touchés : ${sites} au moins.`] : []),
    ...(stage === 'closed'
      ? [`Durée : ${figures.minutes ?? 0} min.`]
      : [`Prendre en charge : ${take}`]),
    `Page publique : ${page}`,
  ]
  const short = `sidep ${stageWords[stage]} ${id} ${severityWords.fr[severity]} depuis ${since}: ${parts.map(({ component }) => component).join(',')}. ${page}`
  return {
    id: `${id.replace('/', '-')}-${stage}`,
    subject,
    text: `${lines.join('\n')}\n`,
    short: short.slice(0, smsCharactersMax),
    json: {
      incident: id,
      stage,
      severity,
      components: parts.map(({ component }) => component),
      departments: where,
      sites,
      page,
      ...figures,
    },
  }
}
