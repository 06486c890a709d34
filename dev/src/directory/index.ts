export { demoIdentities, demoPeople, probeIdentity } from './demo-identities.ts'
export { directoryFile, directoryLine } from './directory-file.ts'
export { generateProfessionals } from './generate.ts'
export type { SyntheticActivity, SyntheticProfessional } from './synthetic-professional.ts'
