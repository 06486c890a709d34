/** Header and bounds of a trust bundle: COSE_Sign1 (RFC 9052 §4.2), ES256, over deterministic CBOR. */
export const bundleFormat = {
  name: 'BUNDLE',
  contentType: 'application/vnd.sidep.trust-bundle+cbor',
  /** 16 MiB: half a million revoked hashes; a phone still takes it. */
  bytesMax: 16 * 1024 * 1024,
  depthMax: 8,
} as const
