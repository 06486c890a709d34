/** The screen of whoever is on duty, and what they may do: `/pilotage/`. Figures are counts; nobody tested is in them. */
import { type Static, Type } from 'typebox'
import { NoticeExtent, NoticeView } from './operations-notices.ts'
import { ForecastView, FraudFigures } from './operations-outlook.ts'
import {
  Count,
  Instant,
  NullableCount,
  NullableText,
  ProfessionalId,
  Reason,
  SiteId,
  strict,
} from './operations-parts.ts'
import { Door } from './session.ts'
import { watchedComponents } from './watched-components.ts'

/**
 * What somebody of operations is there for: `duty` acts on incidents, doors and papers; `authority` also decides what is
 * accepted and who may work; `support` and `auditor` look, and change nothing.
 */
export const operatorRoles = ['duty', 'authority', 'support', 'auditor'] as const
export type OperatorRole = (typeof operatorRoles)[number]

const Role = Type.Union([
  Type.Literal('duty'),
  Type.Literal('authority'),
  Type.Literal('support'),
  Type.Literal('auditor'),
])
const DoorState = Type.Union([Type.Literal('up'), Type.Literal('down')])

/** `GET /api/operations/me`. */
export const OperatorView = Type.Object({
  id: Type.String(),
  familyName: Type.String(),
  firstNames: Type.String(),
  roles: Type.Array(Role),
  door: Door,
  signedInAt: Type.String(),
  expiresAt: Type.String(),
  /** Name the session in what the page sends and signs. */
  sessionId: Type.String(),
  siteId: NullableText,
  professionalId: Type.String(),
  serverTime: Type.String(),
})
export type OperatorView = Static<typeof OperatorView>

/** What leaves the portal by itself, each to a receiver of its own. */
export const feedNames = ['tracing', 'surveillance', 'open-data'] as const
const FeedName = Type.Enum([...feedNames])

/** A quarter of an hour. */
const Quarter = Type.Object({
  from: Type.String(),
  count: Count,
  /** Of the same quarter a week before; null: nothing was counted then. */
  weekBefore: NullableCount,
})

const DepartmentFigures = Type.Object({
  /** `01`–`95`, `2A`, `2B`, `971`…; `?`: the site's is not known. */
  department: Type.String(),
  /** Of the last 60 minutes. */
  lastHour: Count,
  weekBefore: NullableCount,
  /** Sites that recorded something in them. */
  sites: Count,
})

/** Read from the database, all by one question. */
export const OperationsFigures = Type.Object({
  /** Sign-ins of the last 15 minutes: those that succeeded, and those that failed for a reason of ours or the provider's. */
  signIns: Type.Object({
    ecps: Count,
    card: Count,
    /** Of the last five minutes: what failed before a provider was back says nothing of now. */
    cameEcps: Count,
    cameCard: Count,
    failedEcps: Count,
    failedCard: Count,
  }),
  /** What counters with an open session said of themselves within an hour. */
  counters: Type.Object({
    /** In the last whole five minutes. */
    heard: Count,
    /** Said that they had been offline, since the earliest of them. */
    back: Count,
    offlineSince: NullableText,
    /** Screenings that still waited at them. */
    waiting: Count,
  }),
  /** What somebody on duty said of a door, against the probes. */
  switches: Type.Array(
    Type.Object({
      door: Door,
      state: DoorState,
      by: Type.String(),
      reason: Type.String(),
      setAt: Type.String(),
      endsAt: Type.String(),
    }),
  ),
  /** Signed in within 12 hours, and not over. */
  sessions: Count,
  /** Sites that recorded something in the last 15 minutes. */
  sitesActive: Count,
  /** Quarters of today, in Paris, the last one still running. */
  today: Type.Array(Quarter),
  departments: Type.Array(DepartmentFigures),
  laboratories: Type.Object({ lastHour: Count, lastAt: NullableText }),
  booklets: Type.Object({ inForce: Count, sites: Count, allowance: Count }),
  /** Provisional certificates that came in within 24 hours, and those that did not become definitive. */
  provisional: Type.Object({
    received: Count,
    reconciled: Count,
    waiting: Count,
    /** Waiting for more than an hour. */
    overdue: Count,
    /** Booklets with numbers that are known to be used and have not come in. */
    gaps: Count,
  }),
  slips: Type.Object({
    out: Count,
    sites: Count,
    /** Past their time, and neither typed nor cancelled. */
    overdue: Count,
  }),
  /** To people, of the last hour. */
  messages: Type.Object({
    sent: Count,
    delivered: Count,
    bounced: Count,
    /** Due for more than two minutes and not gone. */
    late: Count,
    oldestLateAt: NullableText,
  }),
  /** What verifiers follow; null: no index was signed yet. */
  trust: Type.Union([
    Type.Object({ number: Type.Integer(), issuedAt: Type.String() }),
    Type.Null(),
  ]),
  suspended: Count,
  feeds: Type.Array(
    Type.Object({
      name: FeedName,
      /** For how long the oldest has been due that its receiver does not have. */
      lagSeconds: Count,
      waiting: Count,
      deadLetters: Count,
      isPaused: Type.Boolean(),
    }),
  ),
  /** Tolerance notices that are not over, and drafts of them, newest first. */
  notices: Type.Array(NoticeView),
  fraud: FraudFigures,
  /** Null: not worked out yet, or of too few days. */
  forecast: Type.Union([ForecastView, Type.Null()]),
})
export type OperationsFigures = Static<typeof OperationsFigures>

