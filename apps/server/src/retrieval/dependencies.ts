import type { Platform } from '../platform/context.ts'

/** What the person's way takes from the platform. */
export type RetrievalPlatform = Pick<
  Platform,
  'configuration' | 'clock' | 'database' | 'vault' | 'retrievalLinks' | 'metrics'
>

/** What the notification worker takes from it. */
export type NotificationPlatform = RetrievalPlatform & Pick<Platform, 'randomBytes' | 'log'>
