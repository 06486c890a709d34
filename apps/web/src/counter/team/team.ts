/** Who works under whose responsibility, as the portal says. */
import type { DelegationInput, DelegationView, SessionView } from '@sidep/contracts'
import {
  endDelegation,
  grantDelegation,
  listDelegations,
  listDelegationsForMe,
} from '@sidep/contracts/endpoints'
import {
  type ApiClient,
  type ApiError,
  createHeldAnswer,
  type HeldAnswer,
  type Portal,
} from '../../shared/api/index.ts'

interface DelegationList {
  readonly delegations: readonly DelegationView[]
}

export interface Team {
  /** Of the site, open and of the last month. */
  readonly here: HeldAnswer<string, DelegationList>['store']
  /** For whom the person signed in may work. */
  readonly forMe: HeldAnswer<string, DelegationList>['store']
  readonly readHere: (siteId: string) => Promise<void>
  readonly readForMe: () => Promise<void>
  /** @returns null when it is granted */
  readonly grant: (input: DelegationInput) => Promise<ApiError | null>
  /** @returns null when it is withdrawn */
  readonly withdraw: (id: string) => Promise<ApiError | null>
}

/** @param who names the session that is shown: what another one may do is let go */
export const createTeam = (
  api: Pick<ApiClient, 'ask'>,
  portal: Portal,
  who: () => string | undefined,
  now: () => Date,
): Team => {
  const here = createHeldAnswer<string, DelegationList>(() => api.ask(listDelegations), portal)
  const forMe = createHeldAnswer<string | undefined, DelegationList>(
    () => api.ask(listDelegationsForMe),
    portal,
  )
  return {
    here: here.store,
    forMe: forMe.store,
    readHere: here.read,
    readForMe: () => forMe.read(who()),
    grant: (body) =>
      here.act(
        () => api.ask(grantDelegation, { body }),
        (list, granted) => ({ delegations: [granted, ...(list?.delegations ?? [])] }),
      ),
    withdraw: (id) =>
      here.act(
        () => api.ask(endDelegation, { params: { id } }),
        (list) => {
          const revokedAt = now().toISOString()
          const ended = (one: DelegationView) => (one.id === id ? { ...one, revokedAt } : one)
          return list && { delegations: list.delegations.map(ended) }
        },
      ),
  }
}

/** The delegations that let somebody work at a moment; those that are over. */
export const byState = (
  delegations: readonly DelegationView[],
  now: Date,
): { readonly open: readonly DelegationView[]; readonly over: readonly DelegationView[] } => {
  const isOpen = ({ revokedAt, endsAt }: DelegationView): boolean =>
    revokedAt === null && Date.parse(endsAt) > now.getTime()
  return {
    open: delegations.filter(isOpen),
    over: delegations.filter((one) => !isOpen(one)),
  }
}

/** Whether who is signed in may let somebody work under their responsibility: in person only. */
export const mayDelegate = ({ operator, site }: SessionView): boolean =>
  site !== null && (operator === null || operator === undefined)
