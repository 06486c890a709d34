/** What to do meanwhile, from what fails: the next step of each public, and nothing that does not work. */
import type { WatchedComponent } from '@sidep/contracts'
import type { ComponentView } from './status-view.ts'
import type { Advice, Audience } from './status-words.ts'

export interface AudienceAdvice {
  readonly audience: Audience
  readonly advice: readonly Advice[]
}

const forProfessionals = (
  fails: (component: WatchedComponent) => boolean,
  has: (component: WatchedComponent) => boolean,
): Advice[] => {
  const ecps = fails('ecps')
  const card = fails('card')
  const isShut = (ecps || !has('ecps')) && (card || !has('card'))
  const signIn: Advice[] =
    !ecps && !card
      ? []
      : isShut
        ? ['openSession', 'booklet', 'slips']
        : ['openSession', ecps ? 'useCard' : 'useEcps']
  if (!fails('entry')) {
    // What was certified or written by hand is kept, and is brought in when that works again.
    return fails('booklets') || fails('slips') ? ['entryKept', ...signIn] : signIn
  }
  return [...new Set<Advice>(['entryKept', 'booklet', 'slips', ...signIn])]
}

/** Empty while everything works. */
export const adviceFor = (components: readonly ComponentView[]): AudienceAdvice[] => {
  const stateOf = (component: WatchedComponent) =>
    components.find((one) => one.component === component)?.state ?? null
  const has = (component: WatchedComponent): boolean => stateOf(component) !== null
  const fails = (component: WatchedComponent): boolean => {
    const state = stateOf(component)
    return state !== null && state !== 'works' && state !== 'unknown'
  }
  const advice: [Audience, Advice[]][] = [
    ['professionals', forProfessionals(fails, has)],
    ['people', fails('retrieval') ? ['paper', 'linkLater'] : []],
    [
      'verifiers',
      [
        ...(fails('bundle') ? (['verifyOffline'] as const) : []),
        ...(fails('verification') ? (['verifyCarefully'] as const) : []),
      ],
    ],
    ['programs', fails('entry') || fails('laboratory') ? ['sendAgain'] : []],
  ]
  return advice.flatMap(([audience, all]) => (all.length === 0 ? [] : [{ audience, advice: all }]))
}
