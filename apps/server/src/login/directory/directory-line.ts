/**
 * Lines of the agency's file `PS_LibreAcces_Personne_activite_<yyyymmddHHMM>.txt`: UTF-8, columns by
 * `|`, a header line that names them, one line an activity. Pure: text in, activity or fault out.
 */
import {
  type Finess,
  type ProfessionalId,
  parseFiness,
  parseProfessionalId,
} from '@sidep/identifiers'
import { shortenName } from '../site-list.ts'

/** The columns used here, by the names of the header; the others are passed over. */
const columnNames = {
  kind: "Type d'identifiant PP",
  identifier: 'Identifiant PP',
  nationalId: 'Identification nationale PP',
  familyName: "Nom d'exercice",
  firstNames: "Prénom d'exercice",
  profession: 'Code profession',
  finess: 'Numéro FINESS site',
  companyName: 'Raison sociale site',
  sign: 'Enseigne commerciale site',
  postalCode: 'Code postal (coord. structure)',
} as const
type ColumnKey = keyof typeof columnNames
/** Files of others may lack it. */
const emailColumn = 'Adresse e-mail (coord. structure)'

export interface DirectoryHeader {
  /** Number of columns that each line must have. */
  readonly width: number
  readonly positions: Readonly<Record<ColumnKey, number>>
  /** Null: the file has no such column. */
  readonly emailPosition: number | null
}

export type HeaderReading =
  | { readonly ok: true; readonly value: DirectoryHeader }
  /** `missing`: the columns that a file of this kind would have. */
  | { readonly ok: false; readonly missing: readonly string[] }

export interface DirectoryActivity {
  readonly professionalId: ProfessionalId
  readonly familyName: string
  readonly firstNames: string
  /** Nomenclature TRE_G15. */
  readonly profession: string
  /** Null: a structure without FINESS, where no screening can be entered. */
  readonly site: {
    readonly id: Finess
    readonly name: string
    readonly postalCode: string | null
  } | null
  /** Name of that structure; null where there is a site, or no structure at all. */
  readonly placeWithoutFiness: string | null
  /** Where they are reached there; null: the file does not say, or not so that a message would go. */
  readonly email: string | null
}

export type LineCode =
  | 'LINE_TOO_LONG'
  | 'LINE_NOT_UTF8'
  | 'LINE_COLUMNS'
  | 'PROFESSIONAL_ID_FORMAT'
  | 'PROFESSIONAL_ID_DIFFERS'
  | 'RPPS_FORMAT'
  | 'RPPS_CHECK'
  | 'NAME_MISSING'
  | 'NAME_TOO_LONG'
  | 'PROFESSION_FORMAT'
  | 'FINESS_FORMAT'
  | 'FINESS_CHECK'
  | 'SITE_NAME_MISSING'
  | 'SITE_NAME_TOO_LONG'
  | 'POSTAL_CODE_FORMAT'

export type LineReading =
  | { readonly kind: 'activity'; readonly value: DirectoryActivity }
  /** Somebody without RPPS (ADELI and others): not wrong, but nobody this portal knows. */
  | { readonly kind: 'other-identifier' }
  | {
      readonly kind: 'fault'
      readonly code: LineCode
      readonly column: string | null
      /** The activity that the line is about, where that much could be read: it has not vanished. */
      readonly about: { readonly professionalId: ProfessionalId; readonly siteId: Finess } | null
    }

const separator = '|'
const nameCharactersMax = 200

/** Real files end each line with a separator; that makes no column. */
const split = (line: string): string[] => {
  const cells = line.split(separator)
  if (cells.at(-1) === '') cells.pop()
  return cells
}

/** Reads the header line: columns are found by name, so that new ones do no harm. */
export const readHeader = (line: string): HeaderReading => {
  const names = split(line.replace(/^\u{feff}/u, '')).map((name) => name.trim())
  const missing = Object.values(columnNames).filter((name) => !names.includes(name))
  if (missing.length > 0) return { ok: false, missing }
  const at = (key: ColumnKey): number => names.indexOf(columnNames[key])
  return {
    ok: true,
    value: {
      width: names.length,
      emailPosition: names.includes(emailColumn) ? names.indexOf(emailColumn) : null,
      positions: {
        kind: at('kind'),
        identifier: at('identifier'),
        nationalId: at('nationalId'),
        familyName: at('familyName'),
        firstNames: at('firstNames'),
        profession: at('profession'),
        finess: at('finess'),
        companyName: at('companyName'),
        sign: at('sign'),
        postalCode: at('postalCode'),
      },
    },
  }
}

