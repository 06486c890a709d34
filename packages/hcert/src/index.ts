export type {
  Dcc,
  DccEntry,
  DccKind,
  DccName,
  RecoveryEntry,
  TestEntry,
  VaccinationEntry,
} from './dcc.ts'
export { type IssueOptions, issueHcert } from './issue-hcert.ts'
export { dccVersion } from './issued-fields.ts'
export type { Json, JsonObject } from './json.ts'
export { keyUsageOid, keyUsages } from './key-usage.ts'
export { type DccCode, parseDcc } from './parse-dcc.ts'
export {
  dccClaimKey,
  type Hcert,
  type HcertBroken,
  type HcertStep,
  hcertPrefix,
  readHcert,
  readHcertMessage,
} from './read-hcert.ts'
export {
  type RecoveryDccInput,
  type RecoveryTerm,
  recoveryDcc,
  recoveryTermFrom,
} from './recovery-dcc.ts'
export { revocationNameOf } from './revocation-name.ts'
export { type CheckSignature, type HcertAlgorithm, keyIdOf, verifyCose } from './signature.ts'
export { type TestDccInput, testDcc, testResultCode } from './test-dcc.ts'
export { hasLetter, trimmed } from './texts.ts'
export { parseInstant } from './times.ts'
export { diseases, testResults, testTypes } from './value-sets/codes.ts'
export { countries } from './value-sets/countries.ts'
export type { Label } from './value-sets/label.ts'
export { type TestDevice, testDevices } from './value-sets/test-devices.ts'
export { vaccineKinds, vaccineManufacturers, vaccineProducts } from './value-sets/vaccines.ts'
