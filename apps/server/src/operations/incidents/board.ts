/** The state of affairs, made from the events of the log: incidents with their parts and timeline, plans, who was told. */
import type { WatchedComponent } from '@sidep/contracts'
import type { EventOf, Failing, Stage, WatchEvent } from './events.ts'

/** How bad it is for those who come: some of it is slow or fails now and then, one thing fails, work stops. */
export type Severity = 'minor' | 'major' | 'critical'

/** A component that an incident is about. */
export interface Part extends Failing {
  /** Null: it fails still. */
  readonly recoveredAt: string | null
  /** Each time it failed within this incident; of the last one `until` is null while it fails. */
  readonly spans: readonly { readonly since: string; readonly until: string | null }[]
}

export interface Note {
  readonly at: string
  readonly by: string
  readonly fr: string
  readonly en: string
}

export interface Incident {
  readonly id: string
  readonly openedAt: string
  readonly closedAt: string | null
  readonly parts: readonly Part[]
  /** How many times something of it failed again. */
  readonly relapses: number
  readonly taken: { readonly at: string; readonly by: string } | null
  readonly notes: readonly Note[]
  /** `stage recipient` of what is done. */
  readonly told: ReadonlySet<string>
  /** When somebody was first told. */
  readonly firstToldAt: string | null
  /** As bad as it was when it opened, and at its worst. */
  readonly severity: Severity
  readonly timeline: readonly WatchEvent[]
}

export type Plan = Omit<EventOf<'planned'>, 'type' | 'at'>

export interface Board {
  /** Oldest first. */
  readonly incidents: readonly Incident[]
  readonly plans: readonly Plan[]
  /** Minutes that were watched, by day of the status page's zone. */
  readonly watched: ReadonlyMap<string, number>
}

export const emptyBoard: Board = { incidents: [], plans: [], watched: new Map() }

export const toldKey = (stage: Stage, recipient: string): string => `${stage} ${recipient}`

const timelineMax = 500

/** For everybody; otherwise now and then, or at some places. */
export const isDown = ({ rule, departments }: Pick<Failing, 'rule' | 'departments'>): boolean =>
  rule === 'probe' || rule === 'person' || (rule === 'users' && departments.length === 0)

/** What stops work is critical: entry, or every door; one thing that fails for everybody major; the rest minor. */
export const severityOf = (
  failing: readonly Pick<Failing, 'component' | 'rule' | 'departments'>[],
): Severity => {
  const down = new Set(failing.filter(isDown).map(({ component }) => component))
  if (down.has('entry') || (down.has('ecps') && down.has('card'))) return 'critical'
  return down.size > 0 ? 'major' : 'minor'
}

const ranks: readonly Severity[] = ['minor', 'major', 'critical']
export const isWorse = (one: Severity, other: Severity): boolean =>
  ranks.indexOf(one) > ranks.indexOf(other)

export const failingParts = ({ parts }: Pick<Incident, 'parts'>): Part[] =>
  parts.filter(({ recoveredAt }) => recoveredAt === null)

const failingOf = ({ component, rule, code, since, departments, sites }: Failing): Failing => ({
  component,
  rule,
  code,
  since,
  departments,
  sites,
})

const newPart = (failing: Failing): Part => ({
  ...failingOf(failing),
  recoveredAt: null,
  spans: [{ since: failing.since, until: null }],
})

const withPart = (parts: readonly Part[], failing: Failing): readonly Part[] => {
  const known = parts.find(({ component }) => component === failing.component)
  if (known === undefined) return [...parts, newPart(failing)]
  const goesOn = known.recoveredAt === null
  // What it was first noticed by and since when stays said; a relapse has a span of its own.
  const changed: Part = {
    ...known,
    ...failingOf(failing),
    since: known.since,
    recoveredAt: null,
    spans: goesOn ? known.spans : [...known.spans, { since: failing.since, until: null }],
  }
  return parts.map((part) => (part === known ? changed : part))
}

const recovered = (
  parts: readonly Part[],
  component: WatchedComponent,
  at: string,
): readonly Part[] =>
  parts.map((part) =>
    part.component !== component || part.recoveredAt !== null
      ? part
      : {
          ...part,
          recoveredAt: at,
          spans: part.spans.map((span) => (span.until === null ? { ...span, until: at } : span)),
        },
  )

