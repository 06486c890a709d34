/** What OBX-5 may be by OBX-2: types that can be checked are, others are taken as they come. */
import { isBase64 } from '../base64.ts'
import type { MessageFaults } from '../faults.ts'
import type { Segment } from './message.ts'
import { parseHl7Time } from './time.ts'

/** HL7 table 0125, with what 2.3 and 2.8 have beside. */
const valueTypes: ReadonlySet<string> = new Set(
  `AD CE CF CK CN CNE CP CWE CX DR DT DTM ED FT GTS ID IS MA MO NA NM NR PN RP SI SN SNM ST TM TN TS TX XAD XCN XON
  XPN XTN`.split(/\s+/),
)

const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/
const clock = /^(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\.\d{1,4})?)?)?(?:[+-]\d{4})?$/
const comparators: ReadonlySet<string> = new Set(['', '>', '<', '>=', '<=', '=', '<>'])

/** ED: application, type, subtype, encoding (table 0299), data. */
const decodeDocument = (observation: Segment): Uint8Array | undefined => {
  const encoding = observation.text(5, { component: 4 }).toLowerCase()
  const data = observation.text(5, { component: 5 })
  if (data === '') return undefined
  if (encoding === 'base64') return isBase64(data) ? Buffer.from(data, 'base64') : undefined
  if (encoding === 'hex') {
    return /^(?:[0-9A-Fa-f]{2})+$/.test(data) ? Buffer.from(data, 'hex') : undefined
  }
  return encoding === 'a' ? Buffer.from(data) : undefined
}

/** The root of a document in XML; null of anything else. */
const rootOf = (document: Uint8Array): string | null => {
  const beginning = Buffer.from(document.subarray(0, 4_096)).toString('utf8')
  if (!/^\ufeff?\s*</.test(beginning)) return null
  const bare = beginning.replace(/<\?[^?]*\?>|<!--[^>]*-->/g, '')
  return /<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)/.exec(bare)?.[1] ?? null
}

/** A document with its pictures (RFC 2557, as CDA R2 §3.1 packs it): parts between boundaries, the last of which is there. */
const isWholePackage = (document: Uint8Array): boolean => {
  const text = Buffer.from(document).toString('latin1')
  if (!/^\s*(?:mime-version|content-type):/i.test(text)) return false
  const boundary = /boundary="?([\w'()+,./:=?-]{1,70})/i.exec(text)?.[1]
  return boundary !== undefined && text.includes(`--${boundary}--`)
}

/** A CDA R2 document is one by its root; others are only decoded. Nothing of a document is believed or kept. */
const checkDocument = (observation: Segment, faults: MessageFaults): void => {
  const document = decodeDocument(observation)
  const subtype = observation.text(5, { component: 3 }).toLowerCase()
  const saysXml = subtype === 'xml' || subtype === 'x-hl7-cda-level-one'
  const isSound =
    document !== undefined &&
    (!saysXml ||
      isWholePackage(document) ||
      (rootOf(document) !== null && Buffer.from(document).includes('</')))
  if (!isSound) faults.add(observation.at(5), 'DOCUMENT_UNREADABLE')
}

const isSoundText = (type: string, text: string): boolean => {
  switch (type) {
    case 'NM':
      return number.test(text)
    case 'SI':
      return /^\d{1,4}$/.test(text)
    case 'DT':
      return /^\d{4}(?:\d{2}){0,2}$/.test(text) && parseHl7Time(text) !== undefined
    case 'TM':
      return clock.test(text)
    case 'DTM':
    case 'TS':
      return parseHl7Time(text) !== undefined
    default:
      return true
  }
}

const isSoundNumeric = (observation: Segment): boolean => {
  const [first, second] = [2, 4].map((component) => observation.text(5, { component }))
  return (
    comparators.has(observation.text(5)) &&
    [first, second].every((text) => text === '' || text === undefined || number.test(text))
  )
}

/** Checks the value of one observation by the type that it names. */
export const checkValue = (observation: Segment, faults: MessageFaults): void => {
  const type = observation.text(2)
  const isValued = observation.count(5) > 0
  if (type === '') {
    if (isValued) faults.add(observation.at(2), 'REQUIRED')
    return
  }
  if (!valueTypes.has(type)) faults.add(observation.at(2), 'NOT_ALLOWED')
  if (!isValued) return
  if (type === 'ED') checkDocument(observation, faults)
  else if (type === 'SN') {
    if (!isSoundNumeric(observation)) faults.add(observation.at(5), 'MALFORMED')
  } else {
    const text = observation.text(5)
    if (text !== '' && !isSoundText(type, text)) faults.add(observation.at(5), 'MALFORMED')
  }
}
