/**
 * Whether a hardware module signs so fast that it is not worth handing its signatures to another thread: that costs about
 * 300 µs a signature, because each comes back by itself and what would go in one message to the requests goes in many.
 *
 * A server may start on a machine that is busy, where a fast module looks slow now and then. A module that is far away is
 * never fast: so one signature in time says it, and only many in a row say the opposite.
 */

const fastMicrosecondsMax = 300
const probesMax = 40
/** A module behind a network is known by then. */
const probingMicrosecondsMax = 100_000

/** @param probe signs once; microseconds that it took */
export const isFastModule = async (probe: () => Promise<number>): Promise<boolean> => {
  let spent = 0
  for (let count = 0; count < probesMax && spent < probingMicrosecondsMax; count += 1) {
    const microseconds = await probe()
    if (microseconds <= fastMicrosecondsMax) return true
    spent += microseconds
  }
  return false
}
