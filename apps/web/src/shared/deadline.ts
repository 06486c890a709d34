/** A promise, or a rejection once a time has passed: what hangs is broken. */
export const withDeadline = <T>(work: Promise<T>, milliseconds: number): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('HANGS')), milliseconds)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
