import { hourSeconds } from '@sidep/time'
import { draw, type Stream, streams } from './random.ts'
import type { Part, Scenario } from './scenario.ts'

/** What works where, and when. */
export interface Outages {
  providerUp(at: number): boolean
  cardUp(at: number): boolean
  /** Whether this site's counter gets through to the portal. */
  isReached(site: number, at: number): boolean
  computerUp(site: number, at: number): boolean
  laboratoryUp(at: number): boolean
}

const streamOf: Partial<Record<Part, Stream>> = {
  network: streams.region,
  computers: streams.computer,
}

export const makeOutages = ({ outages }: Pick<Scenario, 'outages'>, seed: number): Outages => {
  const spans = outages.map(({ part, fromHours, untilHours, share }) => ({
    part,
    share,
    from: fromHours * hourSeconds,
    until: untilHours * hourSeconds,
  }))
  const isUp =
    (part: Part) =>
    (at: number, site = 0): boolean => {
      const stream = streamOf[part]
      for (const span of spans) {
        if (span.part !== part || at < span.from || at >= span.until) continue
        if (stream === undefined || draw(seed, stream, site) < span.share) return false
      }
      return true
    }
  const [provider, card, portal, network, computers, laboratory] = (
    ['provider', 'card', 'portal', 'network', 'computers', 'laboratory'] as const
  ).map(isUp)
  const always = (): boolean => true
  const check = (up: ReturnType<typeof isUp> | undefined, part: Part) =>
    up === undefined || !spans.some((span) => span.part === part) ? always : up
  const portalUp = check(portal, 'portal')
  const networkUp = check(network, 'network')
  const computerUp = check(computers, 'computers')
  return {
    providerUp: check(provider, 'provider'),
    cardUp: check(card, 'card'),
    isReached: (site, at) => portalUp(at) && networkUp(at, site) && computerUp(at, site),
    computerUp: (site, at) => computerUp(at, site),
    laboratoryUp: check(laboratory, 'laboratory'),
  }
}
