/** What a line of the journal is about. */
import type { JournalLine } from '../sandbox/index.ts'

/** Ids of the screenings that a request was about. */
export const idsIn = ({ body }: JournalLine): string[] => {
  if (typeof body !== 'object' || body === null) return []
  const { id, items, screenings } = body as Record<string, unknown>
  const listed = [items, screenings].flatMap((all) => (Array.isArray(all) ? all : []))
  return [id, ...listed.map((one: { readonly id?: unknown }) => one.id)].filter(
    (one) => typeof one === 'string',
  )
}

const recording: readonly (string | null)[] = ['recordScreening', 'recordScreenings', 'reconcile']
export const isRecording = ({ endpoint }: JournalLine): boolean => recording.includes(endpoint)
