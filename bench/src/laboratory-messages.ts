/** Messages of invented laboratories, each a negative PCR of another person, and what became of them. */
import { performance } from 'node:perf_hooks'
import { screeningIdOf } from '@sidep/server/laboratory/result-id.ts'
import { messageOf } from '@sidep/server/laboratory/testing.ts'
import type { LaboratoryConnection } from './laboratory-channel.ts'

const letters = (index: number): string =>
  Array.from(String(index), (digit) => 'ABCDEFGHIJ'[Number(digit)]).join('')

/** Message number `index` of a site: its order, its person and its identifier are no other's. */
const messageTo = (siteId: string, index: number, day: string): string =>
  messageOf()
    .replaceAll('20261129', day)
    .replaceAll('750712184', siteId)
    .replaceAll('F001', `B${index}`)
    .replaceAll('TEST00001', `BENCH${index}`)
    .replaceAll('TESTNOM', `TESTNOM ${letters(index)}`)

/** @param firstIndex of its messages: no other sending has one of those behind it */
export const makeSending = (day: string, firstIndex = 0) => {
  const acknowledged: string[] = []
  const failures: Record<string, number> = {}
  let next = firstIndex
  /** One more message of a site, and the id that its screening will have. */
  const compose = (siteId: string) => {
    const index = next
    next += 1
    return {
      message: messageTo(siteId, index, day),
      id: screeningIdOf(siteId, `B${index}|pcr|`),
    }
  }
  return {
    acknowledged,
    failures,
    compose,
    /** Sends one more; false, and counted, when it was not accepted. */
    async send({ siteId, send }: LaboratoryConnection): Promise<boolean> {
      const { message, id } = compose(siteId)
      const code = await send(message).catch(() => 'CONNECTION_ENDED')
      if (code === 'CA') acknowledged.push(id)
      else failures[code] = (failures[code] ?? 0) + 1
      return code === 'CA'
    },
  }
}

export type Sending = ReturnType<typeof makeSending>

/** Closed loop: each connection sends the next when it has its answer. @returns accepted a second */
export const plateauOf = async (
  sending: Sending,
  connections: readonly LaboratoryConnection[],
  seconds: number,
): Promise<number> => {
  const before = sending.acknowledged.length
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1_000
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < endsAt) if (!(await sending.send(connection))) return
    }),
  )
  const elapsed = performance.now() - startedAt
  return ((sending.acknowledged.length - before) * 1_000) / elapsed
}
