export type {
  TestDocument,
  TestResult,
  TwoddocDocument,
  VaccinationDocument,
} from './documents.ts'
export type { FieldText } from './fields.ts'
export type { TwoddocHeader } from './header.ts'
export { issue2dDocB2, type TestTo2dDoc } from './issue.ts'
export { fromParisMinute, toParisDate, toParisMinute } from './paris-time.ts'
export { type Read2dDoc, read2dDoc, twoddocLengthMax, type Unread2dDoc } from './read.ts'
export type { TwoddocCode } from './reading.ts'
export { verify2dDocSignature } from './verify.ts'
export { wholeCodeBytes } from './whole-code.ts'
