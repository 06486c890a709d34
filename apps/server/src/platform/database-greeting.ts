/**
 * What a PostgreSQL says of itself before a connection's first query: whether it is a standby (`in_hot_standby`, which servers from
 * 14 on report). Read from the messages themselves (PostgreSQL manual, 55.7): the driver knows no way to be told.
 */

/** Who is at the other end of a connection. */
export type Greeting = 'primary' | 'standby'

/** A greeting has under a kilobyte; what is longer is something else, and left to the driver. */
const greetingBytesMax = 16_384
const headerBytes = 5

const types = {
  /** ParameterStatus: name and value, each ended by a zero byte. */
  parameter: 0x53,
  /** ReadyForQuery: the greeting is over. */
  ready: 0x5a,
  /** ErrorResponse: there will be no connection. */
  error: 0x45,
} as const

const standby = 'in_hot_standby\0on\0'

/**
 * Makes a reader for one connection.
 *
 * @returns takes what comes, piece by piece, and says who greets once that is known; null before. Called no more afterwards
 */
export const makeGreetingReader = (): ((bytes: Uint8Array) => Greeting | null) => {
  let left = Buffer.alloc(0)
  let total = 0
  return (bytes) => {
    total += bytes.length
    // Another end of the conversation than this reads is the driver's to judge.
    if (total > greetingBytesMax) return 'primary'
    left = Buffer.concat([left, bytes])
    while (left.length >= headerBytes) {
      const type = left[0]
      const end = 1 + left.readUInt32BE(1)
      if (type === types.ready || type === types.error) return 'primary'
      if (left.length < end) return null
      if (type === types.parameter && left.toString('latin1', headerBytes, end) === standby)
        return 'standby'
      left = left.subarray(end)
    }
    return null
  }
}
