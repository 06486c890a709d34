/**
 * An endpoint as a value: all that the server, the page, admission and the description of the interface must agree on
 * about one method at one path. What is said of it to readers stands in openapi/, where no page downloads it.
 */
import type { TrafficClass } from '@sidep/admission'
import { type Static, type TObject, type TSchema, Type } from 'typebox'
import type { OperatorRole } from './operations.ts'
import type { ProblemCode } from './problems.ts'
import type { VendorScope } from './vendors.ts'

export type Method = 'GET' | 'POST' | 'DELETE'

/**
 * What an endpoint asks for before it works:
 * - `everyone`: nothing;
 * - `link`: the secret of a person's link, and their birth date;
 * - `gateway`: the secret shared with the SMS gateway;
 * - `door`: a sign-in under way in this browser, or a statement that the identity provider signed;
 * - `card`: a health card, shown in the TLS handshake;
 * - `person`: an open session, whatever it works as;
 * - `site`: an open session at a site, as the responsible professional or a member of their staff;
 * - `operator`: an open session of somebody of operations, in one of the endpoint's roles;
 * - `vendor-client`: software of a vendor, by its certificate and a signed assertion;
 * - `vendor`: the same, by its certificate and a token that is bound to it.
 */
export type Access =
  | 'everyone'
  | 'link'
  | 'gateway'
  | 'door'
  | 'card'
  | 'person'
  | 'site'
  | 'operator'
  | 'vendor-client'
  | 'vendor'

const sessionAccess: readonly Access[] = ['person', 'site', 'operator']

/** Whether somebody has to be signed in for it. */
export const isInSession = (access: Access): boolean => sessionAccess.includes(access)

/**
 * What an act asks for beyond the session's cookie, because it grants, withdraws or ends something:
 * - `signed`: the signature of the device that the session is bound to.
 * - `fresh`: that, and a session whose strong sign-in is minutes old.
 * - `fresh-if-possible`: the same for acts that only take something away. While no door is open nobody can sign in
 *   afresh, and a stolen counter must be stopped all the same; then the signature is enough.
 */
export type ActWeight = 'signed' | 'fresh' | 'fresh-if-possible'

/** The traffic class of an endpoint's requests, for admission. */
export interface RouteTraffic {
  /** With a verified session. */
  readonly signedIn: TrafficClass
  /** Without one; null: the request is refused at once with the session's own code. */
  readonly anonymous: TrafficClass | null
}

/** One answer that is no problem. */
export interface EndpointAnswer {
  /** Of a JSON body. */
  readonly schema?: TSchema
  /** Media type of a body that is not described by a schema. */
  readonly type?: string
}

export interface EndpointDefinition {
  readonly method: Method
  /** `:id` is a path parameter. */
  readonly path: string
  /** Where it is served, when not by the portal itself. */
  readonly at?: 'card-port' | 'vendor-port'
  readonly access: Access
  /**
   * What a token of a vendor's software must be good for. Of an endpoint of the portal: it is served at the vendors' port too,
   * where that token takes the place of cookie and device, and of the strong sign-in that the professional let it work by.
   */
  readonly vendorScope?: VendorScope
  /** It goes out of use: since when, until when at the least (RFC 9745, RFC 8594), and where it is told what takes its place. */
  readonly deprecated?: { readonly since: string; readonly sunset: string; readonly link: string }
  /**
   * In the published description: software of others calls it. What is between our pages and our server may change with
   * them, and is described on the operator's port alone.
   */
  readonly isPublished?: true
  readonly weight?: ActWeight
  /** Of access `operator`: who of operations may. */
  readonly roles?: readonly OperatorRole[]
  /** The act by which reading it is told in the audit chain of the site. */
  readonly trace?: string
  /** Refused to staff: only who answers for a site, or for their own sessions, may. */
  readonly responsibleOnly?: true
  readonly params?: TObject
  readonly query?: TObject
  /** Query parameters that are hints: one that cannot be used counts as absent and refuses nothing. */
  readonly hints?: readonly string[]
  readonly body?: TSchema
  /** Of the body; JSON unless told. */
  readonly bodyType?: string
  readonly answers: Readonly<Record<number, EndpointAnswer>>
  /** Codes of its own, besides those that follow from what it asks for. */
  readonly problems?: readonly ProblemCode[]
  /** Codes that do not reach the caller as a document: the browser is sent on to the sign-in page, which explains them. */
  readonly redirected?: readonly ProblemCode[]
  /** Null: answered whatever the load is. */
  readonly traffic: RouteTraffic | null
  /** The door at which a new sign-in begins: it takes its turn in the waiting room. */
  readonly signInAt?: 'ecps' | 'card'
}

