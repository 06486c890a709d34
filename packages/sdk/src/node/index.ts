/** The SDK on Node: a file for the outbox, and the platform's clock and chance. */
export * from '../index.ts'
export { platformSurroundings as surroundings } from '../platform.ts'
export { openFileStore } from './file-store.ts'
