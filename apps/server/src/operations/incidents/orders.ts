/** What a person may say of incidents, and what comes of it. */
import { type Board, failingParts, openIncidents } from './board.ts'
import type { EventOf, WatchEvent } from './events.ts'
import { incidentOf, nextIncidentId } from './placing.ts'

/** They close what they opened: what probes or users still meet is over when it is well. */
const closed = (board: Board, order: EventOf<'closed'>): WatchEvent[] => {
  const incident = openIncidents(board).find(({ id }) => id === order.incident)
  if (incident === undefined) return []
  const failing = failingParts(incident)
  if (failing.some(({ rule }) => rule !== 'person')) return []
  const { at } = order
  const recovered = failing.map(
    ({ component }): WatchEvent => ({ type: 'recovered', at, incident: incident.id, component }),
  )
  return [...recovered, order]
}

/** @returns nothing for what is open already, or not theirs to close */
export const orderedEvents = (board: Board, order: WatchEvent): WatchEvent[] => {
  if (order.type === 'closed') return closed(board, order)
  if (order.type !== 'opened') return [order]
  if (incidentOf(board, order.component) !== null) return []
  return [{ ...order, incident: nextIncidentId(board, Date.parse(order.at)) }]
}
