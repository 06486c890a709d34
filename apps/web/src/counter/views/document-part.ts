import type { DocumentViewProps } from './document-view.tsx'
import type { Part } from './on-demand.tsx'

/** What a result leads to: codes, print and PDF are large. */
export const documentPart: Part<DocumentViewProps> = {
  load: async () => (await import('./document-view.tsx')).DocumentView,
}
