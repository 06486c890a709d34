export { makeSenders } from './make-senders.ts'
export { type RetrievalModule, type RetrievalNeeds, retrievalModule } from './module.ts'
export type { NotificationPlatform, RetrievalPlatform } from './needs.ts'
export {
  type NotificationWorker,
  type NotificationWorkerNeeds,
  startNotificationWorker,
} from './notification-worker.ts'
