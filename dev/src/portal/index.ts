export { type PortalFault, papers } from './faults.ts'
export { portalFetch } from './fetch.ts'
export { answerOverHttp } from './http.ts'
export { FakePortal } from './portal.ts'
