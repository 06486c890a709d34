/**
 * What every scenario reports (`npx sidep bench`): the keys that those outside rely on. A scenario says beside a key
 * what it counts there, where that is not plain.
 */
export interface LoadResult<Scenario extends string> {
  readonly scenario: Scenario
  readonly seconds: number
  readonly offeredPerSecond: number
  readonly donePerSecond: number
  readonly failed: number
  /** Acknowledged, and not in the database afterwards. */
  readonly lost: number
  /** There more than once. */
  readonly duplicated: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  readonly cores: number
}
