export { benchIssue, type IssueBenchOptions, type IssueBenchResult } from './issue.ts'
export { benchVerify, type VerifyBenchOptions, type VerifyBenchResult } from './verify.ts'
