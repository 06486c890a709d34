import { keepHandlersToTheEnd } from '@sidep/server/platform/stopping.ts'

/**
 * One Ctrl-C comes twice under `npm start`: the terminal sends it to every process of the group, and npm passes its own
 * on. Whoever asks again does so after a look at the screen.
 */
const sameRequestMilliseconds = 1_000

/**
 * Aborts when the process is asked to stop (SIGINT, SIGTERM). A second request ends the process at once, for the
 * person whose stop takes too long: data is safe, it always is.
 */
export const listenForStop = (): AbortSignal => {
  const stopping = new AbortController()
  let askedAt = 0
  const ask = (): void => {
    const now = performance.now()
    if (stopping.signal.aborted) {
      if (now - askedAt > sameRequestMilliseconds) process.exit(130)
      return
    }
    askedAt = now
    keepHandlersToTheEnd()
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
