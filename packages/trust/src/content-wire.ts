/** The lists of a bundle, and of the parts of an index, as CBOR has them: binary values are byte strings there. */
import { type Bytes, base64ToBytes, bytesToBase64, hexToBytes, type Layer } from '@sidep/encoding'
import type { BundleContent, DccKey, TwoddocKey, WithdrawnContinuity } from './content.ts'
import { keyIdFrom } from './load-signers.ts'
import { hashHex } from './load-trust.ts'
import { readList, readWithdrawn, writeEnded } from './withdrawn-wire.ts'

/** Signers of EU certificates: certificates, and beside them keys, for whoever does not know those yet. */
export const wireDcc = (list: BundleContent['dcc']): [string, unknown][] => [
  named(
    'dcc',
    list.flatMap((entry) => (typeof entry === 'string' ? [binary(base64ToBytes(entry))] : [])),
  ),
  ...listedKeys(list.flatMap((entry) => (typeof entry === 'string' ? [] : [entry]))),
]

/** Undefined when any part of it is wrong. */
export const readDcc = (
  content: ReadonlyMap<unknown, unknown>,
): BundleContent['dcc'] | undefined => {
  const certificates = readList(content.get('dcc'), readBinary)
  const keys = readList(content.get('dccKeys') ?? [], readDccKey)
  return certificates === undefined || keys === undefined ? undefined : [...certificates, ...keys]
}

export const wireTwoddoc = (list: BundleContent['twoddoc']): [string, unknown] =>
  named(
    'twoddoc',
    list.map(
      ({ spki, ...names }) =>
        new Map<string, unknown>([...Object.entries(names), ['spki', binary(base64ToBytes(spki))]]),
    ),
  )

export const readTwoddoc = (
  content: ReadonlyMap<unknown, unknown>,
): BundleContent['twoddoc'] | undefined => readList(content.get('twoddoc'), readTwoddocKey)

export const wireRevoked = (list: readonly string[]): [string, unknown] =>
  named(
    'revoked',
    list.map((hash) => {
      const hex = hashHex(hash)
      return binary(hex.ok ? hexToBytes(hex.value) : hex)
    }),
  )

export const readRevoked = (
  content: ReadonlyMap<unknown, unknown>,
): readonly string[] | undefined => readList(content.get('revoked') ?? [], readBinary)

const listedKeys = (keys: readonly DccKey[]): [string, unknown][] =>
  keys.length === 0 ? [] : [named('dccKeys', keys.map(wireKey))]

const wireKey = (key: DccKey): Map<string, unknown> => {
  const { kid, ...rest } = key
  const [name, encoded] =
    'certificate' in rest
      ? (['certificate', rest.certificate] as const)
      : (['spki', rest.spki] as const)
  return new Map<string, unknown>([
    ...Object.entries(rest).filter(([, value]) => value !== undefined),
    ['kid', binary(keyIdFrom(kid))],
    [name, binary(base64ToBytes(encoded))],
  ])
}

export const wireContinuity = ({
  continuity,
  withdrawn,
}: Pick<BundleContent, 'continuity' | 'withdrawn'>): [string, unknown][] => [
  ...(continuity === undefined
    ? []
    : [
        named(
          'continuity',
          continuity.map((certificate) => binary(base64ToBytes(certificate))),
        ),
      ]),
  ...(withdrawn === undefined ? [] : [named('withdrawn', wireWithdrawn(withdrawn))]),
]

export const named = (name: string, value: unknown): [string, unknown] => [name, value]

const wireWithdrawn = (list: WithdrawnContinuity): Map<string, unknown> => {
  const sites = (entries: WithdrawnContinuity['sites']) =>
    entries.map(
      ({ site, issuedUntil }) =>
        new Map([
          ['site', site],
          ['issuedUntil', issuedUntil],
        ]),
    )
  return new Map<string, unknown>([
    ['booklets', [...list.booklets]],
    ...(list.ended === undefined || list.ended.length === 0
      ? []
      : [named('ended', writeEnded(list.ended))]),
    ['sites', sites(list.sites)],
    ['allIssuedUntil', list.allIssuedUntil],
    ['slips', [...list.slips]],
    ['slipSites', sites(list.slipSites)],
  ])
}

const binary = (layer: Layer<Bytes>): Bytes => {
  if (!layer.ok) throw new TypeError(`bundle entry: ${layer.code}`)
  return layer.value
}

/** What a bundle says of continuity; undefined when it says it wrongly: half a list of withdrawals is none. */
export const readContinuity = (
  content: ReadonlyMap<unknown, unknown>,
): Pick<BundleContent, 'continuity' | 'withdrawn'> | undefined => {
  const continuity = content.has('continuity')
    ? readList(content.get('continuity'), readBinary)
    : null
  const withdrawn = content.has('withdrawn') ? readWithdrawn(content.get('withdrawn')) : null
  if (continuity === undefined || withdrawn === undefined) return undefined
  return {
    ...(continuity === null ? {} : { continuity }),
    ...(withdrawn === null ? {} : { withdrawn }),
  }
}

const readBinary = (entry: unknown): string | undefined =>
  entry instanceof Uint8Array ? bytesToBase64(entry) : undefined

const readDccKey = (entry: unknown): DccKey | undefined => {
  if (!(entry instanceof Map)) return undefined
  const kid = readBinary(entry.get('kid'))
  const certificate = readBinary(entry.get('certificate'))
  if (kid === undefined) return undefined
  if (certificate !== undefined) return { kid, certificate }
  const spki = readBinary(entry.get('spki'))
  const usages = entry.has('usages') ? readList(entry.get('usages'), readKind) : null
  if (spki === undefined || usages === undefined) return undefined
  const texts = ['country', 'notBefore', 'notAfter'].flatMap((name): [string, string][] => {
    const text: unknown = entry.get(name)
    return typeof text === 'string' ? [[name, text]] : []
  })
  return { kid, spki, ...Object.fromEntries(texts), ...(usages !== null && { usages }) }
}

const kinds = ['test', 'vaccination', 'recovery'] as const
const readKind = (entry: unknown): (typeof kinds)[number] | undefined =>
  kinds.find((kind) => kind === entry)

const readTwoddocKey = (entry: unknown): TwoddocKey | undefined => {
  if (!(entry instanceof Map)) return undefined
  const caId: unknown = entry.get('caId')
  const certificateId: unknown = entry.get('certificateId')
  const spki = readBinary(entry.get('spki'))
  if (typeof caId !== 'string' || typeof certificateId !== 'string' || spki === undefined) {
    return undefined
  }
  const notBefore: unknown = entry.get('notBefore')
  const notAfter: unknown = entry.get('notAfter')
  return {
    caId,
    certificateId,
    spki,
    ...(typeof notBefore === 'string' ? { notBefore } : {}),
    ...(typeof notAfter === 'string' ? { notAfter } : {}),
  }
}
