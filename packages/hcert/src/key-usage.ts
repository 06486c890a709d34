import type { DccKind } from './dcc.ts'

/**
 * Extended key usages that limit what a signer may sign: eHealth Network, Guidelines on technical
 * specifications for EU Digital COVID Certificates, volume 1, §3.3.4. The second arc is in
 * certificates of the first weeks.
 */
const arcs = ['1.3.6.1.4.1.1847.2021.1', '1.3.6.1.4.1.0.1847.2021.1']
const kinds: readonly DccKind[] = ['test', 'vaccination', 'recovery']
const kindOfOid: ReadonlyMap<string, DccKind> = new Map(
  arcs.flatMap((arc) => kinds.map((kind, index) => [`${arc}.${index + 1}`, kind] as const)),
)

/**
 * What a signer may sign.
 *
 * @param extendedKeyUsageOids dotted OIDs of its certificate's extended key usage, if it has one
 * @returns the kinds named; all of them when none is
 */
export const keyUsages = (extendedKeyUsageOids: readonly string[]): ReadonlySet<DccKind> => {
  const named = new Set<DccKind>()
  for (const oid of extendedKeyUsageOids) {
    const kind = kindOfOid.get(oid)
    if (kind !== undefined) named.add(kind)
  }
  return named.size > 0 ? named : new Set(kinds)
}

/** The OID that permits one kind, for making signer certificates. */
export const keyUsageOid = (kind: DccKind): string => `${arcs[0]}.${kinds.indexOf(kind) + 1}`