const ComponentView = Type.Object({
  component: Type.String(),
  /** As summary.json has it: `operational`, `degraded_performance`, `partial_outage`, `major_outage`, `under_maintenance`. */
  status: Type.String(),
  since: Type.String(),
})

export const IncidentView = Type.Object({
  id: Type.String(),
  severity: Type.Union([Type.Literal('minor'), Type.Literal('major'), Type.Literal('critical')]),
  openedAt: Type.String(),
  closedAt: NullableText,
  takenBy: NullableText,
  parts: Type.Array(
    Type.Object({
      component: Type.String(),
      since: Type.String(),
      recoveredAt: NullableText,
      code: NullableText,
      /** What it was noticed by: `probe`, `users`, `burn-1h` …, or `person`. */
      rule: Type.String(),
      departments: Type.Array(Type.String()),
      sites: NullableCount,
    }),
  ),
  timeline: Type.Array(
    Type.Object({
      at: Type.String(),
      type: Type.String(),
      component: NullableText,
      by: NullableText,
      fr: NullableText,
      en: NullableText,
    }),
  ),
})
export type IncidentView = Static<typeof IncidentView>

/** What the watcher left in its folder; it is another process, and may be on another machine. */
export const WatcherView = Type.Object({
  /** Of its last page: it writes one each minute. */
  writtenAt: Type.String(),
  components: Type.Array(ComponentView),
  /** Open ones first, then the newest of those that are over. */
  incidents: Type.Array(IncidentView),
})
export type WatcherView = Static<typeof WatcherView>

/** Of the process that answers; others have their own. */
export const CapacityView = Type.Object({
  /** Requests that may be in work at once, as admission finds it. */
  limit: Count,
  inFlight: Count,
  waiting: Count,
  sitesActive: Count,
  /** The waiting room of new sign-ins, one for all processes; null: not known. */
  room: Type.Union([
    Type.Object({ isOpen: Type.Boolean(), people: Count, signInsPerSecond: Type.Number() }),
    Type.Null(),
  ]),
})
export type CapacityView = Static<typeof CapacityView>

/** `GET /api/operations/overview`, and each event of `GET /api/operations/stream`. Every part has a time of its own. */
export const OperationsView = Type.Object({
  /** By the portal's clock. */
  at: Type.String(),
  doors: Type.Array(Type.Object({ door: Door, state: DoorState, since: NullableText })),
  capacity: CapacityView,
  /** Null: the database has not answered since this process started. */
  figures: Type.Union([OperationsFigures, Type.Null()]),
  /** When they were read; older than `at` while the database is away. */
  figuresAt: NullableText,
  /** Null: no watcher has left anything here. */
  watcher: Type.Union([WatcherView, Type.Null()]),
})
export type OperationsView = Static<typeof OperationsView>

const IncidentId = Type.String({
  maxLength: 15,
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{1,4}$',
})

/** `POST /api/operations/doors`: `probes` takes back what was said. */
export const DoorOrder = Type.Object(
  {
    door: Door,
    to: Type.Union([Type.Literal('down'), Type.Literal('up'), Type.Literal('probes')]),
    /** Until it ends by itself. */
    hours: Type.Integer({ minimum: 1, maximum: 72 }),
    reason: Reason,
  },
  strict,
)
export type DoorOrder = Static<typeof DoorOrder>

