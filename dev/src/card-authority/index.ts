export type { Card, CardAuthority, CardCertificate, CardFault, PemPair } from './authority.ts'
export { type CardFiles, cardFiles, cardPassword, portalFiles } from './card-folder.ts'
export { type DemoCardName, demoCards, makeDemoCard } from './demo-cards.ts'
export { employeeSubject, professionalSubject } from './names.ts'
export type { RevocationFault } from './revocation-service.ts'
export {
  type CardAuthorityOptions,
  type RunningCardAuthority,
  startCardAuthority,
} from './start.ts'
