import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** A line holds one scanned text and its signers; a megabyte of hostile text still gets its verdict. */
const lineCharactersMax = 4 * 1024 * 1024

/** A line of input, or null for one longer than the bound: its rest is skipped, not kept. */
export type Line = string | null

/**
 * Reads lines of any stream within bounded memory. Empty lines and a byte order mark are left out. A pause in the input
 * is told as `idle`, so that what is finished can be written before more arrives.
 */
export async function* readLines(
  stream: Readable,
  charactersMax = lineCharactersMax,
): AsyncGenerator<Line | typeof idle> {
  const decoder = new StringDecoder('utf8')
  let isBeginning = true
  let held = ''
  let skipping = false
  for await (const chunk of stream) {
    const text = decoder.write(chunk)
    // Editors and spreadsheets put a byte order mark first; without this, the first line would be lost.
    const parts = (isBeginning ? text.replace(/^\uFEFF/, '') : text).split('\n')
    isBeginning &&= text === ''
    const last = parts.pop() ?? ''
    for (const part of parts) {
      const line = skipping ? null : bounded(held + part, charactersMax)
      held = ''
      skipping = false
      if (line !== '') yield line
    }
    held = skipping ? '' : held + last
    if (held.length > charactersMax) {
      held = ''
      skipping = true
    }
    if (stream.readableLength === 0) yield idle
  }
  const line = skipping ? null : bounded(held + decoder.end(), charactersMax)
  if (line !== '') yield line
}

export const idle = Symbol('idle')

const bounded = (line: string, charactersMax: number): Line => {
  if (line.length > charactersMax) return null
  return line.trim() === '' ? '' : line
}