const WatchedName = Type.Enum([...watchedComponents])

/** `POST /api/operations/incidents`. */
export const IncidentOrder = Type.Union([
  Type.Object({ kind: Type.Literal('take'), incident: IncidentId, reason: Reason }, strict),
  /** Of what a person opened; what probes or users still meet is over when it is well. */
  Type.Object({ kind: Type.Literal('close'), incident: IncidentId, reason: Reason }, strict),
  Type.Object({ kind: Type.Literal('open'), component: WatchedName, reason: Reason }, strict),
  Type.Object(
    {
      kind: Type.Literal('note'),
      incident: IncidentId,
      /** As the status page says it. */
      fr: Type.String({ minLength: 3, maxLength: 600 }),
      en: Type.String({ minLength: 3, maxLength: 600 }),
      reason: Reason,
    },
    strict,
  ),
])
export type IncidentOrder = Static<typeof IncidentOrder>

/** `POST /api/operations/suspensions`. */
export const SuspensionOrder = Type.Object(
  {
    professional: ProfessionalId,
    to: Type.Union([Type.Literal('suspended'), Type.Literal('lifted')]),
    reason: Reason,
  },
  strict,
)
export type SuspensionOrder = Static<typeof SuspensionOrder>

/** `POST /api/operations/revocations`: everything entered or corrected in somebody's name from then on. */
export const RevocationOrder = Type.Object(
  {
    professional: ProfessionalId,
    since: Instant,
    /** As the preview said: another number meanwhile, and nothing is done. */
    certificates: Count,
    reason: Type.String({ minLength: 3, maxLength: 80 }),
  },
  strict,
)
export type RevocationOrder = Static<typeof RevocationOrder>

/** `POST /api/operations/withdrawals`: all booklets, or all slips, that a site has. */
export const PaperWithdrawal = Type.Object(
  {
    papers: Type.Union([Type.Literal('booklets'), Type.Literal('slips')]),
    site: SiteId,
    why: Type.Union([
      Type.Literal('stolen'),
      Type.Literal('lost'),
      Type.Literal('misused'),
      Type.Literal('replaced'),
    ]),
    reason: Reason,
  },
  strict,
)
export type PaperWithdrawal = Static<typeof PaperWithdrawal>

/** `POST /api/operations/feeds`: nothing is lost of a feed that rests; it is told later. */
export const FeedOrder = Type.Object(
  {
    feed: FeedName,
    to: Type.Union([Type.Literal('paused'), Type.Literal('running')]),
    reason: Reason,
  },
  strict,
)
export type FeedOrder = Static<typeof FeedOrder>

/** `POST /api/operations/previews`: what an act would touch, before it is done. */
export const PreviewInput = Type.Union([
  Type.Object({ of: Type.Literal('door'), door: Door }, strict),
  Type.Object({ of: Type.Literal('feed'), feed: FeedName }, strict),
  Type.Object({ of: Type.Literal('suspension'), professional: ProfessionalId }, strict),
  Type.Object(
    { of: Type.Literal('revocation'), professional: ProfessionalId, since: Instant },
    strict,
  ),
  Type.Object(
    {
      of: Type.Literal('withdrawal'),
      papers: Type.Union([Type.Literal('booklets'), Type.Literal('slips')]),
      site: SiteId,
    },
    strict,
  ),
  Type.Object({ of: Type.Literal('notice'), ...NoticeExtent.properties }, strict),
])
export type PreviewInput = Static<typeof PreviewInput>

/** Counts of what would be touched; absent: not a matter of this act. */
export const Preview = Type.Object({
  sites: Type.Optional(Count),
  certificates: Type.Optional(Count),
  /** Whose certificates they are; each is told. */
  people: Type.Optional(Count),
  sessions: Type.Optional(Count),
  booklets: Type.Optional(Count),
  slips: Type.Optional(Count),
  /** Of a feed, told to nobody yet, and given up. */
  messages: Type.Optional(Count),
  /** Whether it can be taken back. */
  isUndoable: Type.Boolean(),
})
export type Preview = Static<typeof Preview>

/** What an act did. */
export const ActDone = Type.Object({
  /** False: it was so before. */
  isChanged: Type.Boolean(),
  certificates: Type.Optional(Count),
  booklets: Type.Optional(Count),
  slips: Type.Optional(Count),
})
export type ActDone = Static<typeof ActDone>
