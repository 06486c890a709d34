export {
  benchHandshakes,
  type HandshakeBenchOptions,
  type HandshakeBenchResult,
} from './handshakes.ts'
export { benchIssue, type IssueBenchOptions, type IssueBenchResult } from './issue.ts'
export { benchVerify, type VerifyBenchOptions, type VerifyBenchResult } from './verify.ts'
