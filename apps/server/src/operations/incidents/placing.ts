/** Which incident something belongs to that fails: one that is open, or a new one of its own. */
import type { WatchedComponent } from '@sidep/contracts'
import { type Board, type Incident, isDown, openIncidents, type Part } from './board.ts'
import type { Failing, WatchEvent } from './events.ts'
import type { IncidentRules } from './rules.ts'

/** The open incident that a component is in. */
export const incidentOf = (
  board: Board,
  component: WatchedComponent,
): { readonly incident: Incident; readonly part: Part } | null => {
  for (const incident of openIncidents(board)) {
    const part = incident.parts.find((one) => one.component === component)
    if (part !== undefined) return { incident, part }
  }
  return null
}

/** A number that no incident of that day has. */
export const nextIncidentId = ({ incidents }: Board, at: number): string => {
  const day = new Date(at).toISOString().slice(0, 10)
  const taken = incidents
    .filter(({ id }) => id.startsWith(`${day}/`))
    .map(({ id }) => Number(id.slice(day.length + 1)))
  return `${day}/${Math.max(0, ...taken) + 1}`
}

/** The event that says it; null when it is said already. */
export const placeFailure = (
  board: Board,
  at: number,
  failing: Failing,
  { joinMilliseconds }: Pick<IncidentRules, 'joinMilliseconds'>,
): WatchEvent | null => {
  const known = incidentOf(board, failing.component)
  const said = { at: new Date(at).toISOString(), ...failing }
  if (known !== null) {
    const { incident, part } = known
    if (part.recoveredAt !== null) return { type: 'relapsed', incident: incident.id, ...said }
    const isMore = isDown(failing) && !isDown(part)
    return isMore ? { type: 'worsened', incident: incident.id, ...said } : null
  }
  const host = openIncidents(board).findLast(
    ({ openedAt }) => at - Date.parse(openedAt) <= joinMilliseconds,
  )
  if (host !== undefined) return { type: 'joined', incident: host.id, ...said }
  return { type: 'opened', incident: nextIncidentId(board, at), ...said }
}
