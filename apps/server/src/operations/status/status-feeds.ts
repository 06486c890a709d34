/** The same for programs: `summary.json` as Statuspage has it (api/v2/summary.json), and an Atom feed (RFC 4287) of incidents. */
import { failingParts, type Incident } from '../incidents/board.ts'
import { adviceFor } from './advice.ts'
import type { PageFacts } from './status-page.ts'
import type { ComponentState, StatusView } from './status-view.ts'
import { statusZone } from './status-view.ts'
import {
  adviceWords,
  componentNames,
  pageWords,
  severityWords,
  stateWords,
} from './status-words.ts'

const componentStatus = {
  works: 'operational',
  slow: 'degraded_performance',
  local: 'partial_outage',
  fails: 'major_outage',
  maintenance: 'under_maintenance',
  unknown: 'degraded_performance',
} as const satisfies Record<ComponentState, string>

const statusOf = (incident: Incident): string => {
  if (incident.closedAt !== null) return 'resolved'
  if (failingParts(incident).length === 0) return 'monitoring'
  return incident.taken === null ? 'investigating' : 'identified'
}

const nameOf = ({ parts, severity }: Incident): string =>
  `${severityWords.fr[severity]} : ${parts.map(({ component }) => componentNames.fr[component]).join(', ')}`

/** Letters and digits only, as their ids are. */
const idOf = (text: string): string => text.replace(/[^a-z0-9]/gi, '')

const updatesOf = (incident: Incident) =>
  incident.timeline.flatMap((event, index) => {
    const w = pageWords.fr.timeline
    const said =
      event.type === 'noted'
        ? event.fr
        : event.type in w && event.type !== 'told'
          ? w[event.type as keyof typeof w].replace(
              '{component}',
              'component' in event ? componentNames.fr[event.component] : '',
            )
          : null
    if (said === null) return []
    return [
      {
        id: `${idOf(incident.id)}u${index}`,
        incident_id: idOf(incident.id),
        status: event.type === 'closed' ? 'resolved' : 'investigating',
        body: said,
        created_at: event.at,
        updated_at: event.at,
        display_at: event.at,
      },
    ]
  })

const updatedAtOf = ({ timeline, openedAt }: Incident): string => timeline.at(-1)?.at ?? openedAt

/** What status tools read. */
export const summaryOf = (view: StatusView, { home }: PageFacts): unknown => {
  const at = view.writtenAt.toISOString()
  const descriptions = pageWords.fr
  return {
    page: {
      id: 'sidep',
      name: 'sidep',
      url: `${home}/etat/`,
      time_zone: statusZone,
      updated_at: at,
    },
    status: {
      indicator: view.severity ?? 'none',
      description:
        view.severity === null
          ? descriptions.allWorks
          : view.severity === 'minor'
            ? descriptions.trouble
            : descriptions.grave,
    },
    components: view.components.map(({ component, state, since, departments }, index) => ({
      id: component,
      name: componentNames.fr[component],
      status: componentStatus[state],
      description: [stateWords.fr[state], ...departments].join(' '),
      position: index + 1,
      created_at: at,
      updated_at: (since ?? view.writtenAt).toISOString(),
      showcase: true,
      group: false,
      group_id: null,
      page_id: 'sidep',
      only_show_if_degraded: false,
    })),
    incidents: view.open.map((incident) => ({
      id: idOf(incident.id),
      name: nameOf(incident),
      status: statusOf(incident),
      impact: incident.severity,
      created_at: incident.openedAt,
      started_at: incident.parts[0]?.since ?? incident.openedAt,
      updated_at: updatedAtOf(incident),
      monitoring_at: null,
      resolved_at: null,
      page_id: 'sidep',
      shortlink: `${home}/etat/`,
      components: incident.parts.map(({ component }) => ({
        id: component,
        name: componentNames.fr[component],
      })),
      incident_updates: updatesOf(incident).toReversed(),
    })),
    scheduled_maintenances: view.plans.map(({ plan, components, from, until, fr }) => ({
      id: idOf(plan),
      name: fr,
      status: Date.parse(from) <= view.writtenAt.getTime() ? 'in_progress' : 'scheduled',
      impact: 'maintenance',
      scheduled_for: from,
      scheduled_until: until,
      components: components.map((component) => ({
        id: component,
        name: componentNames.fr[component],
      })),
    })),
  }
}

const xml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const entryOf = (incident: Incident, view: StatusView, { home }: PageFacts): string => {
  const lines = updatesOf(incident).map(({ created_at, body }) => `${created_at} ${body}`)
  const advice =
    incident.closedAt === null
      ? adviceFor(view.components).flatMap(({ advice: all }) =>
          all.map((one) => adviceWords.fr[one]),
        )
      : []
  return `<entry>
<id>tag:sidep,2026:incident:${xml(incident.id)}</id>
<title>${xml(`${nameOf(incident)}${incident.closedAt === null ? '' : ' (terminé)'}`)}</title>
<published>${xml(incident.openedAt)}</published>
<updated>${xml(updatedAtOf(incident))}</updated>
<link rel="alternate" href="${xml(`${home}/etat/`)}"/>
<content type="text">${xml([...lines, ...advice].join('\n'))}</content>
</entry>`
}

/** Newest first. */
export const atomOf = (view: StatusView, facts: PageFacts): string => {
  const all = [...view.open, ...view.past]
  const updated = all.map(updatedAtOf).toSorted().at(-1) ?? '2026-11-30T00:00:00.000Z'
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
<id>tag:sidep,2026:status</id>
<title>sidep · ${xml(pageWords.fr.title)}</title>
<updated>${xml(updated)}</updated>
<author><name>sidep</name></author>
<link rel="alternate" href="${xml(`${facts.home}/etat/`)}"/>
${all.map((incident) => entryOf(incident, view, facts)).join('\n')}
</feed>
`
}
