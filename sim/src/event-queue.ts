/** What is to happen, by time; of two things at one time the one put in first happens first. */

export interface EventQueue {
  readonly size: number
  /** @param what a whole number below 2⁵³ */
  push(at: number, what: number): void
  /** Takes the first; `at` and `what` are then its own. False when there is none. */
  pop(): boolean
  readonly at: number
  readonly what: number
}

/** A binary heap in typed arrays: no object an event. */
export const makeEventQueue = (): EventQueue => {
  let times = new Float64Array(1024)
  let orders = new Float64Array(1024)
  let payloads = new Float64Array(1024)
  let size = 0
  let pushed = 0
  let at = 0
  let what = 0

  const grow = (array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
    const larger = new Float64Array(array.length * 2)
    larger.set(array)
    return larger
  }
  const read = (array: Float64Array, index: number): number => array[index] ?? 0
  const isBefore = (time: number, order: number, index: number): boolean => {
    const other = read(times, index)
    return time < other || (time === other && order < read(orders, index))
  }
  const place = (index: number, time: number, order: number, payload: number): void => {
    times[index] = time
    orders[index] = order
    payloads[index] = payload
  }
  const move = (from: number, to: number): void =>
    place(to, read(times, from), read(orders, from), read(payloads, from))

  return {
    get size() {
      return size
    },
    get at() {
      return at
    },
    get what() {
      return what
    },
    push(time, payload) {
      if (size === times.length) {
        times = grow(times)
        orders = grow(orders)
        payloads = grow(payloads)
      }
      const order = pushed
      pushed += 1
      let hole = size
      size += 1
      while (hole > 0) {
        const parent = (hole - 1) >> 1
        if (!isBefore(time, order, parent)) break
        move(parent, hole)
        hole = parent
      }
      place(hole, time, order, payload)
    },
    pop() {
      if (size === 0) return false
      at = read(times, 0)
      what = read(payloads, 0)
      size -= 1
      const time = read(times, size)
      const order = read(orders, size)
      const payload = read(payloads, size)
      let hole = 0
      for (;;) {
        let child = 2 * hole + 1
        if (child >= size) break
        if (child + 1 < size && isBefore(read(times, child + 1), read(orders, child + 1), child)) {
          child += 1
        }
        if (isBefore(time, order, child)) break
        move(child, hole)
        hole = child
      }
      place(hole, time, order, payload)
      return true
    },
  }
}
