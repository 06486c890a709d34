/**
 * Every bound on how much is at work at a time in one process, in one place: they only make sense together. From the
 * outside in: connections that stand, requests that work, statements that run, certificates that are made, messages
 * that go out. Nothing else in the tree bounds concurrency; what a route or a file may hold in bytes stands there.
 *
 * How they hang together
 * - The gate's limit is found from how long requests take (docs/adr/0012-admission-finds-its-own-limit.md); the numbers
 *   here bound it. Connections of a pool are fewer than the requests let in: those wait in the pool for milliseconds.
 * - Each traffic has a pool of its own, so that a rush of one takes no connection of another (invariant 5).
 * - The bounds in flight are for what the gate's classes do not tell apart; they are as large as the gate's limit, so
 *   that they refuse only when something does not end.
 */
import type { ConcurrencyLimitSettings, GateSettings } from './gate-settings.ts'
import type { ClassShape, TrafficClass } from './traffic.ts'

/** Connections that stand. */
export const connectionBounds = {
  /** Of the portal's port, as far as the process has files for them: each costs some 20 kB. */
  portal: 20_000,
  /** The same where the system does not say how many files a process may have open. */
  portalUnknown: 5_000,
  /** Share of a process's files for them; the rest is for the database, the provider, pages and logs. */
  portalShareOfFiles: 0.8,
  /** Not yet accepted. Node's 511 is full in an instant when tens of thousands come back; the kernel caps it. */
  listenBacklog: 4_096,
  /** The operator's port: a scraper or two, and a person who looks. */
  operator: 50,
  /** Laboratories' port, unless LABORATORY_CONNECTIONS_MAX says otherwise; each keeps a few open all day. */
  laboratory: 1_000,
  /** Of one laboratory: a sender works on a message after the other on each. */
  laboratoryEach: 32,
  /** Vendors' port, unless VENDOR_CONNECTIONS_MAX says otherwise; a pharmacy's software keeps one open. */
  vendor: 5_000,
  /** The card port, unless CARD_CONNECTIONS_MAX says otherwise. */
  card: 1_000,
  /** Somebody typing the code of a card holds a connection; a hospital's people share an address. */
  cardShareOfAddress: 0.1,
  cardOfAddressMin: 20,
} as const

/** Requests in work: the gate's limit at its highest, unless ADMISSION_CONCURRENCY_MAX says otherwise. */
export const requestsMax = 600

export const defaultLimitSettings: ConcurrencyLimitSettings = {
  limitInitial: 128,
  limitMin: 32,
  limitMax: requestsMax,
  calmInFlight: 8,
  tolerance: 2,
  // A counter does not notice 50 ms; refusing somebody to answer another faster than that would be absurd.
  targetMillisecondsMin: 50,
  windowMilliseconds: 200,
  windowSamplesMin: 20,
  probeEveryMilliseconds: 60_000,
  probeMilliseconds: 400,
}

/**
 * Work in an open session, then new sign-ins, then lists and statistics; people and laboratories beside them with a
 * part of their own. A sign-in on its way back from the provider goes before a new one: its cost is already paid.
 * Sign-ins do not steer because they wait for somebody else's server, people's requests because a refusal there takes
 * its time on purpose, and pages because the reader's connection sets their pace.
 */
export const classShapes: Readonly<Record<TrafficClass, ClassShape>> = {
  work: {
    rank: 0,
    reservedShare: 0.4,
    capShare: 1,
    queueMax: 1_000,
    // The page waits, and coming back would cost it seconds: a second in the queue is quicker.
    waitMilliseconds: 2_000,
    waitOverloadedMilliseconds: 1_000,
    retrySeconds: 1,
    steers: true,
  },
  laboratory: {
    rank: 1,
    reservedShare: 0.1,
    capShare: 0.5,
    queueMax: 300,
    waitMilliseconds: 2_000,
    waitOverloadedMilliseconds: 500,
    retrySeconds: 2,
    steers: true,
  },
  backlog: {
    rank: 2,
    reservedShare: 0.05,
    capShare: 0.4,
    queueMax: 200,
    // Machines wait for it, not people: a longer queue keeps the server busy until the next ones come back.
    waitMilliseconds: 5_000,
    waitOverloadedMilliseconds: 4_000,
    retrySeconds: 2,
    returnsInLine: true,
    steers: true,
  },
  person: {
    rank: 3,
    reservedShare: 0.1,
    capShare: 0.5,
    queueMax: 300,
    waitMilliseconds: 1_000,
    waitOverloadedMilliseconds: 300,
    retrySeconds: 3,
    steers: false,
  },
  'login-return': {
    rank: 4,
    reservedShare: 0.1,
    capShare: 0.3,
    // Two calls to the provider of some 300 ms each, at 300 a second, the best pace of the waiting room.
    ownSlots: 200,
    queueMax: 400,
    waitMilliseconds: 3_000,
    waitOverloadedMilliseconds: 1_500,
    retrySeconds: 2,
    steers: false,
  },
  login: {
    rank: 5,
    reservedShare: 0.05,
    capShare: 0.25,
    queueMax: 200,
    waitMilliseconds: 1_000,
    waitOverloadedMilliseconds: 300,
    retrySeconds: 3,
    steers: false,
  },
  public: {
    rank: 6,
    reservedShare: 0.05,
    capShare: 0.4,
    queueMax: 300,
    waitMilliseconds: 1_000,
    waitOverloadedMilliseconds: 200,
    retrySeconds: 5,
    steers: false,
  },
  list: {
    rank: 7,
    reservedShare: 0.02,
    capShare: 0.25,
    queueMax: 100,
    waitMilliseconds: 1_000,
    waitOverloadedMilliseconds: 200,
    retrySeconds: 5,
    steers: true,
  },
}

