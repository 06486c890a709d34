/**
 * What the feeds do by themselves, in every process with the workers' role: follow the chains, tell receivers, count the open
 * series. Each is a loop of its own; what one of them throws is said, and tried again.
 */

import { setTimeout as wait } from 'node:timers/promises'
import type { Configuration } from '../platform/configuration.ts'
import { errorName } from '../platform/error-name.ts'
import { type Collector, makeCollector } from './collect.ts'
import { type Deliverer, type DeliveryPlatform, makeDeliverer } from './deliver.ts'
import { type FeedName, feedNames, itemFeeds } from './feed-names.ts'
import { type FeedView, readFeeds } from './feed-state.ts'
import { readPopulation } from './open-data/population.ts'
import { makePublisher, type Publisher } from './open-data/publish.ts'
import { openPseudonymKeys } from './pseudonym-keys.ts'
import { makeReceiver, type Receiver } from './receiver.ts'

/** A case is told within a minute: followed and sent each within seconds. */
const collectEveryMilliseconds = 3_000
const deliverEveryMilliseconds = 2_000
const publishEveryMilliseconds = 60_000
const tendEveryMilliseconds = 3_600_000
const lookEveryMilliseconds = 15_000

export interface FeedWorker {
  /** Ends the loops between two batches, and the connections to receivers. */
  stop(): Promise<void>
}

export interface FeedParts {
  readonly collector: Collector
  readonly deliverers: readonly Deliverer[]
  readonly publisher: Publisher
  tend(): Promise<void>
  close(): Promise<void>
}

/** The parts of a configuration. A feed without a receiver keeps what it has to tell. */
export const openFeeds = async (
  platform: DeliveryPlatform,
  { feeds }: Pick<Configuration, 'feeds'>,
): Promise<FeedParts> => {
  const population = await readPopulation(feeds.populationFile)
  const receivers: Receiver[] = []
  const open = (name: FeedName): Receiver | null => {
    const address = feeds.receivers[name]
    if (address === null) return null
    const receiver = makeReceiver(address)
    receivers.push(receiver)
    return receiver
  }
  const keys = openPseudonymKeys(platform)
  return {
    collector: makeCollector(platform, keys),
    deliverers: itemFeeds.flatMap((feed) => {
      const receiver = open(feed)
      return receiver === null ? [] : [makeDeliverer(platform, feed, receiver)]
    }),
    publisher: makePublisher(platform, open('open-data'), population),
    tend: () => keys.tend(),
    close: async () => {
      await Promise.all(receivers.map((receiver) => receiver.close()))
    },
  }
}

const showFigures = (platform: DeliveryPlatform): (() => Promise<void>) => {
  let views: readonly FeedView[] = []
  for (const name of feedNames) {
    const metric = `sidep_feed_${name.replace('-', '_')}`
    const viewed = (of: (view: FeedView) => number) => (): number => {
      const view = views.find((feed) => feed.name === name)
      return view === undefined ? 0 : of(view)
    }
    const { metrics } = platform
    metrics.gauge(
      `${metric}_waiting`,
      `What the feed ${name} has to tell, as of the last look`,
      viewed(({ waiting }) => waiting),
    )
    metrics.gauge(
      `${metric}_lag_seconds`,
      `For how long the oldest of it has been due`,
      viewed(({ lagSeconds }) => lagSeconds),
    )
    metrics.gauge(
      `${metric}_dead_letters`,
      `What the feed ${name} has given up`,
      viewed(({ deadLetters }) => deadLetters),
    )
    metrics.gauge(
      `${metric}_paused`,
      `1 while the feed ${name} is paused`,
      viewed(({ paused }) => (paused === null ? 0 : 1)),
    )
  }
  return async () => {
    views = await readFeeds(platform.database, platform.clock.now())
  }
}

/** Starts the loops. @throws what keeps the file of the population from being read */
export const startFeedWorker = async (
  platform: DeliveryPlatform,
  configuration: Pick<Configuration, 'feeds'>,
): Promise<FeedWorker> => {
  const parts = await openFeeds(platform, configuration)
  const stopping = new AbortController()
  const { signal } = stopping
  const failures = platform.metrics.counter(
    'sidep_feeds_failures_total',
    'Rounds of the feeds that could not be made, by task; they are made again',
  )
  const look = showFigures(platform)

  const pause = (milliseconds: number): Promise<void> =>
    // Ended by the stop: there is nothing to tell of it.
    wait(milliseconds, undefined, { signal, ref: false }).catch(() => {})

  /** @param round whether there is more to do at once */
  const loop = async (
    task: string,
    milliseconds: number,
    round: () => Promise<boolean>,
  ): Promise<void> => {
    while (!signal.aborted) {
      let hasMore = false
      try {
        hasMore = await round()
      } catch (error) {
        failures.increment({ task })
        const name = errorName(error)
        platform.log.error({ code: 'FEED_TASK_FAILED', task, name }, 'tried again later')
      }
      if (!hasMore) await pause(milliseconds)
    }
  }

  const loops = [
    loop('collect', collectEveryMilliseconds, async () => {
      await parts.collector.collect(signal)
      return false
    }),
    ...parts.deliverers.map((deliverer) =>
      loop('deliver', deliverEveryMilliseconds, async () => (await deliverer.runOnce()) > 0),
    ),
    loop('publish', publishEveryMilliseconds, async () => {
      await parts.publisher.runOnce()
      return false
    }),
    loop('tend', tendEveryMilliseconds, async () => {
      await parts.tend()
      return false
    }),
    loop('look', lookEveryMilliseconds, async () => {
      await look()
      return false
    }),
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
      await parts.close()
    },
  }
}
