import { accepted, type Identifier, type Parsed, refused } from './parsed.ts'

/** A time-ordered identifier (RFC 9562 §5.7), lower case. */
export type UuidV7 = Identifier<'UuidV7'>

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const millisecondsMax = 2 ** 48 - 1

/**
 * Reads a version 7 UUID.
 *
 * @param text 36 characters, hexadecimal in either case, with hyphens
 * @returns the identifier in lower case, or ID_NOT_UUIDV7
 */
export const parseUuidV7 = (text: string): Parsed<UuidV7, 'ID_NOT_UUIDV7'> => {
  const uuid = text.toLowerCase()
  return shape.test(uuid) ? accepted(uuid as UuidV7) : refused('ID_NOT_UUIDV7')
}

/**
 * Makes a version 7 UUID: 48 bits of time, 74 random bits.
 *
 * @param at the time to carry, from 1970 on
 * @param randomBytes source of randomness, returns as many bytes as asked
 * @throws RangeError when `at` has no place in 48 bits of milliseconds
 */
export const makeUuidV7 = (at: Date, randomBytes: (count: number) => Uint8Array): UuidV7 => {
  const milliseconds = at.getTime()
  if (!(milliseconds >= 0 && milliseconds <= millisecondsMax)) {
    throw new RangeError('A UUIDv7 carries times from 1970 on')
  }
  const time = milliseconds.toString(16).padStart(12, '0')
  const random = [...randomBytes(10)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const variant = ((Number.parseInt(random.slice(3, 4), 16) & 0b0011) | 0b1000).toString(16)
  const groups = [
    time.slice(0, 8),
    time.slice(8),
    `7${random.slice(0, 3)}`,
    `${variant}${random.slice(4, 7)}`,
    random.slice(7, 19),
  ]
  return groups.join('-') as UuidV7
}

/** The time that a version 7 UUID carries. */
export const timeOfUuidV7 = (uuid: UuidV7): Date =>
  new Date(Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16))
