/** What others are told: contact tracing, surveillance, open data. */
export { type FeedName, feedNames, type ItemFeed, itemFeeds } from './feed-names.ts'
export {
  type FeedView,
  pauseFeed,
  readFeedFigures,
  readFeeds,
  replayFeed,
  resumeFeed,
} from './feed-state.ts'
export { serveOpenData } from './open-data/serve.ts'
export { startFeedWorker } from './worker.ts'
