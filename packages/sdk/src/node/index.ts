/** The SDK on Node: a file for the outbox, the platform's clock and chance, and what shows a certificate. */
export * from '../index.ts'
export { platformSurroundings as surroundings } from '../platform.ts'
export { type ClientCertificate, certifiedFetch } from './certified-fetch.ts'
export { openFileStore } from './file-store.ts'
