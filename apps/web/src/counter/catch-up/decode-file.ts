/**
 * The text of a file that somebody's program saved: which encoding it was is seen by what it makes of the letters.
 * A name that is read wrongly is signed wrongly, so that what cannot be decided is refused by its name.
 */

const encodings = ['utf-8', 'utf-16', 'windows-1252', 'macintosh', 'ibm850'] as const
export type Encoding = (typeof encodings)[number]

export type DecodedFile =
  | {
      readonly ok: true
      readonly text: string
      readonly encoding: Encoding
      /** Letters that had been encoded twice were put right. */
      readonly wasTwice: boolean
    }
  | { readonly ok: false; readonly code: 'FILE_NOT_TEXT' }
  /** `encoding`: the likeliest, which still makes no letters of it. */
  | { readonly ok: false; readonly code: 'FILE_ENCODING'; readonly encoding: Encoding }

// Code page 850, what a French console and «CSV (MS-DOS)» write; browsers have no decoder for it. 0x80 to 0xFF.
const ibm850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0'

const decodeSingleBytes = (bytes: Uint8Array, encoding: Encoding): string =>
  encoding === 'ibm850'
    ? Array.from(bytes, (byte) =>
        byte < 0x80 ? String.fromCharCode(byte) : ibm850.charAt(byte - 0x80),
      ).join('')
    : new TextDecoder(encoding).decode(bytes)

const allBytes = Uint8Array.from({ length: 128 }, (_, index) => index + 128)

/** From a character to the byte that an encoding has for it. */
const inverseOf = (encoding: Encoding): ReadonlyMap<string, number> =>
  new Map(
    [...decodeSingleBytes(allBytes, encoding)].map((character, index) => [character, index + 128]),
  )

const fatal = new TextDecoder('utf-8', { fatal: true })
const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return fatal.decode(bytes)
  } catch {
    return undefined
  }
}

/** What is written in names; other signs come of undoing what was never done. */
const isMeant = (text: string): boolean =>
  /^(?:[\u0000-\u007f\u00a0°\u00c0-\u017f\u0218-\u021b\u1e00-\u1eff\u2018\u2019\u2013]|[ƠơƯưƐɛƆɔ])*$/.test(
    text,
  )

/** A run of characters taken for the bytes of UTF-8; what are none of its stays. */
const undoneRun = (run: string, inverse: ReadonlyMap<string, number>): string => {
  let undone = ''
  for (let index = 0; index < run.length; ) {
    const lead = inverse.get(run.charAt(index)) ?? 0
    // RFC 3629 §3: how many bytes follow.
    const length = lead >= 0xe0 ? (lead >= 0xf0 ? 4 : 3) : lead >= 0xc2 ? 2 : 1
    const bytes = [...run.slice(index, index + length)].map((one) => inverse.get(one) ?? 0)
    const letter =
      length > 1 && bytes.length === length ? decodeUtf8(Uint8Array.from(bytes)) : undefined
    undone += letter ?? run.charAt(index)
    index += letter === undefined ? 1 : length
  }
  return undone
}

const misreadings = (['windows-1252', 'macintosh', 'ibm850'] as const).map(inverseOf)
const roundsMax = 3

/** Letters that were encoded twice, or more often, by programs that took UTF-8 for something else. */
const undone = (text: string): string =>
  text.replace(/[^\u0000-\u007f]{2,}/g, (run) => {
    for (const inverse of misreadings) {
      let after = run
      for (let round = 0; round < roundsMax; round += 1) {
        const next = undoneRun(after, inverse)
        if (next === after) break
        after = next
        if (isMeant(after)) return after
      }
    }
    return run
  })

const frenchLetters = 'àâäçéèêëîïôöùûüÿœæñ'
const isLower = (character: string): boolean => /^\p{Ll}$/u.test(character)
const isUpper = (character: string): boolean => /^\p{Lu}$/u.test(character)
const isLetter = (character: string): boolean => /^\p{L}$/u.test(character)

