/** What the watcher left in its folder: how it finds each component, and its incidents with their timeline. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { IncidentView, WatcherView } from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { emptyBoard, foldEvents, type Incident } from '../incidents/board.ts'
import { parseEvent, type WatchEvent } from '../incidents/events.ts'
import { logName } from '../store.ts'

const Summary = Type.Object({
  page: Type.Object({ updated_at: Type.String() }),
  components: Type.Array(
    Type.Object({ id: Type.String(), status: Type.String(), updated_at: Type.String() }),
  ),
})
const summaryShape = Compile(Summary)

const incidentsMax = 12
const timelineMax = 60

const entryOf = (event: WatchEvent): IncidentView['timeline'][number] => ({
  at: event.at,
  type: event.type,
  component: 'component' in event ? event.component : null,
  by: 'by' in event ? event.by : null,
  fr: 'fr' in event ? event.fr : null,
  en: 'en' in event ? event.en : null,
})

const viewOf = (incident: Incident): IncidentView => ({
  id: incident.id,
  severity: incident.severity,
  openedAt: incident.openedAt,
  closedAt: incident.closedAt,
  takenBy: incident.taken?.by ?? null,
  parts: incident.parts.map(
    ({ component, since, recoveredAt, code, rule, departments, sites }) => ({
      component,
      since,
      recoveredAt,
      code,
      rule,
      departments: [...departments],
      sites,
    }),
  ),
  timeline: incident.timeline.slice(-timelineMax).map(entryOf),
})

const incidentsOf = (text: string): IncidentView[] => {
  const { incidents } = foldEvents(
    text.split('\n').flatMap((line) => parseEvent(line) ?? []),
    emptyBoard,
  )
  const newest = incidents.toReversed().map(viewOf)
  const isOpen = ({ closedAt }: IncidentView): boolean => closedAt === null
  return [...newest.filter(isOpen), ...newest.filter((one) => !isOpen(one))].slice(0, incidentsMax)
}

const summaryIn = (text: string): Static<typeof Summary> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return summaryShape.Check(value) ? value : null
  } catch {
    return null
  }
}

export type WatcherReader = () => Promise<WatcherView | null>

/**
 * Reads them, and the log only when it has grown.
 *
 * @param folder the watcher's @param statusFolder where it writes its page
 * @returns null when no watcher has written a page there
 */
export const makeWatcherReader = (folder: string, statusFolder: string): WatcherReader => {
  const log = join(folder, logName)
  let seen = ''
  let incidents: readonly IncidentView[] = []
  return async () => {
    const summary = summaryIn(
      await readFile(join(statusFolder, 'summary.json'), 'utf8').catch(() => ''),
    )
    if (summary === null) return null
    const facts = await stat(log).catch(() => null)
    const state = facts === null ? '' : `${facts.size} ${facts.mtimeMs}`
    if (state !== seen) {
      incidents = facts === null ? [] : incidentsOf(await readFile(log, 'utf8').catch(() => ''))
      seen = state
    }
    return {
      writtenAt: summary.page.updated_at,
      components: summary.components.map(({ id, status, updated_at: since }) => ({
        component: id,
        status,
        since,
      })),
      incidents: [...incidents],
    }
  }
}
