import {
  deflate as pakoDeflate,
  Z_BLOCK,
  Z_DATA_ERROR,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit,
  zlibInflateReset,
} from 'pako'
import { type Bytes, broken, decoded, type Layer } from './layer.ts'

/** Many times the largest certificate seen (about 1,500 bytes inflated), and small for a phone. */
export const inflatedBytesMax = 32_768

export type ZlibCode =
  | 'ZLIB_HEADER'
  | 'ZLIB_BROKEN'
  | 'ZLIB_TRUNCATED'
  | 'ZLIB_CHECKSUM'
  | 'ZLIB_TOO_LARGE'
  | 'ZLIB_TRAILING'
  | 'ZLIB_PADDING'

/** Compresses to the zlib format: RFC 1950. */
export const deflate = (bytes: Uint8Array): Bytes => pakoDeflate(bytes, { level: 9 })

/**
 * Wraps bytes in the zlib format without compressing them (RFC 1951 §3.2.4), for codes whose
 * every changed character must be noticed: compressed, the same bytes have more than one writing
 * (the tables of a block may give lengths to symbols that do not occur). A certificate is made of
 * names, codes and a signature and hardly gets smaller: 592 characters instead of 589 on average.
 */
export const storeInZlib = (bytes: Uint8Array): Bytes => {
  const blocks = Math.max(1, Math.ceil(bytes.length / storedBlockBytesMax))
  const stored = new Uint8Array(2 + blocks * 5 + bytes.length + 4)
  const view = new DataView(stored.buffer)
  // RFC 1950 §2.2: deflate with a window of 32 kB, fastest level, and the check bits that make a multiple of 31.
  view.setUint16(0, 0x7801)
  let at = 2
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * storedBlockBytesMax, (block + 1) * storedBlockBytesMax)
    // RFC 1951 §3.2.3: one bit for the last block, two zero bits for "stored", the rest of the byte is padding.
    stored[at] = block === blocks - 1 ? 1 : 0
    view.setUint16(at + 1, part.length, true)
    view.setUint16(at + 3, ~part.length & 0xffff, true)
    stored.set(part, at + 5)
    at += 5 + part.length
  }
  view.setUint32(at, adler32(bytes))
  return stored
}

const storedBlockBytesMax = 65_535 // RFC 1951 §3.2.4: LEN has 16 bits

/** RFC 1950 §8.2. */
const adler32 = (bytes: Uint8Array): number => {
  const modulus = 65_521
  // After as many bytes as this the sums still fit in 32 bits (zlib's NMAX).
  const chunkBytes = 5_552
  let low = 1
  let high = 0
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const end = Math.min(bytes.length, start + chunkBytes)
    for (let index = start; index < end; index += 1) {
      low += bytes[index] ?? 0
      high += low
    }
    low %= modulus
    high %= modulus
  }
  return high * 65_536 + low
}

/**
 * Inflates the zlib format (RFC 1950) within a bound, checking its Adler-32.
 *
 * Padding bits, which RFC 1951 lets a decoder ignore, must be zero as every compressor writes
 * them: otherwise a changed character of a code could go unnoticed.
 *
 * @param bytes one whole zlib stream
 * @param maxBytes most bytes to inflate to; no more is ever allocated
 * Codes: ZLIB_HEADER (not zlib, or a preset dictionary), ZLIB_BROKEN, ZLIB_TRUNCATED,
 * ZLIB_CHECKSUM, ZLIB_TOO_LARGE, ZLIB_TRAILING (bytes after the stream), ZLIB_PADDING.
 */
export const inflate = (bytes: Uint8Array, maxBytes = inflatedBytesMax): Layer<Bytes, ZlibCode> => {
  if (bytes.length < 2) return broken('ZLIB_TRUNCATED')
  if (!hasZlibHeader(bytes)) return broken('ZLIB_HEADER')
  const stored = readStored(bytes, maxBytes)
  if (stored !== null) return decoded(stored)
  // One byte more than allowed tells "too large" from "exactly as large as allowed".
  const output =
    maxBytes < scratch.length ? scratch.subarray(0, maxBytes + 1) : new Uint8Array(maxBytes + 1)
  const stream = startStream(bytes, output)
  const code = inflateBlocks(stream, bytes)
  if (stream.total_out > maxBytes) return broken('ZLIB_TOO_LARGE')
  if (code !== null) return broken(code)
  if (stream.avail_in > 0) return broken('ZLIB_TRAILING')
  return decoded(output.slice(0, stream.total_out))
}

