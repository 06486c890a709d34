export { type FeedReceiver, type ReceivedEvent, startFeedReceiver } from './receiver.ts'
