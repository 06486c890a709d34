/**
 * Aborts when the process is asked to stop (SIGINT, SIGTERM). A second request ends the process at once, for the
 * person whose stop takes too long: data is safe, it always is.
 */
export const listenForStop = (): AbortSignal => {
  const stopping = new AbortController()
  const ask = (): void => {
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort()
  }
  process.on('SIGINT', ask)
  process.on('SIGTERM', ask)
  return stopping.signal
}

/** Resolves once the signal has aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
