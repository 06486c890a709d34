/** A name for display in the two languages of the portal. */
export interface Label {
  readonly fr: string
  readonly en: string
}
