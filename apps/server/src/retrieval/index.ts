export type { NotificationPlatform, RetrievalPlatform } from './dependencies.ts'
export { makeSenders } from './make-senders.ts'
export { type RetrievalDependencies, type RetrievalModule, retrievalModule } from './module.ts'
export {
  type NotificationWorker,
  type NotificationWorkerDependencies,
  startNotificationWorker,
} from './notification-worker.ts'
