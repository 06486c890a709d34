/** Lets the lists of some texts through the gate, one by one, or keeps those in force and says why. */
import { type GatewayList, readGatewayLists } from './gateway-lists.ts'
import { raiseAlarm, storeList } from './imports.ts'
import type { Uploaders } from './signed-upload.ts'

export interface ImportOutcome {
  readonly list: string
  /** Null: in force now. */
  readonly code: string | null
  readonly entries?: number
  readonly asOf?: string
}

export interface Import {
  readonly folder: string
  /** Where the texts are from: for who reads of an alarm. */
  readonly source: string
  readonly texts: readonly string[]
  /** What is known against all of them already, such as LIST_TOO_LARGE. */
  readonly fault: string | null
  readonly uploaders: Uploaders | null
  readonly at: Date
  /** Somebody looked, and says that what is missing is gone for good. */
  readonly mayShrink: boolean
}

const nameOf = ({ kind, scope }: Pick<GatewayList, 'kind' | 'scope'>): string =>
  [kind, scope].filter(Boolean).join(' ')

/** @param isTold whether an alarm was raised before and nothing changed since: it is not written down again */
export const importLists = async (
  { folder, source, texts, fault, uploaders, at, mayShrink }: Import,
  isTold: (list: string, code: string) => boolean = () => false,
): Promise<readonly ImportOutcome[]> => {
  const keptOut = async (list: string, code: string): Promise<void> => {
    if (!isTold(list, code)) await raiseAlarm(folder, at, list, code)
  }
  const lists = fault ?? readGatewayLists(texts, uploaders, at)
  if (typeof lists === 'string') {
    await keptOut(source, lists)
    return [{ list: source, code: lists }]
  }
  const outcomes: ImportOutcome[] = []
  for (const list of lists) {
    const name = nameOf(list)
    const code = await storeList(folder, list, at, mayShrink)
    if (code !== null) await keptOut(name, code)
    const { entries, asOf } = list
    outcomes.push({ list: name, code, entries: entries.length, asOf: asOf.toISOString() })
  }
  return outcomes
}