export const defaultGateSettings: GateSettings = {
  limit: defaultLimitSettings,
  classes: classShapes,
  perKeyShare: 0.1,
  perKeyMin: 4,
}

/** Arrivals at the waiting room that one process gathers for its next update of the room; more are told to come back. */
export const roomArrivalsMax = 10_000

/** Requests of intake in work at a time. Beyond, the answer is early and cheap, with a time to come back. */
export const screeningsInFlight = { max: requestsMax, retrySeconds: 2 } as const
/**
 * Messages of laboratories in one process: in work at a time, of all and of each; waiting for their turn with their connection
 * unread, as many as a laboratory may have connections at both ports; and what is told who waited too long (laboratory-turns.ts).
 */
export const laboratoryMessages = {
  max: 200,
  ofEachMax: 16,
  waitingOfEachMax: 2 * connectionBounds.laboratoryEach,
  // Senders give up after thirty seconds or more; so long a wait would be one too many for who waits behind it.
  waitMilliseconds: 5_000,
  retrySeconds: 5,
} as const
/**
 * Results of laboratories, a second: of each whose entry of the directory says nothing, and of all in one process unless
 * LABORATORY_PER_SECOND says otherwise. At the record of January 2022, about four million PCR in a week, all laboratories of
 * France together had 7 a second on average, and several times that in the busiest hour.
 */
export const laboratoryResultsPerSecond = { each: 50, all: 400 } as const
/**
 * Requests of vendors' software in work at a time in one process: of all, of a vendor, of one site of its. Their pool has four
 * connections, and a recording takes some milliseconds: more would only wait.
 */
export const vendorRequestsInWork = {
  max: 200,
  ofVendorMax: 80,
  ofSiteMax: 8,
  retrySeconds: 2,
} as const
/** People's requests in work at a time. More than the pool can serve in a moment only wait for each other. */
export const personsInFlight = { max: 200, retrySeconds: 5 } as const

/**
 * Connections to the database, a pool a traffic. Eight of intake: durable throughput on one disk is best there, more are
 * slower (docs/adr/0011-issuing-and-storing.md).
 */
export const poolConnections = { intake: 8, login: 3, person: 4, worker: 3 } as const

/**
 * Screenings that somebody stands before, gathered while a round is under way (platform/gather.ts): of issuing first, then of
 * storing, which is one transaction. Something keeps a round that outlasts the patience, and others go past it, as long as
 * there are connections. Where several come together the next certificates are issued 20 ms later: twelve together cost the
 * database a third of what twelve cost by themselves, and nobody at a counter notices (docs/adr/0079-screenings-are-gathered.md).
 */
export const issuingRounds = {
  roundMax: 64,
  lanesMax: poolConnections.intake,
  patienceMilliseconds: 100,
  spacingMilliseconds: 20,
} as const
/** The same of laboratories: on each connection they wait for an answer before they send the next, so that any wait would count. */
export const laboratoryIssuingRounds = { ...issuingRounds, spacingMilliseconds: 0 } as const
export const recordingRounds = { ...issuingRounds, spacingMilliseconds: 0 } as const

/** Certificates of backlogs that the issuing thread has in work while nobody waits for one: signatures are checked on other threads. */
export const backlogIssuesMax = 4
/** Sessions with a signing module (PKCS#11): for modules that are slow, behind a network. */
export const keyModuleSessionsMax = 8

/** Messages to people that a worker has in work, and connections that each way of sending keeps. */
export const messagesInFlightMax = 8
export const senderConnectionsMax = 4
