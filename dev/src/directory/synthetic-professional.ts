/** One person of the synthetic directory, as the generator and the identity provider share it. */
export interface SyntheticProfessional {
  /** `8` + RPPS; made invalid on purpose in one demo identity. */
  readonly nationalId: string
  readonly familyName: string
  readonly givenName: string
  readonly civility: { readonly code: string; readonly label: string }
  readonly profession: { readonly code: string; readonly label: string }
  /** C civil, M military, E student (nomenclature TRE_R09). */
  readonly category: 'C' | 'M' | 'E'
  readonly activities: readonly SyntheticActivity[]
}

/** One place where that person works. */
export interface SyntheticActivity {
  /** 9 characters, or empty where the structure has none. */
  readonly finess: string
  /** Technical id of the structure, as in the directory: `F` + FINESS or `R` + number. */
  readonly structureId: string
  readonly companyName: string
  readonly street: { readonly number: string; readonly kind: string; readonly name: string }
  readonly postalCode: string
  readonly municipality: string
  /** L self-employed, S salaried (nomenclature TRE_R23). */
  readonly mode: 'L' | 'S'
  /** Sector of activity (TRE_R02): SA33 pharmacy, SA05 group practice… */
  readonly sector: { readonly code: string; readonly label: string }
}
