/**
 * Whether it is all right, from what the portal says of itself and what the watcher finds from outside. Pure: what time it
 * is comes in. What is not known is never called good.
 */
import type { Door, OperationsFigures, OperationsView, WatchedComponent } from '@sidep/contracts'
import { hourSeconds } from '@sidep/time'

export type Public = 'doors' | 'counters' | 'laboratories' | 'persons' | 'verifiers'
export const publics = [
  'doors',
  'counters',
  'laboratories',
  'persons',
  'verifiers',
] as const satisfies readonly Public[]

export type Health = 'good' | 'warn' | 'bad' | 'unknown'

/** Something to know, the gravest first; `fact` names the sentence, `values` fill it in. */
export interface Concern {
  readonly fact:
    | 'everyDoorDown'
    | 'doorDown'
    | 'componentDown'
    | 'componentSlow'
    | 'entriesFew'
    | 'messagesLate'
    | 'messagesBounce'
    | 'countersAway'
    | 'provisionalOverdue'
    | 'gaps'
    | 'slipsOverdue'
    | 'roomOpen'
    | 'signInsFail'
    | 'feedLate'
    | 'feedDead'
    | 'feedPaused'
    | 'portalFull'
    | 'portalBusy'
    | 'noticeWaits'
    | 'fraudOpen'
    | 'peakHigh'
    | 'databaseSilent'
    | 'watcherSilent'
    | 'watcherAbsent'
  readonly health: 'warn' | 'bad'
  readonly since: Date | null
  readonly count: number
  /** Door or component that it is about. */
  readonly about: string | null
  readonly public: Public | null
}

export interface Judgement {
  readonly concerns: readonly Concern[]
  readonly health: Readonly<Record<Public, Health>>
}

const secondMilliseconds = 1_000
/** The figures are read every five seconds. */
const figuresOldMilliseconds = 30 * secondMilliseconds
/** The watcher writes its page each minute. */
const watcherOldMilliseconds = 180 * secondMilliseconds
/** A few entries fewer on a quiet morning are none of anybody's business. */
const comparedMin = 20
const fewShare = 0.5
const bounceShare = 0.2
export const fullShare = 0.9
/** A line that is cut here and there is of any day. */
const awayMin = 10
const awayShare = 0.02
/** Some fail on any day. */
const failedMin = 10
const failuresCountedMilliseconds = 300 * secondMilliseconds
/** Tracing is told within a minute. */
const lateSeconds = 300

/** Of what the portal was measured to record, what the mean of the peak's hour asks for; null: not measured, or no forecast. */
export const peakShareOf = (
  forecast: OperationsFigures['forecast'],
): { readonly expected: number; readonly atMost: number } | null => {
  const { peak, capacityPerSecond = null } = forecast ?? {}
  if (peak === undefined || capacityPerSecond === null) return null
  const hourly = capacityPerSecond * hourSeconds
  return { expected: peak.expected / hourly, atMost: peak.high / hourly }
}

/** What each component that is watched from outside means to whom. */
const publicOf: Readonly<Record<string, Public>> = {
  ecps: 'doors',
  card: 'doors',
  entry: 'counters',
  booklets: 'counters',
  slips: 'counters',
  laboratory: 'laboratories',
  retrieval: 'persons',
  verification: 'verifiers',
  bundle: 'verifiers',
} satisfies Record<WatchedComponent, Public>

const downStates = new Set(['major_outage', 'partial_outage'])
/** As far as anybody has looked: `degraded_performance` is also what nobody could look at. */
const isDown = (status: string): boolean => downStates.has(status)

const of = (
  fact: Concern['fact'],
  health: Concern['health'],
  known: Partial<Pick<Concern, 'since' | 'count' | 'about' | 'public'>> = {},
): Concern => ({ fact, health, since: null, count: 0, about: null, public: null, ...known })

/** Entries of the last two whole quarters, and of the same ones a week before; null: not to be compared. */
export const lately = (
  today: NonNullable<OperationsView['figures']>['today'],
): { readonly count: number; readonly weekBefore: number } | null => {
  const whole = today.slice(-3, -1)
  if (whole.length < 2 || whole.some(({ weekBefore }) => weekBefore === null)) return null
  return {
    count: whole.reduce((sum, { count }) => sum + count, 0),
    weekBefore: whole.reduce((sum, { weekBefore }) => sum + (weekBefore ?? 0), 0),
  }
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text))

