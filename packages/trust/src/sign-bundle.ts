import {
  type Bytes,
  base64ToBytes,
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
  encodeCbor,
  encodeCoseSign1,
  hexToBytes,
  type Layer,
} from '@sidep/encoding'
import { wireAudit } from './audit-wire.ts'
import { bundleFormat } from './bundle-format.ts'
import type { BundleContent, DccKey, WithdrawnContinuity } from './content.ts'
import { keyIdFrom } from './load-signers.ts'
import { hashHex } from './load-trust.ts'
import { type BundleSigner, successionsLabel } from './succession.ts'
import { writeEnded } from './withdrawn-wire.ts'

/**
 * Signs a trust bundle.
 *
 * @param successions statements (`signSuccession`) that lead from earlier anchors to this signer and its own successor
 * @returns the file that verifiers fetch: a tagged COSE_Sign1 over deterministic CBOR
 * @throws TypeError when an entry is not base64 (or, for `revoked`, hex): our own data is wrong
 */
export const signBundle = async (
  content: BundleContent,
  { keyId, sign }: BundleSigner,
  successions: readonly Uint8Array[] = [],
): Promise<Uint8Array> => {
  const protectedBytes = encodeCbor(
    new Map<number, unknown>([
      [coseHeader.algorithm, coseAlgorithm.ES256],
      [coseHeader.contentType, bundleFormat.contentType],
      [coseHeader.keyId, keyId],
    ]),
  )
  const payload = encodeCbor(wireContent(content))
  const signature = new Uint8Array(await sign(coseToBeSigned({ protectedBytes, payload })))
  const unprotectedHeader = new Map<string, unknown>(
    successions.length === 0 ? [] : [[successionsLabel, [...successions]]],
  )
  return encodeCoseSign1({ protectedBytes, unprotectedHeader, payload, signature })
}

const wireContent = (content: BundleContent): Map<string, unknown> =>
  new Map<string, unknown>([
    ['version', content.version],
    ['issuedAt', content.issuedAt],
    ['expiresAt', content.expiresAt],
    [
      'dcc',
      content.dcc.flatMap((entry) =>
        typeof entry === 'string' ? [binary(base64ToBytes(entry))] : [],
      ),
    ],
    // Beside the certificates: a verifier that does not know them yet goes on with those.
    ...listedKeys(content.dcc.flatMap((entry) => (typeof entry === 'string' ? [] : [entry]))),
    [
      'twoddoc',
      content.twoddoc.map(
        ({ spki, ...names }) =>
          new Map<string, unknown>([
            ...Object.entries(names),
            ['spki', binary(base64ToBytes(spki))],
          ]),
      ),
    ],
    [
      'revoked',
      (content.revoked ?? []).map((hash) => {
        const hex = hashHex(hash)
        return binary(hex.ok ? hexToBytes(hex.value) : hex)
      }),
    ],
    ...(content.ruleProfile === undefined ? [] : [['ruleProfile', content.ruleProfile] as const]),
    ...continuityContent(content),
    ...(content.audit === undefined ? [] : [named('audit', wireAudit(content.audit))]),
  ])

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

const continuityContent = ({ continuity, withdrawn }: BundleContent): [string, unknown][] => [
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

const named = (name: string, value: unknown): [string, unknown] => [name, value]

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
