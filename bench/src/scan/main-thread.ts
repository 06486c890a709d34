/** How long the main thread of a page was held by its tasks, from Chromium's own trace. */
import type { Browser } from 'playwright-core'

interface TraceEvent {
  readonly ph: string
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly dur?: number
  readonly args?: { readonly name?: string }
}

export interface MainThreadTasks {
  readonly longestTaskMilliseconds: number
  /** What users notice (Long Tasks API). */
  readonly tasksOver50Milliseconds: number
}

/** Tasks of any page's main thread while something goes on: of one trace, so that no number says other than the next. */
export const mainThreadTasks = async (
  browser: Browser,
  act: () => Promise<unknown>,
): Promise<MainThreadTasks> => {
  const session = await browser.newBrowserCDPSession()
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as TraceEvent[]) {
      if (event.name === 'RunTask' || event.name === 'thread_name') events.push(event)
    }
  })
  await session.send('Tracing.start', {
    traceConfig: {
      recordMode: 'recordContinuously',
      traceBufferSizeInKb: 400_000,
      includedCategories: ['__metadata', 'disabled-by-default-devtools.timeline'],
      excludedCategories: ['*'],
    },
    transferMode: 'ReportEvents',
  })
  await act()
  const complete = new Promise<void>((resolve) => {
    session.once('Tracing.tracingComplete', () => resolve())
  })
  await session.send('Tracing.end')
  await complete
  const mainThreads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  )
  const tasks = events
    .filter(({ name, pid, tid }) => name === 'RunTask' && mainThreads.has(`${pid}/${tid}`))
    .map(({ dur = 0 }) => dur / 1_000)
  return {
    longestTaskMilliseconds: tasks.reduce((longest, task) => Math.max(longest, task), 0),
    tasksOver50Milliseconds: tasks.filter((task) => task > 50).length,
  }
}
