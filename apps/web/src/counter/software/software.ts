/** Software of vendors that works for the person signed in, as the portal says: letting it, and taking that back. */
import type { VendorDelegationView, VendorRequestView } from '@sidep/contracts'
import {
  decideVendorRequest,
  endVendorDelegation,
  listVendorDelegations,
  readVendorRequest,
} from '@sidep/contracts/endpoints'
import {
  type ApiClient,
  type ApiError,
  createHeldAnswer,
  type HeldAnswer,
  type Portal,
} from '../../shared/api/index.ts'

interface List {
  readonly delegations: readonly VendorDelegationView[]
}

type Asked =
  | { readonly ok: true; readonly request: VendorRequestView }
  | { readonly ok: false; readonly error: ApiError }

export interface Software {
  readonly store: HeldAnswer<string, List>['store']
  readonly read: () => Promise<void>
  /** Which software asks under a code, and for what. */
  readonly look: (userCode: string) => Promise<Asked>
  /** @returns null when it is decided */
  readonly decide: (userCode: string, decision: 'accept' | 'refuse') => Promise<ApiError | null>
  /** @returns null when it works no more */
  readonly end: (id: string) => Promise<ApiError | null>
}

/** @param who names the session that is shown: another one's list is let go */
export const createSoftware = (
  api: Pick<ApiClient, 'ask'>,
  portal: Portal,
  who: () => string | undefined,
): Software => {
  const held = createHeldAnswer<string | undefined, List>(
    () => api.ask(listVendorDelegations),
    portal,
  )
  return {
    store: held.store,
    read: () => held.read(who()),
    look: async (userCode) => {
      const answer = await api.ask(readVendorRequest, { body: { userCode } })
      return answer.ok ? { ok: true, request: answer.value } : { ok: false, error: answer.error }
    },
    decide: (userCode, decision) =>
      held.act(
        () => api.ask(decideVendorRequest, { body: { userCode, decision } }),
        (list, granted) =>
          decision === 'accept' ? { delegations: [granted, ...(list?.delegations ?? [])] } : list,
      ),
    end: (id) =>
      held.act(
        () => api.ask(endVendorDelegation, { params: { id } }),
        (list) => list && { delegations: list.delegations.filter((one) => one.id !== id) },
      ),
  }
}
