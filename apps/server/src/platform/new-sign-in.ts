/** How a door with a port of its own has its new sign-ins admitted like those of every other: `index.ts` passes it on. */
import type { Problem } from './problems.ts'

/** Who comes, as far as admission is concerned. */
export interface Newcomer {
  /** The `Cookie` header: it carries the place in the waiting room, when there is one. */
  readonly cookie: string | undefined
  /** Whose share it comes out of: whoever the door has identified, or their address. */
  readonly key: string
}

/** `setCookie` is a `Set-Cookie` line for the newcomer's place; null when that is as it was. */
export type Admitted<T> =
  | { readonly begins: true; readonly value: T; readonly setCookie: string | null }
  | { readonly begins: false; readonly problem: Problem; readonly setCookie: string | null }

/**
 * Does the work of a sign-in when it is its turn, and not otherwise.
 * @throws Problem of admission that says nothing of a place, and whatever the work throws
 */
export type AdmitSignIn = <T>(newcomer: Newcomer, work: () => Promise<T>) => Promise<Admitted<T>>
