/**
 * Counters and histograms in Prometheus text. Labels come from closed sets (route patterns, codes, states);
 * nothing of a request's content may become a label, so metrics carry no identity data and stay bounded.
 */
export interface Counter {
  increment(labels?: Readonly<Record<string, string>>, by?: number): void
}

export interface Histogram {
  /** @param seconds observed duration */
  observe(seconds: number, labels?: Readonly<Record<string, string>>): void
}

export interface LabelledValue {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Metrics {
  counter(name: string, help: string): Counter
  histogram(name: string, help: string, bucketSeconds?: readonly number[]): Histogram
  /** A value read when asked for. */
  gauge(name: string, help: string, read: () => number): void
  /** The same, one value for each of a few labels. */
  gauges(name: string, help: string, read: () => readonly LabelledValue[]): void
  /** Prometheus text exposition format 0.0.4. */
  render(): string
}

const defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** More series than this under one name is a mistake in a label; further ones are folded into none. */
const seriesMax = 500

const labelText = (labels: Readonly<Record<string, string>> = {}): string => {
  let text = ''
  for (const name in labels) {
    const value = (labels[name] ?? '').replace(/[\\"\n]/g, '_')
    text += `${text === '' ? '' : ','}${name}="${value}"`
  }
  return text
}

const braced = (labels: string): string => (labels === '' ? '' : `{${labels}}`)

type Render = () => string[]

const makeCounter = (name: string): [Counter, Render] => {
  const values = new Map<string, number>()
  const counter: Counter = {
    increment(labels, by = 1) {
      const key = labelText(labels)
      const value = values.get(key)
      if (value === undefined && values.size >= seriesMax) return
      values.set(key, (value ?? 0) + by)
    },
  }
  return [counter, () => [...values].map(([labels, value]) => `${name}${braced(labels)} ${value}`)]
}

interface Series {
  readonly counts: number[]
  sum: number
  count: number
}

const renderSeries = (
  name: string,
  buckets: readonly number[],
  labels: string,
  { counts, sum, count }: Series,
): string[] => {
  let below = 0
  const joined = labels === '' ? '' : `${labels},`
  const lines = buckets.map((bound, index) => {
    below += counts[index] ?? 0
    return `${name}_bucket{${joined}le="${bound}"} ${below}`
  })
  return [
    ...lines,
    `${name}_bucket{${joined}le="+Inf"} ${count}`,
    `${name}_sum${braced(labels)} ${sum}`,
    `${name}_count${braced(labels)} ${count}`,
  ]
}

const makeHistogram = (name: string, buckets: readonly number[]): [Histogram, Render] => {
  const all = new Map<string, Series>()
  const histogram: Histogram = {
    observe(seconds, labels) {
      const key = labelText(labels)
      let series = all.get(key)
      if (series === undefined) {
        if (all.size >= seriesMax) return
        series = { counts: buckets.map(() => 0), sum: 0, count: 0 }
        all.set(key, series)
      }
      const index = buckets.findIndex((bound) => seconds <= bound)
      if (index >= 0) series.counts[index] = (series.counts[index] ?? 0) + 1
      series.sum += seconds
      series.count += 1
    },
  }
  return [
    histogram,
    () => [...all].flatMap(([labels, series]) => renderSeries(name, buckets, labels, series)),
  ]
}

/** An empty registry; asking for a name twice is a mistake of the caller and throws. */
export const makeMetrics = (): Metrics => {
  const entries = new Map<string, { head: string; render: Render }>()
  const add = (name: string, help: string, type: string, render: Render): void => {
    if (entries.has(name)) throw new Error(`metric ${name} exists`)
    entries.set(name, { head: `# HELP ${name} ${help}\n# TYPE ${name} ${type}`, render })
  }
  return {
    counter(name, help) {
      const [counter, render] = makeCounter(name)
      add(name, help, 'counter', render)
      return counter
    },
    histogram(name, help, bucketSeconds = defaultBuckets) {
      const [histogram, render] = makeHistogram(name, bucketSeconds)
      add(name, help, 'histogram', render)
      return histogram
    },
    gauge(name, help, read) {
      add(name, help, 'gauge', () => [`${name} ${read()}`])
    },
    gauges(name, help, read) {
      add(name, help, 'gauge', () =>
        read().map(({ labels, value }) => `${name}${braced(labelText(labels))} ${value}`),
      )
    },
    render: () =>
      `${[...entries.values()].map(({ head, render }) => [head, ...render()].join('\n')).join('\n')}\n`,
  }
}
