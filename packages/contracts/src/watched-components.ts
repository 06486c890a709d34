/** What is watched, each by itself: what somebody comes for, not the processes that it runs on. */
export const watchedComponents = [
  'ecps',
  'card',
  'entry',
  'booklets',
  'slips',
  'laboratory',
  'retrieval',
  'verification',
  'bundle',
] as const

export type WatchedComponent = (typeof watchedComponents)[number]
