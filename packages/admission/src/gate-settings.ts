/** What the gate and its limit are told; concurrency.ts tells them. */
import type { ClassShape, TrafficClass } from './traffic.ts'

export interface ConcurrencyLimitSettings {
  readonly limitInitial: number
  readonly limitMin: number
  readonly limitMax: number
  /** A request that starts with at most this many in work says how long the work itself takes. */
  readonly calmInFlight: number
  /** Measured time is on target up to this many times the calm time. */
  readonly tolerance: number
  /** No mean time below this is overload, milliseconds. */
  readonly targetMillisecondsMin: number
  readonly windowMilliseconds: number
  readonly windowSamplesMin: number
  /** Without calm requests for this long, some are made, milliseconds. */
  readonly probeEveryMilliseconds: number
  /** Longest probe, milliseconds. */
  readonly probeMilliseconds: number
}

export interface GateSettings {
  readonly limit: ConcurrencyLimitSettings
  readonly classes: Readonly<Record<TrafficClass, ClassShape>>
  /** Share of the limit that one key may hold while others are at work. */
  readonly perKeyShare: number
  readonly perKeyMin: number
}