const changed = (incident: Incident, event: WatchEvent): Incident => {
  switch (event.type) {
    case 'joined':
    case 'worsened':
      return { ...incident, parts: withPart(incident.parts, event) }
    case 'relapsed':
      return {
        ...incident,
        parts: withPart(incident.parts, event),
        relapses: incident.relapses + 1,
      }
    case 'recovered':
      return { ...incident, parts: recovered(incident.parts, event.component, event.at) }
    case 'closed':
      return { ...incident, closedAt: event.at }
    case 'taken':
      return { ...incident, taken: incident.taken ?? { at: event.at, by: event.by } }
    case 'noted': {
      const { at, by, fr, en } = event
      // An order that was heard twice is one.
      const isKnown = incident.notes.some((note) => note.at === at && note.fr === fr)
      return isKnown ? incident : { ...incident, notes: [...incident.notes, { at, by, fr, en }] }
    }
    case 'told':
      return {
        ...incident,
        told: new Set([...incident.told, toldKey(event.stage, event.recipient)]),
        firstToldAt: incident.firstToldAt ?? (event.outcome === 'delivered' ? event.at : null),
      }
    default:
      return incident
  }
}

const opened = (event: EventOf<'opened'>): Incident => ({
  id: event.incident,
  openedAt: event.at,
  closedAt: null,
  parts: [newPart(event)],
  relapses: 0,
  taken: null,
  notes: [],
  told: new Set(),
  firstToldAt: null,
  severity: severityOf([event]),
  timeline: [event],
})

/** With the event in its timeline, and as bad as it has ever been. */
const remembered = (incident: Incident, event: WatchEvent): Incident => {
  const now = severityOf(failingParts(incident))
  return {
    ...incident,
    severity: isWorse(now, incident.severity) ? now : incident.severity,
    timeline:
      incident.timeline.length < timelineMax ? [...incident.timeline, event] : incident.timeline,
  }
}

/** @returns the board after the event; the same one when it says nothing about what is known */
export const foldEvent = (board: Board, event: WatchEvent): Board => {
  switch (event.type) {
    case 'opened':
      return board.incidents.some(({ id }) => id === event.incident)
        ? board
        : { ...board, incidents: [...board.incidents, opened(event)] }
    case 'planned': {
      const { type: _type, at: _at, ...plan } = event
      return { ...board, plans: [...board.plans.filter((one) => one.plan !== plan.plan), plan] }
    }
    case 'unplanned':
      return { ...board, plans: board.plans.filter(({ plan }) => plan !== event.plan) }
    case 'watched':
      return {
        ...board,
        watched: new Map(board.watched).set(
          event.day,
          Math.min(1_440, (board.watched.get(event.day) ?? 0) + event.minutes),
        ),
      }
    default: {
      const known = board.incidents.find(({ id }) => id === event.incident)
      if (known === undefined) return board
      const next = remembered(changed(known, event), event)
      return {
        ...board,
        incidents: board.incidents.map((incident) => (incident === known ? next : incident)),
      }
    }
  }
}

export const foldEvents = (events: Iterable<WatchEvent>, board: Board = emptyBoard): Board => {
  let folded = board
  for (const event of events) folded = foldEvent(folded, event)
  return folded
}

export const openIncidents = ({ incidents }: Board): Incident[] =>
  incidents.filter(({ closedAt }) => closedAt === null)

/** Plans that a component is in at a moment, given some time to come back after their end. */
export const isPlanned = (
  { plans }: Pick<Board, 'plans'>,
  component: WatchedComponent,
  at: number,
  graceMilliseconds: number,
): boolean =>
  plans.some(
    (plan) =>
      plan.components.includes(component) &&
      Date.parse(plan.from) <= at &&
      at < Date.parse(plan.until) + graceMilliseconds,
  )

/** Whether a component was in planned work, or failed in a way that counts, at some moment of a time. */
export const wasOut = (
  { plans, incidents }: Pick<Board, 'plans' | 'incidents'>,
  component: WatchedComponent,
  from: number,
  until: number,
  counts: (part: Part) => boolean,
): boolean => {
  const isOf = (span: { readonly since: string; readonly until: string | null }): boolean =>
    Date.parse(span.since) <= until && (span.until === null || Date.parse(span.until) >= from)
  return (
    plans.some(
      (plan) =>
        plan.components.includes(component) && isOf({ since: plan.from, until: plan.until }),
    ) ||
    incidents.some(({ parts }) =>
      parts.some((part) => part.component === component && counts(part) && part.spans.some(isOf)),
    )
  )
}
