import { agesOf, indexTimeFault, type PartAge, type TrustIndex } from '../parts/trust-index.ts'

/** What people are told the age of. */
export const ageKinds = ['keys', 'revocations', 'rules', 'notices'] as const
export type AgeKind = (typeof ageKinds)[number]

export interface KindAge extends Omit<PartAge, 'name'> {
  readonly kind: AgeKind
}

/** Withdrawn booklets and slips stand beside the keys of their signers, and are as urgent as what is revoked. */
const kindOf = (name: string): AgeKind | null => {
  if (name.startsWith('keys/') || name === 'twoddoc') return 'keys'
  if (name.startsWith('revocations/') || name === 'continuity') return 'revocations'
  if (name === 'rules' || name === 'value-sets') return 'rules'
  return name === 'notices' ? 'notices' : null
}

/** Gravest last. */
const states = ['fresh', 'old', 'unsafe'] as const

/** The age of each kind that an index has: that of its oldest part, with the gravest state. */
export const agesByKind = (index: Pick<TrustIndex, 'parts'>, at: Date): readonly KindAge[] => {
  const ages = agesOf(index, at)
  return ageKinds.flatMap((kind) => {
    const of = ages.filter(({ name }) => kindOf(name) === kind)
    if (of.length === 0) return []
    const ageSeconds = Math.max(...of.map((age) => age.ageSeconds))
    const asOf = new Date(Math.min(...of.map((age) => age.asOf.getTime())))
    const state = states.findLast((one) => of.some((age) => age.state === one)) ?? 'fresh'
    return [{ kind, asOf, ageSeconds, state }]
  })
}

/** What a page says besides the ages. */
export type TrustWarning =
  /** Nothing newer came for weeks: somebody keeps it from here. Nothing is vouched for any more. */
  | 'INDEX_EXPIRED'
  /** Made in this device's future: its clock is wrong. */
  | 'INDEX_NOT_YET_VALID'
  | 'KEYS_OLD'
  | 'REVOCATIONS_OLD'
  /** What was issued after the list is not vouched for. */
  | 'REVOCATIONS_UNSAFE'
  | 'RULES_OLD'
  | 'NOTICES_OLD'

const olds = {
  keys: 'KEYS_OLD',
  revocations: 'REVOCATIONS_OLD',
  rules: 'RULES_OLD',
  notices: 'NOTICES_OLD',
} as const satisfies Record<AgeKind, TrustWarning>

/** What is to be warned of, gravest first; nothing while all is young. */
export const warningsOf = (index: TrustIndex, at: Date): readonly TrustWarning[] => {
  const fault = indexTimeFault(index, at)
  const ages = agesByKind(index, at)
  const isUnsafe = ages.some(({ kind, state }) => kind === 'revocations' && state === 'unsafe')
  return [
    ...(fault === null ? [] : [fault]),
    ...(isUnsafe ? (['REVOCATIONS_UNSAFE'] as const) : []),
    ...ages.flatMap(({ kind, state }) =>
      state === 'fresh' || (kind === 'revocations' && isUnsafe) ? [] : [olds[kind]],
    ),
  ]
}