/** A door is down when either the portal or the watcher finds it so, and since the earlier of both. */
const downDoors = ({ doors, watcher }: OperationsView): { door: Door; since: Date | null }[] =>
  doors.flatMap(({ door, state, since }) => {
    const seen = watcher?.components.find(({ component }) => component === door)
    const isSeenDown = seen !== undefined && isDown(seen.status)
    if (state === 'up' && !isSeenDown) return []
    const times = [state === 'down' ? since : null, isSeenDown ? seen.since : null].flatMap(
      (time) => (time === null ? [] : time),
    )
    return [{ door, since: dateOf(times.toSorted()[0] ?? null) }]
  })

const ofDoors = (view: OperationsView): Concern[] => {
  const down = downDoors(view)
  if (down.length > 0 && down.length === view.doors.length) {
    const since = down.flatMap((one) => one.since ?? []).toSorted((a, b) => +b - +a)[0] ?? null
    return [of('everyDoorDown', 'bad', { since, public: 'doors' })]
  }
  return down.map(({ door, since }) =>
    of('doorDown', 'bad', { since, about: door, public: 'doors' }),
  )
}

const ofWatcher = ({ watcher }: OperationsView, now: Date): Concern[] => {
  if (watcher === null) return [of('watcherAbsent', 'warn')]
  const writtenAt = new Date(watcher.writtenAt)
  if (+now - +writtenAt > watcherOldMilliseconds)
    return [of('watcherSilent', 'warn', { since: writtenAt })]
  return watcher.components.flatMap(({ component, status, since }) => {
    if (component === 'ecps' || component === 'card') return []
    const known = { since: new Date(since), about: component, public: publicOf[component] ?? null }
    if (isDown(status)) return [of('componentDown', 'bad', known)]
    return status === 'degraded_performance' ? [of('componentSlow', 'warn', known)] : []
  })
}

/** What waits for somebody to decide. */
const ofDecisions = ({ notices, fraud, forecast }: OperationsFigures): Concern[] => {
  const concerns: Concern[] = []
  const drafts = notices.filter(({ signedBy }) => signedBy === null).length
  if (drafts > 0) concerns.push(of('noticeWaits', 'warn', { count: drafts }))
  if (fraud.open > 0) concerns.push(of('fraudOpen', 'warn', { count: fraud.open }))
  const share = peakShareOf(forecast)
  if (share !== null && share.atMost > fullShare)
    concerns.push(of('peakHigh', 'warn', { count: Math.round(100 * share.atMost) }))
  return concerns
}

/** Sign-ins that failed are of the last five minutes: those of a door that came back within them may be from before. */
const isJustBack = ({ watcher }: OperationsView, door: Door, now: Date): boolean => {
  const seen = watcher?.components.find(({ component }) => component === door)
  return (
    seen?.status === 'operational' && +now - Date.parse(seen.since) < failuresCountedMilliseconds
  )
}

const ofFigures = (view: OperationsView, now: Date): Concern[] => {
  const { figures, figuresAt } = view
  const at = dateOf(figuresAt)
  if (figures === null || at === null) return [of('databaseSilent', 'bad')]
  const concerns: Concern[] = []
  if (+now - +at > figuresOldMilliseconds) concerns.push(of('databaseSilent', 'bad', { since: at }))
  const compared = lately(figures.today)
  if (
    compared !== null &&
    compared.weekBefore >= comparedMin &&
    compared.count < compared.weekBefore * fewShare
  ) {
    const count = Math.round((1 - compared.count / compared.weekBefore) * 100)
    concerns.push(of('entriesFew', 'bad', { count, public: 'counters' }))
  }
  const { messages, provisional, slips, signIns, feeds } = figures
  concerns.push(...ofDecisions(figures))
  const down = downDoors(view).map(({ door }) => door)
  // Of a door that is down nothing else is to be expected: it is one outage.
  for (const [door, came, failed] of [
    ['ecps', signIns.cameEcps, signIns.failedEcps],
    ['card', signIns.cameCard, signIns.failedCard],
  ] as const)
    if (
      failed >= failedMin &&
      failed > came &&
      !down.includes(door) &&
      !(came > 0 && isJustBack(view, door, now))
    )
      concerns.push(of('signInsFail', 'bad', { count: failed, about: door, public: 'doors' }))
  for (const { name, isPaused, lagSeconds, deadLetters } of feeds) {
    const about = `feed-${name}`
    if (isPaused) concerns.push(of('feedPaused', 'warn', { about }))
    else if (lagSeconds > lateSeconds)
      concerns.push(of('feedLate', 'warn', { about, count: Math.round(lagSeconds / 60) }))
    if (deadLetters > 0) concerns.push(of('feedDead', 'warn', { about, count: deadLetters }))
  }
  if (messages.late > 0)
    concerns.push(
      of('messagesLate', 'warn', {
        count: messages.late,
        since: dateOf(messages.oldestLateAt),
        public: 'persons',
      }),
    )
  if (messages.sent >= comparedMin && messages.bounced > messages.sent * bounceShare)
    concerns.push(of('messagesBounce', 'warn', { count: messages.bounced, public: 'persons' }))
  const { back, heard, offlineSince } = figures.counters
  if (back >= awayMin && back > heard * awayShare)
    concerns.push(
      of('countersAway', 'warn', {
        count: back,
        since: dateOf(offlineSince),
        public: 'counters',
      }),
    )
  if (provisional.overdue > 0)
    concerns.push(
      of('provisionalOverdue', 'warn', { count: provisional.overdue, public: 'counters' }),
    )
  if (provisional.gaps > 0)
    concerns.push(of('gaps', 'warn', { count: provisional.gaps, public: 'counters' }))
  if (slips.overdue > 0)
    concerns.push(of('slipsOverdue', 'warn', { count: slips.overdue, public: 'counters' }))
  return concerns
}

