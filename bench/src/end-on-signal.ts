/** Whoever ends a bench ends all of it: what it started would otherwise go on, a server and a database at a time. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof signals)[number]
type Close = () => Promise<void>

const open = new Set<Close>()

const endAll = async (signal: Signal): Promise<void> => {
  await Promise.allSettled([...open].map((close) => close()))
  // Without our handler now: we end as the signal ends a process.
  process.kill(process.pid, signal)
}

const handlers = new Map<Signal, () => void>()
const listen = (): void => {
  for (const signal of signals) {
    const handler = (): void => {
      unlisten()
      endAll(signal)
    }
    handlers.set(signal, handler)
    process.once(signal, handler)
  }
}
const unlisten = (): void => {
  for (const [signal, handler] of handlers) process.off(signal, handler)
  handlers.clear()
}

/** @returns `close`, to be called in any case: it is called once, then or on a signal */
export const endOnSignal = (close: Close): Close => {
  let closing: Promise<void> | null = null
  const once: Close = () => {
    closing ??= close().finally(() => {
      open.delete(once)
      if (open.size === 0) unlisten()
    })
    return closing
  }
  if (open.size === 0) listen()
  open.add(once)
  return once
}
