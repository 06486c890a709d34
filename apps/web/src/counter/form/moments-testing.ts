/** The moments in which a page that writes `later` gets to it: none passes by itself. */
export const makeMoments = () => {
  const waiting: (() => void)[] = []
  return {
    later: (work: () => void): void => {
      waiting.push(work)
    },
    /** Everything that waits is done, and what it began. */
    settle: async (): Promise<void> => {
      for (const work of waiting.splice(0)) work()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
