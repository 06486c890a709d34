/**
 * Writes what certificates are made of, deterministically (RFC 8949 §4.2.1): shortest forms, keys in the order of their bytes.
 *
 * The library makes an object of each item before it writes any, which cost an issued certificate more than all its other
 * layers together. What is not written here is left to the library; a property test holds both to the same bytes
 * (docs/adr/0008-strict-inflation-stored-issue.md).
 */
import type { Bytes } from './layer.ts'

/** No certificate nests as deep. */
const depthMax = 16
/** A text that long is written by the platform's encoder. */
const shortCharacters = 48

const utf8 = new TextEncoder()

/** Major types of RFC 8949 §3.1, in their place of the initial byte. */
const unsigned = 0x00
const negative = 0x20
const byteString = 0x40
const textString = 0x60
const list = 0x80
const map = 0xa0

/**
 * @returns null where something is neither integer, text, bytes, true, false, null, list, nor a map or plain object with keys of
 *   integers or ASCII
 */
export const writeCbor = (value: unknown): Bytes | null => {
  const writer = new Writer()
  return writer.item(value, 0) ? writer.written() : null
}

// One piece of memory for all: each call writes over it, and copies what it wrote.
let scratch = new Uint8Array(2_048)

type Entry = readonly [key: unknown, value: unknown]

class Writer {
  #at = 0

  written(): Bytes {
    return scratch.slice(0, this.#at)
  }

  /** @returns whether it was written; what was not is the library's, and all of it then */
  item(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return this.#integer(value)
      case 'boolean':
        return this.#byte(value ? 0xf5 : 0xf4)
      case 'object':
        return value === null ? this.#byte(0xf6) : this.#object(value, depth)
      default:
        return false
    }
  }

  #object(value: object, depth: number): boolean {
    if (depth >= depthMax) return false
    if (value instanceof Uint8Array) return this.#string(byteString, value)
    if (Array.isArray(value)) return this.#list(value, depth)
    if (value instanceof Map) return this.#map([...value], depth)
    return isPlain(value) && this.#map(Object.entries(value), depth)
  }

  #list(items: readonly unknown[], depth: number): boolean {
    this.#head(list, items.length)
    for (const item of items) if (!this.item(item, depth + 1)) return false
    return true
  }

  #map(entries: Entry[], depth: number): boolean {
    if (!entries.every(isOrderable)) return false
    if (entries.length > 1) entries.sort(byKey)
    this.#head(map, entries.length)
    for (const [key, value] of entries) {
      if (!this.item(key, depth + 1) || !this.item(value, depth + 1)) return false
    }
    return true
  }

  #integer(value: number): boolean {
    // Zero below zero is a floating-point number.
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return false
    return value >= 0 ? this.#head(unsigned, value) : this.#head(negative, -1 - value)
  }

  #string(major: number, value: Uint8Array): boolean {
    this.#head(major, value.length)
    this.#room(value.length)
    scratch.set(value, this.#at)
    this.#at += value.length
    return true
  }

  #text(value: string): boolean {
    const start = this.#at
    const { length } = value
    if (length <= shortCharacters) {
      this.#head(textString, length)
      this.#room(length)
      let index = 0
      for (; index < length; index += 1) {
        const code = value.charCodeAt(index)
        if (code >= 0x80) break
        scratch[this.#at++] = code
      }
      if (index === length) return true
      this.#at = start
    }
    // What half a pair stands for is the library's to say.
    return value.isWellFormed() && this.#string(textString, utf8.encode(value))
  }

  #byte(value: number): boolean {
    this.#room(1)
    scratch[this.#at++] = value
    return true
  }

  /** Initial byte and argument, the shortest that has it (RFC 8949 §3). */
  #head(major: number, argument: number): boolean {
    this.#room(9)
    if (argument < 24) scratch[this.#at++] = major | argument
    else if (argument < 0x100) {
      scratch[this.#at++] = major | 24
      scratch[this.#at++] = argument
    } else if (argument < 0x10000) {
      scratch[this.#at++] = major | 25
      scratch[this.#at++] = argument >> 8
      scratch[this.#at++] = argument & 0xff
    } else {
      const isLong = argument > 0xffffffff
      scratch[this.#at++] = major | (isLong ? 27 : 26)
      if (isLong) this.#word(Math.floor(argument / 0x100000000))
      this.#word(argument % 0x100000000)
    }
    return true
  }

  #word(value: number): void {
    for (let shift = 24; shift >= 0; shift -= 8) scratch[this.#at++] = (value >>> shift) & 0xff
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= scratch.length) return
    const larger = new Uint8Array(2 * scratch.length + bytes)
    larger.set(scratch)
    scratch = larger
  }
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const isOrderable = ([key]: Entry): boolean =>
  typeof key === 'string' ? isAscii(key) : Number.isSafeInteger(key) && !Object.is(key, -0)

const isAscii = (text: string): boolean => {
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) >= 0x80) return false
  return true
}

/** In the order of their encoded bytes: integers from zero up, then from minus one down, then texts, the shorter first. */
const byKey = ([a]: Entry, [b]: Entry): number => {
  if (typeof a === 'number' && typeof b === 'number') {
    const rank = Number(a < 0) - Number(b < 0)
    return rank === 0 ? Math.abs(a) - Math.abs(b) : rank
  }
  if (typeof a === 'number') return -1
  if (typeof b === 'number') return 1
  const [one, other] = [a as string, b as string]
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0)
}