/** What a letter says about the reading, between its neighbours; negative when nobody writes it so. */
const worthOf = (before: string, character: string, after: string): number => {
  if (!isLetter(character)) {
    // A symbol inside a word is a letter read wrongly; an apostrophe, a degree sign or a space is none.
    if (/^[’‘°\u00a0«»–€]$/.test(character)) return isLetter(before) === isLetter(after) ? 1 : 0
    return isLetter(before) || isLetter(after) ? -3 : -1
  }
  const isWrongCase =
    (isUpper(character) && isLower(before)) ||
    (isLower(character) && isUpper(before) && isUpper(after)) ||
    (isUpper(character) && isLower(after) && isLetter(before))
  if (isWrongCase) return -3
  return frenchLetters.includes(character.toLowerCase())
    ? 2
    : /^\p{Script=Latin}$/u.test(character)
      ? 0
      : -3
}

const worthOfText = (text: string): number => {
  let worth = 0
  for (const { index, 0: character } of text.matchAll(/[^\u0000-\u007f]/g)) {
    worth += worthOf(text.charAt(index - 1), character, text.charAt(index + 1))
  }
  return worth
}

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte)

/** UTF-16 by its mark; without one, by the noughts that every letter, figure and sign of a file of names has in it. */
const utf16Of = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined => {
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le'
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be'
  const judged = bytes.subarray(0, judgedBytesMax)
  const noughts = [0, 0]
  for (const [index, byte] of judged.entries()) {
    if (byte === 0) noughts[index % 2] = (noughts[index % 2] ?? 0) + 1
  }
  const [first = 0, second = 0] = noughts
  if (bytes.length % 2 !== 0 || first + second < judged.length / 4) return undefined
  return first === 0 ? 'utf-16le' : second === 0 ? 'utf-16be' : undefined
}
const judgedBytesMax = 4_000

/** What is looked at to decide: the letters of a thousand lines are more than enough. */
const judgedCharactersMax = 50_000

const bestSingleByte = (
  bytes: Uint8Array,
  titlesIn: (text: string) => number,
): { text: string; encoding: Encoding; worth: number } => {
  const readings = (['windows-1252', 'macintosh', 'ibm850'] as const).map((encoding) => {
    const text = undone(decodeSingleBytes(bytes, encoding))
    const judged = text.slice(0, judgedCharactersMax)
    return { text, encoding, worth: worthOfText(judged) + 3 * titlesIn(judged) }
  })
  const titles = Math.min(
    ...readings.map(({ text }) => titlesIn(text.slice(0, judgedCharactersMax))),
  )
  // Titles that every reading has say nothing about any.
  return readings
    .map((reading) => ({ ...reading, worth: reading.worth - 3 * titles }))
    .reduce((best, reading) => (reading.worth > best.worth ? reading : best))
}

/**
 * Decodes a file: UTF-16 by its mark or its noughts, UTF-8 when it is, else what of Windows-1252, Mac Roman and the MS-DOS page gives
 * known titles and letters of names. Letters encoded twice are put right.
 *
 * @param titlesIn how many titles of columns are known in a text
 */
export const decodeFile = (bytes: Uint8Array, titlesIn: (text: string) => number): DecodedFile => {
  const wide = utf16Of(bytes)
  if (wide !== undefined) {
    const text = new TextDecoder(wide).decode(bytes)
    return { ok: true, text, encoding: 'utf-16', wasTwice: false }
  }
  if (bytes.includes(0)) return { ok: false, code: 'FILE_NOT_TEXT' }
  const utf8 = decodeUtf8(bytes)
  if (utf8 !== undefined) {
    const text = undone(utf8)
    return { ok: true, text, encoding: 'utf-8', wasTwice: text !== utf8 }
  }
  const { text, encoding, worth } = bestSingleByte(bytes, titlesIn)
  return worth < 0
    ? { ok: false, code: 'FILE_ENCODING', encoding }
    : { ok: true, text, encoding, wasTwice: false }
}