const ofCapacity = ({ capacity }: OperationsView): Concern[] => {
  const concerns: Concern[] = []
  if (capacity.room?.isOpen === true)
    concerns.push(of('roomOpen', 'warn', { count: capacity.room.people, public: 'doors' }))
  if (capacity.waiting > 0) concerns.push(of('portalFull', 'warn', { count: capacity.waiting }))
  else if (capacity.inFlight > capacity.limit * fullShare) {
    const count = Math.round((100 * capacity.inFlight) / capacity.limit)
    concerns.push(of('portalBusy', 'warn', { count }))
  }
  return concerns
}

const worst = (healths: readonly Health[]): Health =>
  (['bad', 'warn', 'unknown'] as const).find((health) => healths.includes(health)) ?? 'good'

const isWatched = ({ watcher }: OperationsView, now: Date): boolean =>
  watcher !== null && +now - Date.parse(watcher.writtenAt) <= watcherOldMilliseconds

/** A message of the watcher's own laboratory was taken, though none of a real one need have come. */
const isSeenWorking = (view: OperationsView, now: Date): boolean =>
  isWatched(view, now) &&
  view.watcher?.components.find(({ component }) => component === 'laboratory')?.status ===
    'operational'

/** What nobody has looked at is not known to be well. */
const groundOf = (view: OperationsView, audience: Public, now: Date): Health => {
  const { figures, figuresAt } = view
  const areFiguresFresh =
    figures !== null && figuresAt !== null && +now - Date.parse(figuresAt) <= figuresOldMilliseconds
  switch (audience) {
    case 'doors':
      return view.doors.length === 0 ? 'unknown' : 'good'
    case 'laboratories':
      return (areFiguresFresh && figures.laboratories.lastHour > 0) || isSeenWorking(view, now)
        ? 'good'
        : 'unknown'
    case 'counters':
      return areFiguresFresh ? 'good' : 'unknown'
    case 'persons':
      return isWatched(view, now) && areFiguresFresh ? 'good' : 'unknown'
    case 'verifiers':
      return isWatched(view, now) ? 'good' : 'unknown'
  }
}

/** @param now by the portal's clock */
export const judge = (view: OperationsView, now: Date): Judgement => {
  const concerns = [
    ...ofDoors(view),
    ...ofWatcher(view, now),
    ...ofFigures(view, now),
    ...ofCapacity(view),
  ].toSorted((a, b) => (a.health === b.health ? 0 : a.health === 'bad' ? -1 : 1))
  const healthOf = (audience: Public): Health =>
    worst([
      groundOf(view, audience, now),
      ...concerns.filter((one) => one.public === audience).map(({ health }) => health),
    ])
  return {
    concerns,
    health: {
      doors: healthOf('doors'),
      counters: healthOf('counters'),
      laboratories: healthOf('laboratories'),
      persons: healthOf('persons'),
      verifiers: healthOf('verifiers'),
    },
  }
}
