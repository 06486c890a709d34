export * from '@sidep/sdk/http'
export * from './browser-api.ts'
export * from './error-words.ts'
export * from './held-answer.ts'
