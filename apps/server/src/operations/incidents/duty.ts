/**
 * Who is told what, once each: those on duty when an incident opens, when it becomes worse than they were told and when it
 * is over; the second line when nobody has taken it in time.
 */
import { type Board, type Incident, isWorse, toldKey } from './board.ts'
import type { Stage } from './events.ts'

export interface DutyRules {
  /** What fails together is told together. */
  readonly gatherMilliseconds: number
  /** Nobody has said that they take it: the second line is told. */
  readonly escalateMilliseconds: number
  /** What is older is not told any more: a watcher that comes back tells of no yesterday. */
  readonly staleMilliseconds: number
}

/** A way to somebody, by the name of its setting. */
export interface Recipient {
  readonly name: string
  readonly line: 'first' | 'second'
}

export interface Due {
  readonly incident: Incident
  readonly stage: Stage
  readonly recipient: string
}

const stagesOf = (
  incident: Incident,
  { gatherMilliseconds, escalateMilliseconds, staleMilliseconds }: DutyRules,
  at: number,
): Stage[] => {
  const openedAt = Date.parse(incident.openedAt)
  const { closedAt } = incident
  if (closedAt !== null) return at - Date.parse(closedAt) <= staleMilliseconds ? ['closed'] : []
  if (at - openedAt < gatherMilliseconds || at - openedAt > staleMilliseconds) return []
  const stages: Stage[] = ['opened']
  if (isWorse(incident.severity, severityTold(incident))) stages.push('worsened')
  if (incident.taken === null && at - openedAt >= escalateMilliseconds) stages.push('escalated')
  return stages
}

/** As bad as it was when somebody was told that it had opened. */
const severityTold = ({ timeline, severity }: Incident): Incident['severity'] => {
  const told = timeline.find((event) => event.type === 'told' && event.stage === 'opened')
  return told?.type === 'told' ? told.severity : severity
}

/** Everything that is to be told at a moment and is not yet. */
export const dueNow = (
  board: Pick<Board, 'incidents'>,
  recipients: readonly Recipient[],
  rules: DutyRules,
  at: Date,
): Due[] =>
  board.incidents.flatMap((incident) =>
    stagesOf(incident, rules, at.getTime()).flatMap((stage) =>
      recipients
        .filter(({ name, line }) => {
          if (incident.told.has(toldKey(stage, name))) return false
          if (stage === 'escalated') return line === 'second'
          // The second line hears of the end, and of worse, when it heard of the beginning.
          const knows =
            incident.told.has(toldKey('opened', name)) ||
            incident.told.has(toldKey('escalated', name))
          if (stage === 'opened') return line === 'first'
          return knows
        })
        .map(({ name }) => ({ incident, stage, recipient: name })),
    ),
  )
