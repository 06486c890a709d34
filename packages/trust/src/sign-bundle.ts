import { wireAudit } from './audit-wire.ts'
import { bundleFormat } from './bundle-format.ts'
import type { BundleContent } from './content.ts'
import { named, wireContinuity, wireDcc, wireRevoked, wireTwoddoc } from './content-wire.ts'
import { signStatement } from './statement.ts'
import type { BundleSigner } from './succession.ts'

/**
 * Signs a trust bundle.
 *
 * @param successions statements (`signSuccession`) that lead from earlier anchors to this signer and its own successor
 * @returns the file that verifiers fetch: a tagged COSE_Sign1 over deterministic CBOR
 * @throws TypeError when an entry is not base64 (or, for `revoked`, hex): our own data is wrong
 */
export const signBundle = async (
  content: BundleContent,
  signer: BundleSigner,
  successions: readonly Uint8Array[] = [],
): Promise<Uint8Array> => signStatement(bundleFormat, wireContent(content), signer, successions)

const wireContent = (content: BundleContent): Map<string, unknown> =>
  new Map<string, unknown>([
    ['version', content.version],
    ['issuedAt', content.issuedAt],
    ['expiresAt', content.expiresAt],
    ...wireDcc(content.dcc),
    wireTwoddoc(content.twoddoc),
    wireRevoked(content.revoked ?? []),
    ...(content.ruleProfile === undefined ? [] : [named('ruleProfile', content.ruleProfile)]),
    ...wireContinuity(content),
    ...(content.audit === undefined ? [] : [named('audit', wireAudit(content.audit))]),
  ])
