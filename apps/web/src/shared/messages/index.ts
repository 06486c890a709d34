export * from './catalogue.ts'
export { commonMessages } from './common.ts'
export { dateWords, deviceDateWords } from './date-words.ts'
export { LanguageProvider, useLanguage, useMessages } from './provider.tsx'
