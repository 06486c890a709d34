/**
 * Texts that somebody might put into a code to hurt a verifier: changed certificates, layers that are whole around content
 * that is not, what is small and becomes large, what is deep, and noise. By a seed: the same texts again.
 */
import { decodeBase45, deflate, encodeBase45, inflate } from '@sidep/encoding'

/** As `verify` bounds what it looks at. */
const charactersMax = 4_296
const codeAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const oddCharacters = [
  '\u0000',
  '\u001d',
  '\u001e',
  '\u001f',
  '\n',
  '\t',
  '\r\n',
  '\u00a0',
  '\ufeff',
  '\u202e',
  '\ud800',
  '🙂',
  'à',
  '&',
  '<',
  '"',
  '\\',
]
const prefixes = [
  'HC1:',
  'FC1:',
  'DC04',
  'DC03',
  'HC2:',
  'shc:/',
  'https://x.example/resultat/#F',
  'TN1:',
  'TX1:00000000/1/2:',
  'IS01',
  ']Q1HC1:',
  '',
]

const bombsMade = 28

export interface HostileTexts {
  readonly next: () => string
}

/** @param random from 0 to 1 */
export const hostileTexts = (genuine: readonly string[], random: () => number): HostileTexts => {
  const below = (count: number): number => Math.floor(random() * count)
  const one = <T>(list: readonly [T, ...T[]] | readonly T[]): T => list[below(list.length)] as T
  const textOf = (alphabet: string, length: number): string => {
    let text = ''
    for (let index = 0; index < length; index += 1) text += alphabet[below(alphabet.length)] ?? ''
    return text
  }
  const bytesOf = (length: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length }, () => below(256))

  /** Some characters other, more or fewer. */
  const changed = (text: string): string => {
    let out = text
    for (let times = 1 + below(4); times > 0; times -= 1) {
      const at = below(out.length + 1)
      const insert = random() < 0.2 ? one(oddCharacters) : textOf(codeAlphabet, below(6))
      out = out.slice(0, at) + insert + out.slice(at + below(6))
    }
    return random() < 0.1 ? out.slice(0, below(out.length)) : out
  }
  const coded = (prefix: string, bytes: Uint8Array): string =>
    (prefix + encodeBase45(deflate(bytes))).slice(0, charactersMax)

  const signedBytes = genuine.flatMap((text) => {
    const compressed = decodeBase45(text.slice(4))
    const bytes = compressed.ok ? inflate(compressed.value, 64 * 1024) : compressed
    return text.startsWith('HC1:') && bytes.ok ? [bytes.value] : []
  })
  /** A certificate whose bytes were changed below its outer layers. */
  const changedWithin = (): string => {
    const bytes = new Uint8Array(one(signedBytes))
    for (let times = 1 + below(5); times > 0; times -= 1) bytes[below(bytes.length)] = below(256)
    return coded(
      one(['HC1:', 'FC1:']),
      random() < 0.2 ? bytes.subarray(0, below(bytes.length)) : bytes,
    )
  }
  /** RFC 8949 §3: arrays in arrays, maps in maps, tags on tags, strings that claim to be long. */
  const nested = (): string => {
    const depth = 1 + below(random() < 0.02 ? 60_000 : 400)
    const head = one([[0x81], [0xa1, 0x00], [0xc1], [0xd2, 0x84], [0x9f], [0xbf, 0x00], [0x5f]])
    const bytes = new Uint8Array(depth * head.length + 9)
    for (let at = 0; at < depth * head.length; at += 1) bytes[at] = head[at % head.length] ?? 0
    bytes.set(
      [one([0x5b, 0x7b, 0x9b, 0xbb]), 0, 0, 0, one([0, 1, 255]), 255, 255, 255, 255],
      depth * head.length,
    )
    return coded(one(['HC1:', 'FC1:']), bytes)
  }
  /** Small ones that become large, made once: packing four megabytes takes longer than refusing them. */
  const bombs = Array.from({ length: bombsMade }, (_, index) =>
    coded(
      index % 2 === 0 ? 'HC1:' : 'FC1:',
      new Uint8Array(1 << (16 + (index % 7))).fill(below(256)),
    ),
  )
  const inflating = (): string => one(bombs)
  const wrapped = (): string => {
    const text = one(genuine)
    const line = one(['\n', '\r\n', '\t', ' ', '\u2028', '\n    '])
    const width = 1 + below(80)
    const lines: string[] = []
    for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width))
    return lines.join(line).slice(0, 2 * charactersMax)
  }

  const makers: readonly (() => string)[] = [
    () => changed(one(genuine)),
    () => changed(one(genuine)),
    changedWithin,
    changedWithin,
    () => one(prefixes) + textOf(codeAlphabet, below(one([40, 600, charactersMax]))),
    () => one(prefixes) + textOf(base32Alphabet, below(600)),
    () => coded(one(['HC1:', 'FC1:']), bytesOf(below(2_000))),
    nested,
    inflating,
    wrapped,
    () => Array.from({ length: below(300) }, () => one(oddCharacters)).join(''),
    () => one(prefixes) + one(oddCharacters).repeat(below(charactersMax)),
    () => one(genuine).slice(below(10)) + one(genuine),
    () => textOf(codeAlphabet, 1).repeat(below(3 * charactersMax)),
  ]
  return { next: () => one(makers)() }
}
