/**
 * The order of segments of an ORU_R01 (v2.5.1 §7.3.1; v2.3 to 2.8 differ in what may stand beside), and the patients and orders that it makes.
 * Segments of the standard that are not of this structure, and those that begin with Z, are passed over (§2.8.2).
 */
import type { MessageFaults } from '../faults.ts'
import type { ReadMessage, Segment } from './message.ts'

export interface Order {
  /** ORC, when there is one. */
  readonly common: Segment | null
  /** OBR. */
  readonly request: Segment
  readonly observations: Segment[]
  readonly specimens: Segment[]
}

export interface PatientResult {
  /** PID. */
  readonly patient: Segment
  readonly orders: Order[]
}

const segmentName = /^[A-Z][A-Z0-9]{2}$/

/** What stands beside a patient or an order, and must come after it. */
const afterPatient: ReadonlySet<string> = new Set(['PD1', 'NK1', 'PV1', 'PV2', 'ARV'])
const afterOrder: ReadonlySet<string> = new Set(['TQ1', 'TQ2', 'CTD', 'FT1', 'CTI', 'PRT'])

class Reading {
  readonly patients: PatientResult[] = []
  readonly #faults: MessageFaults
  /** Since 2.7 observations of the patient as such may stand before the visit; they are of no order. */
  readonly #mayObservePatient: boolean
  #patient: PatientResult | null = null
  #order: Order | null = null
  #common: Segment | null = null

  constructor(version: string, faults: MessageFaults) {
    this.#faults = faults
    this.#mayObservePatient = /^2\.[78]/.test(version)
  }

  take(segment: Segment): void {
    const { name } = segment
    if (name === 'PID') this.#takePatient(segment)
    else if (name === 'ORC') this.#takeCommon(segment)
    else if (name === 'OBR') this.#takeRequest(segment)
    else if (name === 'OBX' || name === 'SPM') this.#takeDetail(segment)
    else if (afterPatient.has(name)) {
      const isInPlace = this.#patient !== null && this.#order === null && this.#common === null
      if (!isInPlace) this.#outOfOrder(segment)
    } else if (afterOrder.has(name)) {
      // PRT may follow a patient as well, since 2.7.
      if (this.#order === null && (name !== 'PRT' || this.#patient === null)) {
        this.#outOfOrder(segment)
      }
    } else if (!segmentName.test(name)) this.#add(segment, 'SEGMENT_UNKNOWN')
  }

  end(): void {
    this.#endPatient()
    if (this.patients.length === 0 && this.#patient === null) {
      this.#faults.add('PID^1', 'SEGMENT_MISSING')
    }
  }

  #add({ name, number }: Segment, rule: 'SEGMENT_OUT_OF_ORDER' | 'SEGMENT_UNKNOWN'): void {
    // What is no segment has no name to tell.
    const said = segmentName.test(name) ? name : 'ZZZ'
    this.#faults.add(`${said}^${number}`, rule)
  }

  #outOfOrder(segment: Segment): void {
    this.#add(segment, 'SEGMENT_OUT_OF_ORDER')
  }

  #endPatient(): void {
    this.#endCommon()
    if (this.#patient === null) return
    if (this.#patient.orders.length === 0) {
      const ordersBefore = this.patients.slice(0, -1).flatMap(({ orders }) => orders).length
      this.#faults.add(`OBR^${ordersBefore + 1}`, 'SEGMENT_MISSING')
    }
  }

  /** An ORC is the beginning of an order: an OBR belongs to it. */
  #endCommon(): void {
    if (this.#common !== null) this.#outOfOrder(this.#common)
    this.#common = null
  }

  #takePatient(patient: Segment): void {
    this.#endPatient()
    this.#patient = { patient, orders: [] }
    this.#order = null
    this.patients.push(this.#patient)
  }

  #takeCommon(common: Segment): void {
    this.#endCommon()
    if (this.#patient === null) this.#faults.add('PID^1', 'SEGMENT_MISSING')
    this.#common = common
    this.#order = null
  }

  #takeRequest(request: Segment): void {
    const common = this.#common
    this.#common = null
    this.#order = { common, request, observations: [], specimens: [] }
    if (this.#patient === null) this.#faults.add('PID^1', 'SEGMENT_MISSING')
    else this.#patient.orders.push(this.#order)
  }

  #takeDetail(segment: Segment): void {
    const isOfPatient =
      this.#mayObservePatient && segment.name === 'OBX' && this.#patient?.orders.length === 0
    if (isOfPatient && this.#common === null) return
    if (this.#order === null) this.#outOfOrder(segment)
    else if (segment.name === 'OBX') this.#order.observations.push(segment)
    else this.#order.specimens.push(segment)
  }
}

/** The patients of a message, each with the orders that its results are of. */
export const readStructure = (
  { header, segments }: ReadMessage,
  faults: MessageFaults,
): readonly PatientResult[] => {
  const reading = new Reading(header.text(12), faults)
  for (const segment of segments.slice(1)) reading.take(segment)
  reading.end()
  return reading.patients
}
