/** The SDK in a page: IndexedDB, and the browser's clock and chance. */
export * from '../index.ts'
export { platformSurroundings as surroundings } from '../platform.ts'
export { type BrowserStorage, openBrowserStorage } from './indexed-db.ts'
