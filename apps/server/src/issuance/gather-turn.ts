/** Gathers what comes in one turn of the loop and gives it away together: each message to a thread wakes it. */
export const gatherTurn = <T>(give: (all: readonly T[]) => void): ((one: T) => void) => {
  let gathered: T[] = []
  return (one) => {
    gathered.push(one)
    if (gathered.length > 1) return
    setImmediate(() => {
      const all = gathered
      gathered = []
      give(all)
    })
  }
}
