/** What a relay passes on, as far as it looks into it. */
export interface Relayed {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** `POST /api/reconciliations`. */
export interface BatchSent {
  readonly items: readonly { readonly id: string; readonly provisional?: string | null }[]
}

export interface BatchAnswer {
  readonly lines: readonly {
    readonly id: string
    readonly status: string
    readonly code?: string
  }[]
}
