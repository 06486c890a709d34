/**
 * What was sent → its messages. A file is one message, several, or batches of them (v2.5.1 §2.10.3); MLLP's frame
 * characters and the line ends of editors are survived. Read byte by byte as Latin 1, so that each message keeps its own
 * character set.
 */
import type { MessageFault } from '../faults.ts'

/** One message as it was sent. */
export interface RawMessage {
  /** Its bytes, each one character: what MSH-18 makes of them comes later. */
  readonly binary: string
  /** What is wrong with the batch that it came in: a batch that is not whole is not believed in parts. */
  readonly batchFaults: readonly MessageFault[]
}

const frameCharacters = /[\x0b\x1c]/g
const envelopeNames: ReadonlySet<string> = new Set(['FHS', 'BHS', 'BTS', 'FTS'])

interface Batch {
  readonly messages: string[][]
  readonly faults: MessageFault[]
}

const makeBatch = (): Batch => ({ messages: [], faults: [] })

/** What a trailer says in its first field; undefined when it says nothing. */
const countIn = (trailer: string): string | undefined => {
  const separator = trailer.charAt(3)
  // A trailer may be its name alone, with what an editor leaves behind it.
  if (separator.trim() === '') return undefined
  const text = trailer.split(separator)[1]?.trim()
  return text === '' ? undefined : text
}

const checkCount = (
  trailer: string,
  counted: readonly number[],
  at: string,
  faults: MessageFault[],
): void => {
  const said = countIn(trailer)
  if (said === undefined) return
  if (!/^\d{1,10}$/.test(said)) faults.push({ location: `${at}^1`, rule: 'MALFORMED' })
  else if (!counted.includes(Number(said))) {
    faults.push({ location: `${at}^1`, rule: 'BATCH_COUNT_DIFFERS' })
  }
}

/** Whether anything is there but blanks and line ends. */
const isWritten = (line: string): boolean => line.trim() !== ''

/** Reads the envelope segment by segment; what belongs to no message is one of its own, and refused as that. */
class Envelope {
  readonly #done: Batch[] = []
  readonly #fileFaults: MessageFault[] = []
  #loose = makeBatch()
  #batch: Batch | null = null
  #isFileOpen = false
  #batches = 0
  #isFileClosed = false

  take(line: string): void {
    const name = line.slice(0, 3)
    if (name === 'MSH') this.#current().messages.push([line])
    else if (!envelopeNames.has(name)) this.#takeSegment(line)
    else if (name === 'FHS') this.#openFile()
    else if (name === 'BHS') this.#openBatch()
    else if (name === 'BTS') this.#closeBatch(line)
    else this.#closeFile(line)
  }

  end(): RawMessage[] {
    this.#breakBatch()
    if (this.#isFileOpen) this.#fileFaults.push({ location: 'FTS^1', rule: 'BATCH_TRUNCATED' })
    this.#done.push(this.#loose)
    const found = this.#done.flatMap(({ messages, faults }) => {
      const batchFaults = [...faults, ...this.#fileFaults]
      return messages.map((segments) => ({ binary: segments.join('\r'), batchFaults }))
    })
    // Batches that are wrong and hold nothing are answered all the same.
    const faults = [...this.#done.flatMap((batch) => batch.faults), ...this.#fileFaults]
    return found.length === 0 && faults.length > 0 ? [{ binary: '', batchFaults: faults }] : found
  }

  #current(): Batch {
    if (this.#isFileClosed) this.#fileFaults.push({ location: 'FTS^1', rule: 'BATCH_TRUNCATED' })
    return this.#batch ?? this.#loose
  }

  #takeSegment(line: string): void {
    const { messages } = this.#current()
    const last = messages.at(-1)
    if (last === undefined) messages.push([line])
    else last.push(line)
  }

  #openFile(): void {
    if (this.#isFileOpen || this.#batch !== null) {
      this.#fileFaults.push({ location: 'FHS^1', rule: 'BATCH_TRUNCATED' })
    }
    this.#isFileOpen = true
    this.#isFileClosed = false
  }

  #openBatch(): void {
    this.#breakBatch()
    this.#batches += 1
    this.#batch = makeBatch()
  }

  /** A batch that another one, or the end, cuts off. */
  #breakBatch(): void {
    if (this.#batch === null) return
    this.#batch.faults.push({ location: `BTS^${this.#batches}`, rule: 'BATCH_TRUNCATED' })
    this.#done.push(this.#batch)
    this.#batch = null
  }

  #closeBatch(line: string): void {
    const batch = this.#batch
    if (batch === null) {
      this.#batches += 1
      this.#fileFaults.push({ location: 'BHS^1', rule: 'BATCH_TRUNCATED' })
      return
    }
    checkCount(line, [batch.messages.length], `BTS^${this.#batches}`, batch.faults)
    this.#done.push(batch)
    this.#batch = null
  }

  #closeFile(line: string): void {
    this.#breakBatch()
    if (!this.#isFileOpen) this.#fileFaults.push({ location: 'FHS^1', rule: 'BATCH_TRUNCATED' })
    // §2.10.3.1: BHS and BTS may be left out; some count that batch, and some do not.
    const isBare = this.#batches === 0 && this.#loose.messages.length > 0
    checkCount(line, isBare ? [0, 1] : [this.#batches], 'FTS^1', this.#fileFaults)
    this.#isFileOpen = false
    this.#isFileClosed = true
  }
}

/** As one character a byte. */
export const binaryOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
export const bytesOf = (binary: string): Uint8Array => Buffer.from(binary, 'latin1')

/** The messages of what was sent, in order; none of nothing. */
export const splitMessages = (bytes: Uint8Array): RawMessage[] => {
  const lines = binaryOf(bytes)
    .replace(/^\xef\xbb\xbf/, '')
    .replace(frameCharacters, '\r')
    .split(/\r\n|\r|\n/)
    .filter(isWritten)
  const envelope = new Envelope()
  for (const line of lines) envelope.take(line)
  return envelope.end()
}
