/** What was withdrawn, as a bundle carries it to verifiers. Times are RFC 3339. */
export interface WithdrawnList {
  /** Ids of single booklets, 16 hexadecimal digits. */
  readonly booklets: readonly string[]
  /** Counters' keys whose session ended, and with it their booklets: what was signed before stays good. */
  readonly ended?: readonly { readonly key: string; readonly at: string }[]
  /** All booklets that a site was given up to a moment; later ones are good. */
  readonly sites: readonly { readonly site: string; readonly issuedUntil: string }[]
  /** All booklets of all sites given up to a moment, or null. */
  readonly allIssuedUntil: string | null
  /** Serials of slips, 21 characters without dashes. */
  readonly slips: readonly string[]
  /** All slips printed for a site up to a moment. */
  readonly slipSites: readonly { readonly site: string; readonly issuedUntil: string }[]
}

/** The same, for looking up. */
export interface Withdrawn {
  readonly booklets: ReadonlySet<string>
  /** By key id, when its sessions ended. */
  readonly ended: ReadonlyMap<string, readonly Date[]>
  readonly sites: ReadonlyMap<string, Date>
  readonly allIssuedUntil: Date | null
}

export interface CancelledSlips {
  readonly serials: ReadonlySet<string>
  readonly sites: ReadonlyMap<string, Date>
}

export const nothingWithdrawn: Withdrawn = {
  booklets: new Set(),
  ended: new Map(),
  sites: new Map(),
  allIssuedUntil: null,
}

export const noSlipCancelled: CancelledSlips = { serials: new Set(), sites: new Map() }

export const withdrawnFrom = (list: WithdrawnList): Withdrawn => ({
  booklets: new Set(list.booklets),
  ended: new Map(
    [...Map.groupBy(list.ended ?? [], ({ key }) => key)].map(([key, ends]) => [
      key,
      ends.map(({ at }) => new Date(at)),
    ]),
  ),
  sites: latestBySite(list.sites),
  allIssuedUntil: list.allIssuedUntil === null ? null : new Date(list.allIssuedUntil),
})

export const cancelledSlipsFrom = (list: WithdrawnList): CancelledSlips => ({
  serials: new Set(list.slips),
  sites: latestBySite(list.slipSites),
})

const latestBySite = (entries: WithdrawnList['sites']): Map<string, Date> => {
  const latest = new Map<string, Date>()
  for (const { site, issuedUntil } of entries) {
    const until = new Date(issuedUntil)
    const known = latest.get(site)
    if (known === undefined || known < until) latest.set(site, until)
  }
  return latest
}

export type WithdrawnCode = 'BOOKLET_WITHDRAWN' | 'SITE_WITHDRAWN' | 'ALL_WITHDRAWN'

/**
 * Whether a document was signed after the session of its booklet ended.
 * @param signed key id of the booklet, 16 hexadecimal digits, when it was given, and the document's issue time
 */
export const isSignedAfterEnd = (
  signed: { readonly keyId: string; readonly bookletIssuedAt: Date; readonly signedAt: Date },
  { ended }: Pick<Withdrawn, 'ended'>,
): boolean =>
  ended
    .get(signed.keyId)
    // Both times are whole seconds: what was signed in the second of the end is still good.
    ?.some((end) => signed.bookletIssuedAt <= end && signed.signedAt > end) === true

/** Which withdrawal a booklet falls under; null when none does. */
export const withdrawalOf = (
  booklet: { readonly id: string; readonly siteId: string; readonly issuedAt: Date },
  withdrawn: Withdrawn,
): WithdrawnCode | null => {
  if (withdrawn.booklets.has(booklet.id)) return 'BOOKLET_WITHDRAWN'
  const siteUntil = withdrawn.sites.get(booklet.siteId)
  if (siteUntil !== undefined && booklet.issuedAt <= siteUntil) return 'SITE_WITHDRAWN'
  const until = withdrawn.allIssuedUntil
  return until !== null && booklet.issuedAt <= until ? 'ALL_WITHDRAWN' : null
}
