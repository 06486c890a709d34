/**
 * What can be made to go wrong with a channel, so that senders can be tested against it:
 * - `refuse`: every message is answered with a temporary failure (SMTP 451, HTTP 503);
 * - `reject`: every message is answered with a permanent failure (SMTP 550, HTTP 422);
 * - `slow`: the answer comes after so many milliseconds;
 * - `lose-answer`: the message is kept, and the connection is cut before the answer.
 */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | { readonly kind: 'lose-answer' }

export type Channel = 'email' | 'sms'

const slowMillisecondsMax = 120_000

/** Reads `{"kind": …}` as a test or a person at the keyboard sends it; undefined when it is none of ours. */
export const parseFault = (value: unknown): Fault | undefined => {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined
  switch (value.kind) {
    case 'none':
    case 'refuse':
    case 'reject':
    case 'lose-answer':
      return { kind: value.kind }
    case 'slow': {
      const milliseconds = 'milliseconds' in value ? value.milliseconds : undefined
      if (typeof milliseconds !== 'number') return undefined
      if (!(milliseconds >= 0 && milliseconds <= slowMillisecondsMax)) return undefined
      return { kind: 'slow', milliseconds }
    }
    default:
      return undefined
  }
}

/** Waits as a `slow` fault asks; the wait does not keep the process alive and ends when the stand-in closes. */
export const waitFor = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    timer.unref()
    signal.addEventListener('abort', done)
  })
