import type { Socket } from 'node:net'

/**
 * Keeps one address from holding every connection: what it opens beyond its share is dropped. A hospital's people
 * come from one address too, so the share is not small.
 *
 * @param shareMax connections at once of one address
 * @returns a listener for `connection`
 */
export const shareConnections = (shareMax: number): ((socket: Socket) => void) => {
  const held = new Map<string, number>()
  return (socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (held.get(address) ?? 0) + 1
    if (count > shareMax) {
      socket.destroy()
      return
    }
    held.set(address, count)
    socket.once('close', () => {
      const left = (held.get(address) ?? 1) - 1
      if (left > 0) held.set(address, left)
      else held.delete(address)
    })
  }
}
