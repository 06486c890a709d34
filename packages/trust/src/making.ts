/** `@sidep/trust/certificates`: everything that makes keys and certificates. */
export * from './certificates.ts'
export {
  type CertifiedKey,
  createKeySet,
  developmentTwoddocIdentity,
  type KeySet,
  type KeySetRequest,
  type TwoddocIdentity,
} from './key-set.ts'