/** Codes that follow from what an endpoint is. */
const implied = {
  /** Of every request: what came was no HTTP, too slow or too long, or the fault is ours. */
  any: [
    'REQUEST_MALFORMED',
    'REQUEST_TOO_SLOW',
    'HEADERS_TOO_LARGE',
    'ADDRESS_TOO_LONG',
    'UNAVAILABLE',
    'INTERNAL',
  ],
  /** Of one that may have a body, whether or not it is read. */
  changing: ['BODY_MALFORMED', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'],
  described: ['REQUEST_INVALID'],
  /** A parameter that is longer than any name of ours. */
  parameter: ['ROUTE_UNKNOWN'],
  session: [
    'SESSION_MISSING',
    'SESSION_INVALID',
    'SESSION_EXPIRED',
    'SESSION_RENEWAL_DUE',
    'SESSION_REVOKED',
    'DELEGATION_ENDED',
    'SITE_SHARE_EXCEEDED',
  ],
  changingInSession: ['ORIGIN_REFUSED', 'SESSION_DIFFERS'],
  site: ['SITE_NOT_CHOSEN'],
  operator: ['ROLE_REQUIRED'],
  signed: [
    'SESSION_PROOF_MISSING',
    'SESSION_PROOF_INVALID',
    'SESSION_PROOF_STALE',
    'DEVICE_KEY_REQUIRED',
  ],
  fresh: ['FRESH_SIGN_IN_REQUIRED'],
  /** Of every request at the vendors' port that needs a certificate. */
  vendorClient: ['VENDOR_CERTIFICATE_UNKNOWN', 'VENDOR_SUSPENDED', 'VENDOR_SHARE_EXCEEDED'],
  vendorToken: [
    'VENDOR_TOKEN_MISSING',
    'VENDOR_TOKEN_INVALID',
    'VENDOR_TOKEN_EXPIRED',
    'DELEGATION_ENDED',
    'SITE_SHARE_EXCEEDED',
  ],
  vendorScope: ['VENDOR_SCOPE_MISSING'],
} as const satisfies Record<string, readonly ProblemCode[]>

type ImpliedOf<Name extends keyof typeof implied> = (typeof implied)[Name][number]

type InSession = 'person' | 'site' | 'operator'

/** Every code that an endpoint may answer with. */
export type CodeOf<D extends EndpointDefinition> =
  | ImpliedOf<'any'>
  | (D['method'] extends 'GET' ? never : ImpliedOf<'changing'>)
  | (D extends { readonly body: TSchema } | { readonly query: TObject }
      ? ImpliedOf<'described'>
      : never)
  | (D extends { readonly params: TObject } ? ImpliedOf<'parameter'> : never)
  | (D['access'] extends InSession ? ImpliedOf<'session'> : never)
  | (D extends { readonly access: InSession; readonly method: 'POST' | 'DELETE' }
      ? ImpliedOf<'changingInSession'>
      : never)
  | (D['access'] extends 'site' ? ImpliedOf<'site'> : never)
  | (D['access'] extends 'operator' ? ImpliedOf<'operator'> : never)
  | (D extends { readonly weight: ActWeight } ? ImpliedOf<'signed'> : never)
  | (D extends { readonly weight: 'fresh' | 'fresh-if-possible' } ? ImpliedOf<'fresh'> : never)
  | (D['access'] extends 'vendor' | 'vendor-client' ? ImpliedOf<'vendorClient'> : never)
  | (D['access'] extends 'vendor' ? ImpliedOf<'vendorToken'> : never)
  | (D extends { readonly access: 'vendor'; readonly vendorScope: VendorScope }
      ? ImpliedOf<'vendorScope'>
      : never)
  | (D extends { readonly problems: readonly (infer Own extends ProblemCode)[] } ? Own : never)

export interface Endpoint extends EndpointDefinition {
  /** All codes that it may answer with. */
  readonly problems: readonly ProblemCode[]
  /** Of one of the portal's that is served at the vendors' port too: codes of there alone. No page meets them. */
  readonly vendorProblems?: readonly ProblemCode[]
}

export type EndpointOf<D extends EndpointDefinition> = Omit<D, 'problems'> & {
  readonly problems: readonly CodeOf<D>[]
}

const problemsOf = (definition: EndpointDefinition): ProblemCode[] => {
  const { method, access, weight, body, query, params, vendorScope, problems = [] } = definition
  const isChanging = method !== 'GET'
  const isSignedIn = isInSession(access)
  return [
    ...new Set<ProblemCode>([
      ...problems,
      ...(body !== undefined || query !== undefined ? implied.described : []),
      ...(isSignedIn ? implied.session : []),
      ...(isSignedIn && isChanging ? implied.changingInSession : []),
      ...(access === 'site' ? implied.site : []),
      ...(access === 'operator' ? implied.operator : []),
      ...(weight === undefined ? [] : implied.signed),
      ...(weight === undefined || weight === 'signed' ? [] : implied.fresh),
      ...(access === 'vendor' || access === 'vendor-client' ? implied.vendorClient : []),
      ...(access === 'vendor' ? implied.vendorToken : []),
      ...(access === 'vendor' && vendorScope !== undefined ? implied.vendorScope : []),
      ...(params === undefined ? [] : implied.parameter),
      ...(isChanging ? implied.changing : []),
      ...implied.any,
    ]),
  ]
}

/** What is refused at the vendors' port alone, of an endpoint that the portal has too. */
const vendorProblemsOf = ({
  access,
  vendorScope,
}: EndpointDefinition): { vendorProblems?: ProblemCode[] } =>
  vendorScope === undefined || access === 'vendor'
    ? {}
    : {
        vendorProblems: [...implied.vendorClient, ...implied.vendorToken, ...implied.vendorScope],
      }

/**
 * Describes an endpoint; the codes that follow from its access, weight and method are added.
 *
 * @__NO_SIDE_EFFECTS__
 */
export const endpoint = <const D extends EndpointDefinition>(definition: D): EndpointOf<D> =>
  // What `problemsOf` lists is what `CodeOf` says, row by row; a test compares them.
  ({
    ...definition,
    problems: problemsOf(definition),
    ...vendorProblemsOf(definition),
  }) as unknown as EndpointOf<D>

type Answers<E> = E extends { readonly answers: infer A } ? A : never
type Success<A> = { [S in keyof A]: S extends 200 | 201 | 202 ? A[S] : never }[keyof A]

/** What a caller reads of its answers that are no problem. */
export type ValueOf<E> =
  Success<Answers<E>> extends infer S
    ? S extends { readonly schema: infer T extends TSchema }
      ? Static<T>
      : never
    : never

/** What a caller sends. */
export type BodyOf<E> = E extends { readonly body: infer S extends TSchema } ? Static<S> : undefined

/** What it may be refused with. */
export type ProblemsOf<E extends { readonly problems: readonly ProblemCode[] }> =
  E['problems'][number]

export const everybody = <const T extends TrafficClass>(traffic: T) =>
  ({ signedIn: traffic, anonymous: traffic }) as const

export const sessionOnly = <const T extends TrafficClass>(traffic: T) =>
  ({ signedIn: traffic, anonymous: null }) as const

/** The name of an endpoint in tables: method and path. */
export const endpointKey = ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string =>
  `${method} ${path}`

/** Of a path with `:id`. Longer ones are refused by the router before. */
export const IdParameter = Type.Object({ id: Type.String({ maxLength: 100 }) })
