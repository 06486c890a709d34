/** What happened, as the watcher's log has it: one line each, never changed. Everything else is made from these. */

import { watchedComponents } from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

const at = Type.String({ maxLength: 30 })
const id = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}/\\d{1,4}$' })
const component = Type.Enum([...watchedComponents])
const said = Type.String({ minLength: 1, maxLength: 600 })
const by = Type.String({ minLength: 1, maxLength: 80 })
const departments = Type.Array(Type.String({ maxLength: 3 }), { maxItems: 120 })

/** Why it opened. */
const rule = Type.Union([
  Type.Literal('probe'),
  Type.Literal('burn-1h'),
  Type.Literal('burn-6h'),
  Type.Literal('burn-3d'),
  /** Somebody of operations said so. */
  Type.Literal('person'),
  Type.Literal('users'),
  Type.Literal('users-burn-1h'),
  Type.Literal('users-burn-6h'),
  Type.Literal('users-burn-3d'),
])

const stage = Type.Union([
  Type.Literal('opened'),
  Type.Literal('worsened'),
  Type.Literal('escalated'),
  Type.Literal('closed'),
])

/** A component that fails, with what is known at that moment. */
const failing = {
  component,
  rule,
  /** What the probe met: a problem code, or what became of its connection. */
  code: Type.Union([Type.String({ maxLength: 60 }), Type.Null()]),
  /** Since when, which is before it was noticed. */
  since: at,
  /** Where, when it is not everywhere; from real users. */
  departments,
  /** Sites that met it; null: not counted. */
  sites: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
}

export const WatchEvent = Type.Union([
  Type.Object({ type: Type.Literal('opened'), at, incident: id, ...failing }),
  Type.Object({ type: Type.Literal('joined'), at, incident: id, ...failing }),
  /** Failed again before the incident was over. */
  Type.Object({ type: Type.Literal('relapsed'), at, incident: id, ...failing }),
  /** Failed now and then before, fails for everybody now; or is met at more places. */
  Type.Object({ type: Type.Literal('worsened'), at, incident: id, ...failing }),
  Type.Object({ type: Type.Literal('recovered'), at, incident: id, component }),
  Type.Object({ type: Type.Literal('closed'), at, incident: id }),
  Type.Object({ type: Type.Literal('taken'), at, incident: id, by }),
  Type.Object({ type: Type.Literal('noted'), at, incident: id, by, fr: said, en: said }),
  Type.Object({
    type: Type.Literal('planned'),
    at,
    plan: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }),
    components: Type.Array(component, { minItems: 1 }),
    from: at,
    until: at,
    fr: said,
    en: said,
  }),
  Type.Object({ type: Type.Literal('unplanned'), at, plan: Type.String({ maxLength: 40 }) }),
  /** Somebody on duty has the message, or it will never be taken. `recipient` names a setting, never an address. */
  Type.Object({
    type: Type.Literal('told'),
    at,
    incident: id,
    stage,
    recipient: Type.String({ maxLength: 40 }),
    outcome: Type.Union([
      Type.Literal('delivered'),
      Type.Literal('rejected'),
      Type.Literal('given-up'),
    ]),
    code: Type.Union([Type.String({ maxLength: 60 }), Type.Null()]),
    /** As bad as they were told that it is. */
    severity: Type.Union([Type.Literal('minor'), Type.Literal('major'), Type.Literal('critical')]),
  }),
  /** That somebody looked: minutes of a day, in the status page's zone, in which probes ran. */
  Type.Object({
    type: Type.Literal('watched'),
    at,
    day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    minutes: Type.Integer({ minimum: 0, maximum: 1_440 }),
  }),
])
export type WatchEvent = Static<typeof WatchEvent>
export type EventOf<Name extends WatchEvent['type']> = Extract<WatchEvent, { type: Name }>
export type Stage = Static<typeof stage>
export type Failing = Pick<
  EventOf<'opened'>,
  'component' | 'rule' | 'code' | 'since' | 'departments' | 'sites'
>

const shape = Compile(WatchEvent)

/** One line of the log; null for what is none. */
export const parseEvent = (line: string): WatchEvent | null => {
  try {
    const value: unknown = JSON.parse(line)
    return shape.Check(value) ? value : null
  } catch {
    return null
  }
}
