/**
 * One HL7 v2 message, with each field at its place. Segments, fields, repetitions, components and subcomponents are
 * taken apart by @medplum/core; what it does not judge, delimiters above all, is judged here.
 */
import { Hl7Message, type Hl7Segment } from '@medplum/core'
import type { MessageFault } from '../faults.ts'
import { hasTooManyDelimiters, headerCharactersMax } from './bounds.ts'
import { characterSetOf, decodeAs } from './decode.ts'
import { type Delimiters, unescapeText } from './escape.ts'
import { bytesOf } from './split.ts'

/** Where within a field; each from 1. */
export interface Part {
  readonly repetition?: number
  readonly component?: number
  readonly subcomponent?: number
}

export interface Segment {
  readonly name: string
  /** Among those of its name in the message, from 1. */
  readonly number: number
  /** How many repetitions a field has; 0 when nothing is in it. */
  count(field: number): number
  /** The text of a part, of the first one unless told; empty when nothing is there, or `""`. */
  text(field: number, part?: Part): string
  /** Where faults of a field are told: `PID^1^7`. */
  at(field: number): string
}

export interface ReadMessage {
  readonly delimiters: Delimiters
  readonly header: Segment
  readonly segments: readonly Segment[]
  /** MSH-18, as it says. */
  readonly characterSet: string
}

export type MessageReading =
  | { readonly ok: true; readonly message: ReadMessage }
  | { readonly ok: false; readonly faults: readonly MessageFault[] }

/** Two quotation marks say that what was there is to be removed (§2.5.3): here, that nothing is. */
const removed = '""'

const isDelimiter = (character: string): boolean => /^[!-/:-@[-`{-~]$/.test(character)

/** MSH-1 and MSH-2: four or five different signs, no letters or digits (§2.5.4; a fifth of truncation since 2.7). */
const delimitersOf = (header: string): Delimiters | undefined => {
  const field = header.charAt(3)
  const signs = header.slice(4).split(field)[0] ?? ''
  const all = [field, ...signs]
  if (signs.length < 4 || signs.length > 5) return undefined
  if (!all.every(isDelimiter) || new Set(all).size !== all.length) return undefined
  const [component = '', repetition = '', escaping = '', subcomponent = ''] = signs
  return { field, component, repetition, escape: escaping, subcomponent }
}

const segmentOf = (
  { name, fields }: Hl7Segment,
  number: number,
  delimiters: Delimiters,
  decode: (bytes: Uint8Array) => string,
): Segment => {
  // The separator itself is MSH-1: the fields of a header are one further on.
  const shift = name === 'MSH' ? 1 : 0
  const partsOf = (field: number) => fields[field - shift]?.components ?? []
  return {
    name,
    number,
    at: (field) => `${name}^${number}^${field}`,
    count: (field) =>
      partsOf(field)
        .flat()
        .every((text) => text === '' || text === removed)
        ? 0
        : partsOf(field).length,
    text: (field, { repetition = 1, component = 1, subcomponent = 1 } = {}) => {
      const text = partsOf(field)[repetition - 1]?.[component - 1] ?? ''
      const part = text.split(delimiters.subcomponent)[subcomponent - 1] ?? ''
      return part === removed ? '' : unescapeText(part, delimiters, decode).trim()
    },
  }
}

const refused = (location: string, rule: MessageFault['rule']): MessageReading => ({
  ok: false,
  faults: [{ location, rule }],
})

/** Reads one message; what it means is judged by others. */
export const readMessage = (binary: string): MessageReading => {
  const first = binary.split('\r', 1)[0] ?? ''
  if (!first.startsWith('MSH')) return refused('MSH^1', 'NOT_A_MESSAGE')
  if (first.length > headerCharactersMax) return refused('MSH^1', 'MESSAGE_TOO_LARGE')
  const delimiters = delimitersOf(first)
  if (delimiters === undefined) return refused('MSH^1^2', 'DELIMITERS_INVALID')
  if (hasTooManyDelimiters(binary, delimiters)) return refused('MSH^1', 'MESSAGE_TOO_LARGE')
  const characterSet = characterSetOf(first)
  const decode = (bytes: Uint8Array): string => decodeAs(bytes, characterSet)
  const numbers = new Map<string, number>()
  const segments = Hl7Message.parse(decode(bytesOf(binary))).segments.map((segment) => {
    const number = (numbers.get(segment.name) ?? 0) + 1
    numbers.set(segment.name, number)
    return segmentOf(segment, number, delimiters, decode)
  })
  const [header] = segments
  return header === undefined
    ? refused('MSH^1', 'NOT_A_MESSAGE')
    : { ok: true, message: { delimiters, header, segments, characterSet } }
}