/**
 * What `storeInZlib` wrote into one block, as our own certificates are: there is nothing to inflate. Null for everything else,
 * a broken one included: what is wrong with it the decoder below says.
 */
const readStored = (bytes: Uint8Array, maxBytes: number): Bytes | null => {
  const headBytes = 7
  const length = bytes.length - headBytes - 4
  // The last block, stored, and no padding bit set.
  if (length < 0 || length > maxBytes || bytes[2] !== 1) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint16(3, true) !== length || view.getUint16(5, true) !== (~length & 0xffff)) {
    return null
  }
  const stored = new Uint8Array(bytes.subarray(headBytes, headBytes + length))
  return view.getUint32(headBytes + length) === adler32(stored) ? stored : null
}

// A verifier at a door inflates thousands of times: making a stream and a buffer of this size for
// each costs as much as the inflating. Nothing of one call is seen by the next: the stream is reset
// with its window's contents, and of the buffer only what this call wrote is copied out.
const scratch = new Uint8Array(inflatedBytesMax + 1)
let sharedStream: ZStream | null = null

const startStream = (input: Uint8Array, output: Uint8Array): ZStream => {
  if (sharedStream === null) {
    sharedStream = new ZStream()
    zlibInflateInit(sharedStream)
  } else {
    zlibInflateReset(sharedStream)
  }
  return Object.assign(sharedStream, {
    input,
    next_in: 0,
    avail_in: input.length,
    output,
    next_out: 0,
    avail_out: output.length,
  })
}

/** RFC 1950 §2.2: deflate, a window of at most 32 kB, a check value, no preset dictionary. */
const hasZlibHeader = (bytes: Uint8Array): boolean => {
  const method = bytes[0] ?? 0
  const flags = bytes[1] ?? 0
  return (
    (method & 15) === 8 &&
    method >> 4 <= 7 &&
    (method * 256 + flags) % 31 === 0 &&
    (flags & 32) === 0
  )
}

/** Runs the stream block by block, so that the padding at each block's edge can be looked at. */
const inflateBlocks = (stream: ZStream, bytes: Uint8Array): ZlibCode | null => {
  while (true) {
    const status = zlibInflate(stream, Z_BLOCK)
    if (status === Z_STREAM_END) return null
    if (status === Z_DATA_ERROR) {
      return stream.msg === 'incorrect data check' ? 'ZLIB_CHECKSUM' : 'ZLIB_BROKEN'
    }
    // zlib manual, inflate(): after Z_BLOCK `data_type` is the number of unused bits taken from
    // the input, plus 64 in or after the last block, plus 128 right at the edge of a block.
    const atEdge = (stream.data_type & 128) !== 0
    if (status !== Z_OK || !atEdge) return 'ZLIB_TRUNCATED'
    const position = stream.next_in * 8 - (stream.data_type & 63)
    if (!hasZeroPadding(bytes, position, (stream.data_type & 64) !== 0)) return 'ZLIB_PADDING'
  }
}

/** RFC 1951 §3.2.3–4: what is skipped up to a byte's edge after the last block or before a stored one. */
const hasZeroPadding = (bytes: Uint8Array, position: number, afterLast: boolean): boolean => {
  if (afterLast) return bitsToByteEdge(bytes, position) === 0
  const stored = bitAt(bytes, position + 1) === 0 && bitAt(bytes, position + 2) === 0
  return !stored || bitsToByteEdge(bytes, position + 3) === 0
}

const bitAt = (bytes: Uint8Array, position: number): number =>
  ((bytes[position >> 3] ?? 0) >> (position & 7)) & 1

const bitsToByteEdge = (bytes: Uint8Array, position: number): number =>
  (position & 7) === 0 ? 0 : (bytes[position >> 3] ?? 0) >> (position & 7)
