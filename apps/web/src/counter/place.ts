import { useSyncExternalStore } from 'react'

/** The counter's views; each has an address, so that a bookmark and the way back work. */
export type Place = 'counter' | 'slips' | 'catch-up' | 'team' | 'sessions'

export const hashOf: Record<Place, string> = {
  counter: '#comptoir',
  slips: '#fiches',
  team: '#equipe',
  'catch-up': '#rattrapage',
  sessions: '#sessions',
}

/** Where the slips are prepared and typed. */
export const slipsHref = `/pro/${hashOf.slips}`

/** The place of a fragment; null for one that is no place, such as the skip link's. */
const placeOf = (hash: string): Place | null => {
  switch (hash) {
    case '':
    case hashOf.counter:
      return 'counter'
    case hashOf.slips:
      return 'slips'
    case hashOf.team:
      return 'team'
    case hashOf['catch-up']:
      return 'catch-up'
    case hashOf.sessions:
      return 'sessions'
    default:
      return null
  }
}

let current: Place = 'counter'

const snapshot = (): Place => {
  // A fragment within the page leads nowhere else: one stays where one is.
  current = placeOf(location.hash) ?? current
  return current
}

const subscribe = (listener: () => void): (() => void) => {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** Where in the counter this tab is. */
export const usePlace = (): Place => useSyncExternalStore(subscribe, snapshot)
