/** What a webhook is signed by: HTTP Message Signatures (RFC 9421) over method, address and body. */
import { createHash } from 'node:crypto'
import { keyIdText } from '../../platform/jws.ts'
import type { Signer } from '../../platform/signer.ts'

const components = ['@method', '@target-uri', 'content-digest', 'content-type'] as const

export interface SignedMessage {
  readonly method: 'POST'
  readonly url: string
  readonly type: string
  readonly body: string
}

/** RFC 9530 §2. */
const digestOf = (body: string): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

/** RFC 9421 §2.5: what is signed. */
export const signatureBase = (
  { method, url, type, body }: SignedMessage,
  parameters: string,
): string =>
  [
    `"@method": ${method}`,
    `"@target-uri": ${url}`,
    `"content-digest": ${digestOf(body)}`,
    `"content-type": ${type}`,
    `"@signature-params": ${parameters}`,
  ].join('\n')

/** The headers of a signed message. @param at by whole seconds */
export const signMessage = async (
  message: SignedMessage,
  signer: Pick<Signer, 'keyId' | 'sign'>,
  at: Date,
): Promise<Readonly<Record<string, string>>> => {
  const covered = components.map((name) => `"${name}"`).join(' ')
  const created = Math.floor(at.getTime() / 1_000)
  const parameters = `(${covered});created=${created};keyid="${keyIdText(signer)}";alg="ecdsa-p256-sha256"`
  const signature = await signer.sign(Buffer.from(signatureBase(message, parameters)))
  return {
    'content-type': message.type,
    'content-digest': digestOf(message.body),
    'signature-input': `sidep=${parameters}`,
    // r‖s, 64 bytes: RFC 9421 §3.3.4.
    signature: `sidep=:${Buffer.from(signature).toString('base64')}:`,
  }
}
