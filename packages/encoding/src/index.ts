export * from './base32.ts'
export * from './base45.ts'
export * from './base64.ts'
export { bytesToBase64url, textToBase64url } from './base64url.ts'
export * from './bytes.ts'
export {
  type CborCode,
  type CborLimits,
  cborBytesMax,
  cborDepthMax,
  decodeCbor,
  encodeCbor,
  Tagged,
} from './cbor.ts'
export * from './cose.ts'
export * from './cwt.ts'
export * from './hex.ts'
export type { Bytes, Layer } from './layer.ts'
export { broken, decoded } from './layer.ts'
export * from './zlib.ts'
