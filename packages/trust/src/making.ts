/** `@sidep/trust/certificates`: everything that makes keys and certificates. */
export * from './certificates.ts'
export {
  type CertifiedKey,
  certifySigner,
  developmentTwoddocIdentity,
  type KeySet,
  type KeySetRequest,
  makeKeySet,
  makeKeySetWith,
  type NewKey,
  newKeyFile,
  type TwoddocIdentity,
} from './key-set.ts'
