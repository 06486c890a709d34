export * from './backoff.ts'
export * from './client.ts'
export * from './error-words.ts'
export * from './errors.ts'
