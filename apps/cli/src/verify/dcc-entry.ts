import type { DccKey } from '@sidep/trust'

const kinds = ['test', 'vaccination', 'recovery'] as const

/**
 * An entry of a list of signers of EU certificates: a certificate in base64, or `{kid, spki}` or `{kid, certificate}`
 * for a key id that is no certificate's hash, with `country`, `usages`, `notBefore` and `notAfter` where they are
 * known. Null when it is none of these.
 */
export const dccEntry = (value: unknown): string | DccKey | null => {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return null
  const { kid, spki, certificate, usages, ...rest }: Record<string, unknown> = { ...value }
  if (typeof kid !== 'string') return null
  if (typeof certificate === 'string') return { kid, certificate }
  const permitted = usages === undefined ? kinds : kindsIn(usages)
  if (typeof spki !== 'string' || permitted === null) return null
  const texts = ['country', 'notBefore', 'notAfter'].flatMap((name): [string, string][] => {
    const text = rest[name]
    return typeof text === 'string' ? [[name, text]] : []
  })
  return { kid, spki, ...Object.fromEntries(texts), usages: permitted }
}

/** What is not understood must not permit anything: null. */
const kindsIn = (usages: unknown): readonly (typeof kinds)[number][] | null => {
  if (!Array.isArray(usages)) return null
  const known = kinds.filter((kind) => usages.includes(kind))
  return known.length === usages.length ? known : null
}
