/** What is watched, each by itself: what somebody comes for, not the processes that it runs on. */
export const components = [
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

export type Component = (typeof components)[number]

/** How bad it is for those who come: some of it is slow or fails now and then, one thing fails, work stops. */
export type Severity = 'minor' | 'major' | 'critical'
