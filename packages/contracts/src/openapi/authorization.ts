/**
 * Who may do what, and who sees what: one row an endpoint, from the endpoint itself. docs/reference/authorization.md is
 * made from it, and a test walks over it: an endpoint of the server without a row fails, and so does a row that the
 * server does not keep.
 */
import { type Access, type ActWeight, type Endpoint, endpointKey } from '../endpoint.ts'
import { type EndpointName, endpointsByName, endpointTexts } from './texts/index.ts'

export interface AuthorizationRule {
  readonly access: Access
  /** The device signs the request too; `fresh`: after a sign-in of the last minutes as well. */
  readonly weight?: ActWeight
  /** Of access `operator`: who of operations may. */
  readonly roles?: NonNullable<Endpoint['roles']>
  /** Refused to staff: only who answers for a site, or for their own sessions, may. */
  readonly responsibleOnly?: true
  /** Where it is served, when not by the portal itself. */
  readonly at?: Endpoint['at']
  readonly act: string
  /** The act by which reading it is told in the audit chain of the site. */
  readonly trace?: string
  /** Fields of other people that the answer shows, and whose; of people tested, those that `visibleFields` tells. */
  readonly sees: string
}

const rowOf = (name: EndpointName): [string, AuthorizationRule] => {
  const endpoint: Endpoint = endpointsByName[name]
  const { access, weight, roles, responsibleOnly, at, trace } = endpoint
  const { act, sees } = endpointTexts[name]
  return [
    endpointKey(endpoint),
    {
      access,
      act,
      sees,
      ...(weight === undefined ? {} : { weight }),
      ...(roles === undefined ? {} : { roles }),
      ...(responsibleOnly === undefined ? {} : { responsibleOnly }),
      ...(at === undefined ? {} : { at }),
      ...(trace === undefined ? {} : { trace }),
    },
  ]
}

/** By method and path. */
export const authorizationMatrix: Readonly<Record<string, AuthorizationRule>> = Object.fromEntries(
  (Object.keys(endpointsByName) as EndpointName[]).map(rowOf),
)
