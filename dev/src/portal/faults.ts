/** What can go wrong between a counter and the portal, as data: a test says what, on which endpoints, and how often. */
import type { FieldFault, ProblemCode } from '@sidep/contracts'
import type { EndpointName } from './endpoints.ts'

/** Endpoints that record something of a person. */
const recording = [
  'recordScreening',
  'setScreeningResult',
  'confirmScreening',
  'correctScreening',
  'withdrawScreening',
  'sendLinkAgain',
  'reconcile',
] as const satisfies readonly EndpointName[]

/** Endpoints of what is printed ahead and typed later. */
export const papers = [
  'printSlips',
  'cancelSlips',
  'findDuplicates',
  'reconcile',
] as const satisfies readonly EndpointName[]

export type PortalFault = {
  /** Those that record, unless told. */
  readonly on?: readonly EndpointName[] | 'everything'
  /** So often; always, unless told. */
  readonly times?: number
} & (
  | { readonly kind: 'unreachable' }
  /** Carried out, and the answer lost on the way back. */
  | { readonly kind: 'answer-lost' }
  /** A proxy on the way sends it twice. */
  | { readonly kind: 'duplicated' }
  | { readonly kind: 'delayed'; readonly milliseconds: number }
  /** Of a batch, a code that the same batch would get again is of each of its lines. */
  | {
      readonly kind: 'refused'
      readonly code: ProblemCode
      readonly retryAfterSeconds?: number
      readonly faults?: readonly FieldFault[]
    }
  /** Killed in the middle of a batch: of so many items it was the end, and nobody hears of it. */
  | { readonly kind: 'killed'; readonly afterItems: number }
  /** In the middle of a batch its time was over: half of it is answered. */
  | { readonly kind: 'half-answered' }
)

type FaultOf<Kind> = Extract<PortalFault, { readonly kind: Kind }>

export class Faults {
  /** In the order in which they are looked at. */
  list: readonly PortalFault[] = []
  readonly #used = new Map<PortalFault, number>()

  /** The fault of a kind that a request to an endpoint would meet. */
  find<Kind extends PortalFault['kind']>(
    kind: Kind,
    endpoint: EndpointName | null,
  ): FaultOf<Kind> | null {
    for (const fault of this.list) {
      const isOver = (this.#used.get(fault) ?? 0) >= (fault.times ?? Number.POSITIVE_INFINITY)
      if (isOfKind(fault, kind) && isOn(fault, endpoint) && !isOver) return fault
    }
    return null
  }

  /** The same; it counts as met. */
  meet<Kind extends PortalFault['kind']>(
    kind: Kind,
    endpoint: EndpointName | null,
  ): FaultOf<Kind> | null {
    const fault = this.find(kind, endpoint)
    if (fault !== null) this.#used.set(fault, (this.#used.get(fault) ?? 0) + 1)
    return fault
  }
}

const isOfKind = <Kind extends PortalFault['kind']>(
  fault: PortalFault,
  kind: Kind,
): fault is FaultOf<Kind> => fault.kind === kind

const isOn = ({ on = recording }: PortalFault, endpoint: EndpointName | null): boolean =>
  on === 'everything' || (endpoint !== null && on.some((name) => name === endpoint))
