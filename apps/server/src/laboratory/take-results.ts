/** What a message says → what becomes of it: judged by the rules of screenings, then recorded, whichever format told it. */
import type { CatalogueTables, ScreeningLimits } from '@sidep/screening'
import { screeningShape } from '../intake/compiled-shapes.ts'
import type { Answer } from './answer.ts'
import { type MessageFault, MessageFaults } from './faults.ts'
import { judgeResults } from './judge.ts'
import type { MessageContent } from './laboratory-result.ts'
import { placeResults, type RecordResults, type Sender } from './record-results.ts'

export interface TakeDependencies {
  readonly now: () => Date
  readonly catalogue: () => CatalogueTables
  readonly limits: ScreeningLimits
  readonly recordResults: RecordResults
}

export interface TakeResults {
  /** What the sender is to mend; nothing is recorded. */
  judge(content: MessageContent, sender: Sender): readonly MessageFault[]
  /** Records all results of a message, or none of one that is faulty. @param name names the message among its sender's */
  take(content: MessageContent, sender: Sender, name: string): Promise<Answer>
}

export const makeTakeResults = ({
  now,
  catalogue,
  limits,
  recordResults,
}: TakeDependencies): TakeResults => {
  const place = ({ results, faults: read }: MessageContent, sender: Sender) => {
    const at = now()
    const { placed, faults: misplaced } = placeResults(results, sender, at)
    if (read.length > 0) return { placed, faults: read }
    const [site] = sender.laboratory.sites
    const judged = judgeResults(results, {
      catalogue: catalogue(),
      limits,
      at,
      siteId: site.id,
      // Walking the schema was a third of what reading a message costs.
      shape: screeningShape,
    })
    const faults = new MessageFaults()
    for (const { location, rule } of [...judged, ...misplaced]) faults.add(location, rule)
    return { placed, faults: faults.list }
  }
  return {
    judge: (content, sender) => place(content, sender).faults,
    async take(content, sender, name) {
      const { placed, faults } = place(content, sender)
      return faults.length > 0 ? { kind: 'faulty', faults } : recordResults(placed, name)
    },
  }
}
