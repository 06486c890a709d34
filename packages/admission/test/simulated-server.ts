/** A server in virtual time behind a real gate: so many workers, shared equally by what is in work. Tests only. */
import type { Arrival, Entry, Gate, SiteEntry } from '../src/index.ts'

export interface Client {
  readonly arrival: Arrival
  /** Requests a second. */
  readonly perSecond: number
  /** Work of one request on a free worker, milliseconds. */
  readonly workMilliseconds: number
}

export interface Finished {
  readonly client: Client
  readonly arrivedAt: number
  /** Null: refused. */
  readonly endedAt: number | null
}

/** Held because its site sends more than its share. */
interface Held {
  readonly client: Client
  readonly arrivedAt: number
  readonly enters: number
}

interface Job {
  readonly finished: (at: number) => void
  left: number
}

/** A generator of uniform numbers that a seed replays (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const stepMilliseconds = 1

export interface SimulatedServer {
  /** Runs the clients' requests (Poisson arrivals) for a time and lets what is in work end. */
  run(clients: readonly Client[], seconds: number): Finished[]
  setWorkers(count: number): void
  readonly now: number
}

/** @param enterSite what stands before the gate */
export const makeSimulatedServer = (
  gate: Gate,
  workersAtFirst: number,
  random: () => number,
  enterSite: (arrival: Arrival, now: number) => SiteEntry = () => ({
    ok: true,
    waitMilliseconds: 0,
  }),
): SimulatedServer => {
  let now = 0
  let workers = workersAtFirst
  const jobs = new Set<Job>()
  let held: Held[] = []

  const work = (): void => {
    const speed = Math.min(1, workers / Math.max(1, jobs.size)) * stepMilliseconds
    for (const job of [...jobs]) {
      job.left -= speed
      if (job.left > 0) continue
      jobs.delete(job)
      job.finished(now)
    }
  }

  const arrive = (client: Client, results: Finished[]): void => {
    const arrivedAt = now
    const entry = enterSite(client.arrival, now)
    if (!entry.ok) results.push({ client, arrivedAt, endedAt: null })
    else if (entry.waitMilliseconds === 0) enter(client, arrivedAt, results)
    else held.push({ client, arrivedAt, enters: now + entry.waitMilliseconds })
  }

  const enter = (client: Client, arrivedAt: number, results: Finished[]): void => {
    gate.arrive(client.arrival, now, (settlement) => {
      if (!settlement.ok) {
        results.push({ client, arrivedAt, endedAt: null })
        return
      }
      const { entry }: { entry: Entry } = settlement
      jobs.add({
        left: client.workMilliseconds,
        finished: (at) => {
          entry.leave(at)
          results.push({ client, arrivedAt, endedAt: at })
        },
      })
    })
  }

  const letIn = (results: Finished[]): void => {
    const returnTimes = held
    held = returnTimes.filter(({ enters }) => enters > now)
    for (const { client, arrivedAt, enters } of returnTimes) {
      if (enters <= now) enter(client, arrivedAt, results)
    }
  }

  return {
    get now() {
      return now
    },
    setWorkers(count) {
      workers = count
    },
    run(clients, seconds) {
      const results: Finished[] = []
      const due = clients.map(({ perSecond }) => now - (1_000 * Math.log(1 - random())) / perSecond)
      const until = now + seconds * 1_000
      while (now < until || jobs.size > 0 || held.length > 0 || gate.waiting > 0) {
        now += stepMilliseconds
        work()
        letIn(results)
        clients.forEach((client, index) => {
          while (now <= until && (due[index] ?? 0) <= now) {
            arrive(client, results)
            due[index] = (due[index] ?? 0) - (1_000 * Math.log(1 - random())) / client.perSecond
          }
        })
        if (now % 25 === 0) gate.tick(now)
      }
      return results
    },
  }
}

/** The value that the share `p` of the times does not exceed; refused requests are left out. */
export const latencyQuantile = (results: readonly Finished[], p: number): number => {
  const times = results
    .flatMap(({ arrivedAt, endedAt }) => (endedAt === null ? [] : [endedAt - arrivedAt]))
    .sort((a, b) => a - b)
  return times[Math.min(times.length - 1, Math.floor(times.length * p))] ?? 0
}

export const refusedShare = (results: readonly Finished[]): number =>
  results.filter(({ endedAt }) => endedAt === null).length / Math.max(1, results.length)
