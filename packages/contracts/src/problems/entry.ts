/** What the registry says of a problem. */
export type Audience = 'professional' | 'person' | 'machine' | 'anyone'

/** What a client should do with the same request: `never` as it is, `later`, or `after-sign-in`. */
export type Retry = 'never' | 'later' | 'after-sign-in'

export interface ProblemEntry {
  readonly status: number
  readonly audience: Audience
  readonly retry: Retry
  readonly title: { readonly fr: string; readonly en: string }
}

export const entry = (
  status: number,
  audience: Audience,
  retry: Retry,
  fr: string,
  en: string,
): ProblemEntry => ({
  status,
  audience,
  retry,
  title: { fr, en },
})
