/** The part of oidc-provider 9 that this stand-in uses; the package brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Interaction {
    readonly uid: string
    readonly params: Readonly<Record<string, unknown>>
    readonly prompt: { readonly name: string }
  }

  export type InteractionResult =
    | {
        readonly login: { readonly accountId: string; readonly acr: string; readonly amr: string[] }
      }
    | { readonly error: string; readonly error_description: string }

  export interface Grant {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }

  export interface Context {
    readonly path: string
    readonly req: IncomingMessage
    readonly res: ServerResponse
    status: number
    type: string
    body: unknown
    get(header: string): string
    set(header: string, value: string): void
    readonly response: { get(header: string): string }
    readonly oidc: {
      readonly client: { readonly clientId: string }
      readonly session: { readonly accountId: string }
    }
  }

  export interface Account {
    readonly accountId: string
    claims(): Promise<Record<string, unknown> & { readonly sub: string }>
  }

  /** A sign-in asked for behind the browser's back (CIBA). */
  export interface BackchannelAuthenticationRequest {
    readonly jti: string
    readonly accountId: string
    readonly clientId: string
    readonly isExpired: boolean
    readonly params: Readonly<Record<string, unknown>>
  }

  export const errors: {
    readonly AccessDenied: new (description?: string) => Error
    readonly InvalidRequest: new (description?: string) => Error
  }

  /** Where the provider keeps what it must remember; one instance a model. */
  export interface Adapter {
    upsert(id: string, payload: Record<string, unknown>, expiresInSeconds?: number): Promise<void>
    find(id: string): Promise<Record<string, unknown> | undefined>
    findByUid(uid: string): Promise<Record<string, unknown> | undefined>
    findByUserCode(userCode: string): Promise<Record<string, unknown> | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    readonly Grant: new (content: {
      readonly accountId: string
      readonly clientId: string
    }) => Grant
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: InteractionResult,
      options?: { readonly mergeWithLastSubmission?: boolean },
    ): Promise<void>
    backchannelResult(
      request: BackchannelAuthenticationRequest,
      result: Grant | Error,
      details?: { readonly acr: string; readonly amr: string[]; readonly authTime: number },
    ): Promise<void>
    on(event: 'server_error', listener: (context: Context, error: Error) => void): this
  }

  export default Provider
}
