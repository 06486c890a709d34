import type { Part } from '../on-demand.tsx'
import type { AmendViewProps } from './amend-view-props.ts'

/** Putting a screening right is seldom: its code comes when somebody begins. */
export const amendPart: Part<AmendViewProps> = {
  load: async () => (await import('./amend-view.tsx')).AmendView,
}
