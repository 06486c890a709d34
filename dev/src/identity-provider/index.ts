export { claimsOf, subjectOf } from './claims.ts'
export { type CookieJar, makeCookieJar } from './cookie-jar.ts'
export type { ProviderFault } from './faults.ts'
export type { ProviderClient } from './provider.ts'
export {
  type SignedIn,
  type SignInOptions,
  SignInRefused,
  signInOverHttp,
} from './sign-in-over-http.ts'
export {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from './start.ts'
export type { PhoneAnswer, PhoneRequest, Telephone } from './telephone.ts'
