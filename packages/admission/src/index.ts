/**
 * Admission, as far as it is knowledge: no clock, no randomness, no I/O. The server's admission room drives it with
 * requests, the nation in virtual time with numbers.
 */
export {
  backlogIssuesMax,
  classShapes,
  connectionBounds,
  defaultGateSettings,
  issuingRounds,
  keyModuleSessionsMax,
  laboratoryIssuingRounds,
  laboratoryMessages,
  laboratoryResultsPerSecond,
  messagesInFlightMax,
  personsInFlight,
  poolConnections,
  recordingRounds,
  requestsMax,
  roomArrivalsMax,
  screeningsInFlight,
  senderConnectionsMax,
  vendorRequestsInWork,
} from './concurrency.ts'
export { type ConcurrencyLimit, makeConcurrencyLimit, type Sample } from './concurrency-limit.ts'
export { type FairQueue, makeFairQueue, type Waiting } from './fair-queue.ts'
export {
  type Arrival,
  type ClassView,
  type Entry,
  type Gate,
  makeGate,
  type Settlement,
  type Shed,
  type ShedReason,
} from './gate.ts'
export type { ConcurrencyLimitSettings, GateSettings } from './gate-settings.ts'
export {
  type LaboratoryShare,
  type LaboratoryTurn,
  type LaboratoryTurns,
  makeLaboratoryTurns,
} from './laboratory-turns.ts'
export { makeNetworkShares, type NetworkShares } from './network-shares.ts'
export {
  type Advance,
  type ArrivalBucket,
  type ArrivalsLetIn,
  advanceEveryMilliseconds,
  advanceRoom,
  bucketMilliseconds,
  bucketOf,
  confirmTickets,
  defaultRoomSettings,
  isLetIn,
  letArrivalsIn,
  newRoom,
  type RoomArrivals,
  type RoomSettings,
  type RoomState,
  reorderMilliseconds,
  updateMillisecondsMax,
  updateSpacingMilliseconds,
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
  type SiteEntry,
  type SiteRateSettings,
  type SiteRates,
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
export {
  makeVendorShares,
  type VendorEntry,
  type VendorShares,
  vendorSiteSettings,
} from './vendor-shares.ts'
