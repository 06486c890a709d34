/** Where what is printed leads to: person and verifier may have hosts of their own. */
import type { Catalogue } from '@sidep/contracts'

/** Without a slash at the end. */
export const personOrigin = (catalogue: Catalogue | null): string =>
  catalogue?.origins?.person ?? location.origin

export const verifierAddress = (catalogue: Catalogue | null): string =>
  `${catalogue?.origins?.verifier ?? location.origin}/verifier/`
