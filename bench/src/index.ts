export { type ApartBenchOptions, type ApartBenchResult, benchApart } from './apart.ts'
export { type BacklogBenchOptions, type BacklogBenchResult, benchBacklog } from './backlog.ts'
export { benchFuzz, type FuzzBenchOptions, type FuzzBenchResult } from './fuzz.ts'
export {
  benchHandshakes,
  type HandshakeBenchOptions,
  type HandshakeBenchResult,
} from './handshakes.ts'
export {
  benchIssue,
  type IssueBenchOptions,
  type IssueBenchResult,
  issueSitesMax,
} from './issue.ts'
export {
  benchLaboratory,
  type LaboratoryBenchOptions,
  type LaboratoryBenchResult,
} from './laboratory.ts'
export { benchLogin, type LoginBenchOptions, type LoginBenchResult } from './login.ts'
export { benchOutage, type OutageBenchOptions, type OutageBenchResult } from './outage.ts'
export { benchOverload, type OverloadBenchOptions, type OverloadBenchResult } from './overload.ts'
export { benchPkcs11, type Pkcs11BenchOptions, type Pkcs11BenchResult } from './pkcs11.ts'
export {
  benchPseudonyms,
  type PseudonymBenchOptions,
  type PseudonymBenchResult,
} from './pseudonyms.ts'
export { benchRevocation, type RevocationBenchResult, type RevocationSize } from './revocation.ts'
export { benchRobots, type RobotsBenchOptions, type RobotsBenchResult } from './robots.ts'
export { benchScan, type ScanBenchOptions, type ScanBenchResult } from './scan.ts'
export { benchSession, type SessionBenchOptions, type SessionBenchResult } from './session.ts'
export { benchStorm, type StormBenchOptions, type StormBenchResult } from './storm.ts'
export { benchTrust, type TrustBenchOptions, type TrustBenchResult } from './trust.ts'
export { benchTyping, type TypingBenchOptions, type TypingBenchResult } from './typing.ts'
export { benchVerify, type VerifyBenchOptions, type VerifyBenchResult } from './verify.ts'
export { benchWatch, type WatchBenchOptions, type WatchBenchResult } from './watch.ts'
