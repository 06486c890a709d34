/** What is said of an endpoint to whoever reads the description of the interface. */
export interface EndpointText {
  /** What its caller does by it: goes on from "who calls it …". */
  readonly act: string
  /** Fields of other people that the answer shows, and whose. */
  readonly sees: string
  /** What a programmer needs to know besides. */
  readonly description: string
  /** Of statuses whose meaning is not plain from the number. */
  readonly answers?: Readonly<Record<number, string>>
  /** Of the parameters that it has. */
  readonly parameters?: Readonly<Record<string, string>>
  /** A sound body; a test holds it against the schema. */
  readonly body?: unknown
  /** A true answer; a test holds it against the schema of the first status. */
  readonly answer?: unknown
}

export const nobody = 'nothing of anybody'
export const ownSite = 'people tested at the own site, in part (below); result and codes'
