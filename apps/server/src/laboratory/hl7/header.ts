/** What MSH must say before anything else of a message is read (v2.5.1 §2.15.9). */
import type { MessageFaults } from '../faults.ts'
import type { ReadMessage, Segment } from './message.ts'
import { parseHl7Time } from './time.ts'

const versions: ReadonlySet<string> = new Set([
  '2.3',
  '2.3.1',
  '2.4',
  '2.5',
  '2.5.1',
  '2.6',
  '2.7',
  '2.7.1',
  '2.8',
  '2.8.1',
  '2.8.2',
])

/** HL7 table 0155. */
const acknowledgements: ReadonlySet<string> = new Set(['AL', 'NE', 'ER', 'SU', ''])

/** HL7 table 0103. */
const processingIds: ReadonlySet<string> = new Set(['P', 'T', 'D'])

/** §2.15.9.10: 20 characters until 2.6, 199 since. */
const controlIdCharactersMax = 199

const checkType = (header: Segment, faults: MessageFaults): void => {
  const [type, event, structure] = [1, 2, 3].map((component) => header.text(9, { component }))
  if (type === '') faults.add(header.at(9), 'REQUIRED')
  else if (type !== 'ORU') faults.add(header.at(9), 'MESSAGE_TYPE_NOT_SUPPORTED')
  else if (event !== 'R01') {
    faults.add(header.at(9), event === '' ? 'REQUIRED' : 'MESSAGE_EVENT_NOT_SUPPORTED')
  } else if (structure !== '' && structure !== 'ORU_R01') {
    faults.add(header.at(9), 'MESSAGE_TYPE_NOT_SUPPORTED')
  }
}

const checkProcessingId = (header: Segment, faults: MessageFaults): void => {
  const id = header.text(11)
  if (id === '') faults.add(header.at(11), 'REQUIRED')
  else if (!processingIds.has(id)) faults.add(header.at(11), 'NOT_ALLOWED')
  else if (id !== 'P') faults.add(header.at(11), 'PROCESSING_ID_NOT_SUPPORTED')
}

const checkVersion = (header: Segment, faults: MessageFaults): void => {
  const version = header.text(12)
  if (version === '') faults.add(header.at(12), 'REQUIRED')
  else if (!versions.has(version)) faults.add(header.at(12), 'VERSION_NOT_SUPPORTED')
}

export const checkHeader = ({ header }: ReadMessage, faults: MessageFaults): void => {
  const made = header.text(7)
  if (made === '') faults.add(header.at(7), 'REQUIRED')
  else if (parseHl7Time(made) === undefined) faults.add(header.at(7), 'MALFORMED')
  checkType(header, faults)
  const controlId = header.text(10)
  if (controlId === '') faults.add(header.at(10), 'REQUIRED')
  else if (controlId.length > controlIdCharactersMax) faults.add(header.at(10), 'TOO_LONG')
  checkProcessingId(header, faults)
  checkVersion(header, faults)
  for (const field of [15, 16]) {
    if (!acknowledgements.has(header.text(field))) faults.add(header.at(field), 'NOT_ALLOWED')
  }
}
