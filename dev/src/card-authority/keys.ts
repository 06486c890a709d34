/** Keys of authorities and cards: RSA, as on the real cards, or P-256. */

export type KeyKind = 'rsa' | 'rsa-1024' | 'p256'

const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength,
  publicExponent: new Uint8Array([1, 0, 1]),
})

const algorithms = {
  rsa: rsa(2048),
  'rsa-1024': rsa(1024),
  p256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const

/** Makes a pair that can be exported. */
export const makeKeys = (kind: KeyKind): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(algorithms[kind], true, ['sign', 'verify'])

const pem = (label: string, der: ArrayBuffer | Uint8Array<ArrayBuffer>): string => {
  const lines = Buffer.from(der instanceof Uint8Array ? der : new Uint8Array(der))
    .toString('base64')
    .match(/.{1,64}/g)
  return `-----BEGIN ${label}-----\n${(lines ?? []).join('\n')}\n-----END ${label}-----\n`
}

export const certificatePem = (der: ArrayBuffer): string => pem('CERTIFICATE', der)

/** PKCS#8, not encrypted: these keys open nothing but a development portal. */
export const privateKeyPem = async (key: CryptoKey): Promise<string> =>
  pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', key))

export const derOfPem = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64'))

/** An RSA private key read back from PKCS#8, to sign with the hash. */
export const importRsaKey = (pkcs8: Uint8Array<ArrayBuffer>, hash: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSASSA-PKCS1-v1_5', hash }, true, ['sign'])
