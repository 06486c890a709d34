/** The feeds of a test's portal, with a receiver that can be made to fail. */
import { type FeedReceiver, startFeedReceiver } from '@sidep/dev'
import { type TestPortal, testConfiguration } from '../platform/testing.ts'
import { type FeedParts, openFeeds } from './worker.ts'

export interface FeedBench extends FeedParts {
  readonly receiver: FeedReceiver
  /** Follows all chains, then tells until nothing more is claimed. */
  round(): Promise<void>
}

export const feedEnvironment = ({ url, token }: FeedReceiver): Record<string, string> => ({
  TRACING_URL: `${url}/tracing`,
  TRACING_TOKEN: token,
  SURVEILLANCE_URL: `${url}/surveillance`,
  SURVEILLANCE_TOKEN: token,
  OPEN_DATA_URL: `${url}/open-data`,
  OPEN_DATA_TOKEN: token,
})

/** @param portal whose workers do not run */
export const openFeedBench = async (portal: TestPortal): Promise<FeedBench> => {
  const receiver = await startFeedReceiver()
  const { platform } = portal.server
  const { feeds } = testConfiguration(
    platform.configuration.dataDirectory,
    feedEnvironment(receiver),
  )
  const parts = await openFeeds(platform, { feeds })
  const running = new AbortController()
  return {
    ...parts,
    receiver,
    async round() {
      await platform.vault.refresh()
      await parts.collector.collect(running.signal)
      for (const deliverer of parts.deliverers) {
        while ((await deliverer.runOnce()) > 0);
      }
      await parts.publisher.runOnce()
    },
    async close() {
      await parts.close()
      await receiver.close()
    },
  }
}