type Fault = Extract<LineReading, { kind: 'fault' }>

const fault = (code: LineCode, column: ColumnKey | null = null): Fault => ({
  kind: 'fault',
  code,
  column: column === null ? null : columnNames[column],
  about: null,
})

type Cells = Readonly<Record<ColumnKey, string>>

/** The sign over the door names a place before its company. */
const placeName = ({ sign, companyName }: Cells): string => (sign === '' ? companyName : sign)

const readSite = (cells: Cells): DirectoryActivity['site'] | Fault => {
  if (cells.finess === '') return null
  const finess = parseFiness(cells.finess)
  if (!finess.ok) return fault(finess.code, 'finess')
  const name = placeName(cells)
  if (name === '') return fault('SITE_NAME_MISSING', 'companyName')
  if (name.length > nameCharactersMax) return fault('SITE_NAME_TOO_LONG', 'companyName')
  if (!/^(?:\d{5})?$/.test(cells.postalCode)) return fault('POSTAL_CODE_FORMAT', 'postalCode')
  return { id: finess.value, name, postalCode: cells.postalCode || null }
}

type Person = Omit<DirectoryActivity, 'site' | 'placeWithoutFiness' | 'email'>

const readPerson = (cells: Cells): Person | Fault => {
  const id = parseProfessionalId(cells.nationalId)
  if (!id.ok) {
    const code = id.code === 'PROFESSIONAL_ID_KIND' ? 'PROFESSIONAL_ID_FORMAT' : id.code
    return fault(code, 'nationalId')
  }
  if (id.value !== `${cells.kind}${cells.identifier}`) {
    return fault('PROFESSIONAL_ID_DIFFERS', 'identifier')
  }
  if (cells.familyName === '') return fault('NAME_MISSING', 'familyName')
  if (cells.familyName.length > nameCharactersMax) return fault('NAME_TOO_LONG', 'familyName')
  if (cells.firstNames.length > nameCharactersMax) return fault('NAME_TOO_LONG', 'firstNames')
  if (!/^\d{2}$/.test(cells.profession)) return fault('PROFESSION_FORMAT', 'profession')
  const { familyName, firstNames, profession } = cells
  return { professionalId: id.value, familyName, firstNames, profession }
}

const about = (cells: Cells): Fault['about'] => {
  const id = parseProfessionalId(cells.nationalId)
  const finess = parseFiness(cells.finess)
  return id.ok && finess.ok ? { professionalId: id.value, siteId: finess.value } : null
}

/** A line is believed for all else: an address that is none is no fault of who works there. */
const emailPattern = /^[^\s@<>]{1,64}@[^\s@<>]{1,190}$/

/** Kind of identifier of those who have an RPPS. */
const rppsKind = '8'

/** Reads one line after the header. */
export const readLine = (
  line: string,
  { width, positions, emailPosition }: DirectoryHeader,
): LineReading => {
  // What was not UTF-8 has become U+FFFD; a name with a hole in it helps nobody.
  if (line.includes('\u{fffd}')) return fault('LINE_NOT_UTF8')
  const values = line.split(separator)
  // A line's last column may be empty, so only an extra cell is the separator at the end.
  if (values.length === width + 1 && values.at(-1) === '') values.pop()
  if (values.length !== width) return fault('LINE_COLUMNS')
  const cell = (key: ColumnKey): string => (values[positions[key]] ?? '').trim()
  const cells: Cells = {
    kind: cell('kind'),
    identifier: cell('identifier'),
    nationalId: cell('nationalId'),
    familyName: cell('familyName'),
    firstNames: cell('firstNames'),
    profession: cell('profession'),
    finess: cell('finess'),
    companyName: cell('companyName'),
    sign: cell('sign'),
    postalCode: cell('postalCode'),
  }
  if (/^\d$/.test(cells.kind) && cells.kind !== rppsKind) return { kind: 'other-identifier' }
  const person = readPerson(cells)
  if ('kind' in person) return { ...person, about: about(cells) }
  const site = readSite(cells)
  if (site !== null && 'kind' in site) return { ...site, about: about(cells) }
  // Nothing is entered there: a name that is too long is no fault.
  const place = site === null ? shortenName(placeName(cells), nameCharactersMax) : ''
  const written = emailPosition === null ? '' : (values[emailPosition] ?? '').trim()
  const email = emailPattern.test(written) ? written : null
  return { kind: 'activity', value: { ...person, site, placeWithoutFiness: place || null, email } }
}
