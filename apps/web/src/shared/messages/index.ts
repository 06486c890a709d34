export * from './catalogue.ts'
export { commonMessages } from './common.ts'
export { LanguageProvider, useLanguage, useMessages } from './provider.tsx'
