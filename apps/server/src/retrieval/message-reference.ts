/**
 * What a message is called outside: the gateway's reference and the e-mail's Message-ID. It is the key of its row, site
 * first, so that the gateway's word finds the row among those of one site; it holds nothing of the person.
 */
import { type Channel, type MessageKind, type MessageRow, type Topic, topics } from './outbox.ts'

const topicOf = (channel: string, kind: string): Topic | undefined =>
  (Object.keys(topics) as Topic[]).find(
    (topic) => topics[topic].channel === channel && topics[topic].kind === kind,
  )

/** The same on every try: whoever gets a message twice can tell. */
export const messageReferenceOf = ({
  site_id,
  screening_id,
  topic,
  number,
}: MessageRow): string => {
  const { channel, kind }: { channel: Channel; kind: MessageKind } = topics[topic]
  return [site_id, screening_id.replaceAll('-', ''), channel, kind, number].join('-')
}

const shape = /^([0-9AB]{9})-([0-9a-f]{32})-([a-z]+)-([a-z]+)-([1-9][0-9]{0,4})$/
const smallintMax = 32_767

/** @returns null when the text is no reference of ours */
export const parseMessageReference = (text: string): MessageRow | null => {
  const [, siteId = '', digits = '', channel = '', kind = '', number = ''] = shape.exec(text) ?? []
  const topic = topicOf(channel, kind)
  if (topic === undefined || Number(number) > smallintMax) return null
  const screeningId = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return { site_id: siteId, screening_id: screeningId, topic, number: Number(number) }
}
