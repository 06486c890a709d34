/** Facts of certificates, signers and secrets. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { keyUsages } from '@sidep/hcert'
import type { Configuration } from '@sidep/server'
import { readFolderKeys } from '@sidep/server/issuance/key-folder.ts'
import type { CertificateFacts, SecretFacts, SignerFacts } from './facts.ts'

const pemBlocks = (text: string): string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []

/** Each certificate of a file is issued by the one after it, and the key is the first one's. */
const faultOf = (chain: readonly X509Certificate[], keyFile: string): string | null => {
  const [first] = chain
  if (first === undefined) return 'there is no certificate in it'
  const broken = chain.findIndex((certificate, index) => {
    const issuer = chain[index + 1]
    return issuer !== undefined && !certificate.checkIssued(issuer)
  })
  if (broken !== -1) return `certificate ${broken + 1} is not issued by the one after it`
  return first.checkPrivateKey(createPrivateKey(readFileSync(keyFile)))
    ? null
    : 'the key is another certificate’s'
}

const ofFiles = (where: string, certificateFile: string, keyFile: string): CertificateFacts => {
  try {
    const blocks = pemBlocks(readFileSync(certificateFile, 'utf8'))
    const chain = blocks.map((pem) => new X509Certificate(pem))
    const [first] = chain
    const endsAt = first === undefined ? null : new Date(first.validTo)
    return { where, endsAt, fault: faultOf(chain, keyFile), protocol: null }
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error)
    return { where, endsAt: null, fault: `it cannot be read: ${fault}`, protocol: null }
  }
}

const answerMillisecondsMax = 3_000

/** @returns null when nothing answers there with TLS */
const ofAddress = (address: string): Promise<CertificateFacts | null> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(address)
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      servername: hostname,
      // Looked at below: a certificate that is not good is to be said, not to be hung up on.
      rejectUnauthorized: false,
    })
    const end = (facts: CertificateFacts | null): void => {
      socket.destroy()
      resolve(facts)
    }
    socket.setTimeout(answerMillisecondsMax, () => end(null))
    socket.once('error', () => end(null))
    socket.once('secureConnect', () => {
      const error: unknown = socket.authorizationError
      end({
        where: address,
        endsAt: new Date(socket.getPeerCertificate().valid_to),
        fault: socket.authorized ? null : `clients refuse it: ${String(error)}`,
        protocol: socket.getProtocol(),
      })
    })
  })

/** Where people come in, and the files of the ports that end TLS themselves. */
export const gatherCertificates = async ({
  publicUrl,
  card,
  laboratory,
}: Configuration): Promise<{
  readonly certificates: CertificateFacts[]
  readonly silent: string[]
}> => {
  const files = [
    ...(card?.tls ? [ofFiles('CARD_TLS_CERTIFICATE', card.tls.certificate, card.tls.key)] : []),
    ...(laboratory === null
      ? []
      : [ofFiles('LABORATORY_TLS_CERTIFICATE', laboratory.tls.certificate, laboratory.tls.key)]),
  ]
  if (publicUrl === null || !publicUrl.startsWith('https://')) {
    return { certificates: files, silent: [] }
  }
  const asked = await ofAddress(publicUrl)
  return asked === null
    ? { certificates: files, silent: [publicUrl] }
    : { certificates: [...files, asked], silent: [] }
}

/** @returns of each scope those in `KEYS_DIR`, oldest first; none where the folder is not there or not to be read */
export const gatherSigners = async (keysDirectory: string): Promise<SignerFacts[]> => {
  const keys = await readFolderKeys(keysDirectory).catch(() => [])
  return keys.map(({ scope, name, certificate, signsFrom, twoddoc }) => {
    const read = new X509Certificate(certificate)
    return {
      scope,
      name,
      signsFrom: signsFrom ?? new Date(read.validFrom),
      endsAt: new Date(read.validTo),
      isDevelopment: read.subject.split('\n').includes('OU=Development'),
      signsRecovery: keyUsages(read.keyUsage ?? []).has('recovery'),
      twoddocAuthority: twoddoc?.caId ?? null,
    }
  })
}

const modeOf = (path: string): SecretFacts[] =>
  existsSync(path) ? [{ path, mode: statSync(path).mode & 0o777 }] : []

export const gatherSecrets = (configuration: Configuration): SecretFacts[] => {
  const { keysDirectory, keyEncryptionKeyFile, keyEpochsFile, dataDirectory, pkcs11 } =
    configuration
  const keys = existsSync(keysDirectory)
    ? readdirSync(keysDirectory).filter((name) => name.endsWith('.key.pem'))
    : []
  const { card, laboratory } = configuration
  return [
    ...keys.map((name) => join(keysDirectory, name)),
    keyEncryptionKeyFile ?? join(dataDirectory, 'key-encryption-key'),
    keyEpochsFile,
    join(dataDirectory, 'database-password'),
    ...(pkcs11 === null ? [] : pkcs11.pinFiles),
    ...(card?.tls ? [card.tls.key] : []),
    ...(laboratory === null ? [] : [laboratory.tls.key]),
  ].flatMap(modeOf)
}
