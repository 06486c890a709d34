/** Probes in virtual time, for tests of the machine. */
import { type WatchedComponent, watchedComponents } from '@sidep/contracts'
import type { WatchEvent } from './events.ts'
import { type Finding, type IncidentMachine, makeIncidentMachine } from './machine.ts'
import { incidentRules } from './rules.ts'

export const testStart = Date.parse('2026-11-30T14:00:00Z')

export interface TestDay {
  readonly machine: IncidentMachine
  readonly events: WatchEvent[]
  /** Milliseconds since 1970. */
  now(): number
  /** Probes every five seconds for so long; those named fail with that share. */
  pass(
    seconds: number,
    failing?: readonly WatchedComponent[],
    isFailing?: (round: number) => boolean,
  ): void
}

export const startTestDay = (machine = makeIncidentMachine({ rules: incidentRules })): TestDay => {
  let now = testStart
  const events: WatchEvent[] = []
  return {
    machine,
    events,
    now: () => now,
    pass(seconds, failing = [], isFailing = () => true) {
      const end = now + seconds * 1_000
      for (let round = 0; now < end; round += 1, now += 5_000) {
        const findings = watchedComponents.map((component): Finding => {
          const fails = failing.includes(component) && isFailing(round)
          return {
            component,
            state: fails ? 'fails' : 'works',
            code: fails ? 'ECONNREFUSED' : null,
          }
        })
        events.push(...machine.round(new Date(now), findings))
      }
    },
  }
}

/** What happened, in words. */
export const toldOf = (events: readonly WatchEvent[]): string[] =>
  events.map((event) => ('component' in event ? `${event.type} ${event.component}` : event.type))
