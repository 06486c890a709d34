/** The views of the counter, which come on demand. */
import type { Place } from '../place.ts'
import type { Part } from './on-demand.tsx'

/** By place; catch-up entry waits for its desk as well. */
export const viewParts: Readonly<Record<Exclude<Place, 'catch-up'>, Part<object>>> = {
  counter: { load: async () => (await import('./workspace.tsx')).Workspace },
  slips: { load: async () => (await import('./slips/slips-view.tsx')).SlipsView },
  team: { load: async () => (await import('./team/team-view.tsx')).TeamView },
  sessions: { load: async () => (await import('./sessions/sessions-view.tsx')).SessionsView },
}
