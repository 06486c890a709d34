/**
 * Admission, as far as it is knowledge: no clock, no randomness, no I/O. The server's admission room drives it with
 * requests, the nation in virtual time with numbers.
 */
export {
  backlogIssuesMax,
  classShapes,
  connectionBounds,
  defaultGateSettings,
  keyModuleSessionsMax,
  messagesInFlightMax,
  personsInFlight,
  poolConnections,
  requestsMax,
  roomArrivalsMax,
  screeningsInFlight,
  senderConnectionsMax,
} from './concurrency.ts'
export { type ConcurrencyLimit, makeConcurrencyLimit, type Sample } from './concurrency-limit.ts'
export { type FairQueue, makeFairQueue, type Waiting } from './fair-queue.ts'
export {
  type Arrival,
  type ClassView,
  type Entry,
  type Gate,
  makeGate,
  type Refusal,
  type RefusalReason,
  type Settlement,
} from './gate.ts'
export type { ConcurrencyLimitSettings, GateSettings } from './gate-settings.ts'
export { makeNetworkShares, type NetworkShares } from './network-shares.ts'
export {
  type Advance,
  type ArrivalBucket,
  advanceEveryMilliseconds,
  advanceRoom,
  bucketMilliseconds,
  bucketOf,
  confirmTickets,
  defaultRoomSettings,
  isLetIn,
  newRoom,
  type RoomSettings,
  type RoomState,
  reorderMilliseconds,
  type Turn,
  type TurnOutcome,
  takeTurn,
  turnMillisecondsMax,
  turnSpacingMilliseconds,
} from './room.ts'
export {
  countAhead,
  firstPollAfterSeconds,
  isComingBack,
  isLate,
  latePlaceOf,
  type PlaceView,
  placeOf,
  pollAfterSeconds,
} from './room-view.ts'
export {
  defaultSiteRateSettings,
  makeSiteRates,
  type SiteRateSettings,
  type SiteRates,
  type SiteTurn,
} from './site-rates.ts'
export {
  datedLaterMillisecondsMax,
  readTicket,
  type Ticket,
  type TicketMac,
  type TicketReading,
  ticketCharacters,
  ticketId,
  ticketMillisecondsMax,
  ticketUsesMax,
  writeTicket,
} from './ticket.ts'
export { type ClassShape, type TrafficClass, trafficClasses } from './traffic.ts'
