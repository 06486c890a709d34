/** `@sidep/trust/certificates`: everything that makes keys and certificates. */
export * from './certificates.ts'
export {
  type CertifiedKey,
  certifySigner,
  createKeySet,
  createKeySetWith,
  developmentTwoddocIdentity,
  type KeySet,
  type KeySetRequest,
  type NewKey,
  newKeyFile,
  type TwoddocIdentity,
} from './key-set.ts'
